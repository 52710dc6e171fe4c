// How well `follow` does on scans whose truth is known: follow_bench [--rows FILE.csv] FOLDER…
// Each folder is a patient of a synthetic generator: t0.mha and t1.mha (or DICOM folders t0 and t1, which are
// preferred) and truth.json. Prints tables in Markdown with their counts; --rows writes every nodule. Clicks lie up to
// a third of the radius (at most 1.5 mm) off the centre. Right: found within the nodule's radius (1.5 mm at least) of
// its centre. Hard pairs move by 20 mm and more (the generator's key `defz` above 30).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <nodtrack/imaging/follow.hpp>
#include <random>

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;
using Place = std::array<double, 3>;
constexpr double growth_share = 0.25;

double cpu_s()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double distance(const Place& a, const Place& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

std::string percent(double share)
{
    return std::isfinite(share) ? fmt::format("{:.1f} %", 100 * share) : "-";
}

std::string share_of(std::size_t some, std::size_t all)
{
    if (all == 0) return "- (0)";
    return fmt::format("{:.1f} % ({}/{})", 100 * static_cast<double>(some) / static_cast<double>(all), some, all);
}

Result<Ct> scan_of(const fs::path& patient, const std::string& name)
{
    const fs::path dicom = patient / name;
    return load_ct(
        {.image = {fs::is_directory(dicom) ? dicom : patient / (name + ".mha")}, .series = {}, .progress = {}});
}

/// One nodule of the prior scan, its truth and what became of it.
struct Row {
    std::string patient, type, attachment, fate;
    int nodule = 0;
    double diameter = 0, true_change = 0;  // a change of 0.25 is a quarter more
    bool gone = false, right = false;
    FollowedNodule answer;

    bool is_found() const { return answer.status == FollowStatus::found; }
    /// Whether sizes are compared: the answer gives them on both scans.
    bool is_compared() const
    {
        return is_found() && !gone && answer.current && answer.current->shape && answer.prior.shape &&
               !answer.is_outline_doubtful;
    }
    double change() const { return answer.current->shape->volume_mm3 / answer.prior.shape->volume_mm3 - 1; }
    /// Whether the change's interval, from those of both volumes, holds the true change.
    bool is_covered() const
    {
        const auto& before = *answer.prior.shape;
        const auto& after = *answer.current->shape;
        const double middle = std::log1p(change());
        const auto half = [](double a, double b) { return std::log(a / b); };
        const double down = std::hypot(half(after.volume_mm3, after.volume_ci95_mm3[0]),
                                       half(before.volume_ci95_mm3[1], before.volume_mm3));
        const double up = std::hypot(half(after.volume_ci95_mm3[1], after.volume_mm3),
                                     half(before.volume_mm3, before.volume_ci95_mm3[0]));
        const double truth = std::log1p(true_change);
        return middle - down <= truth && truth <= middle + up;
    }
};

/// One pair of scans.
struct Pair {
    std::string patient;
    bool hard = false, close = false, thick = false, dicom = false;
    double cpu = 0;
    std::vector<double> landmark_errors;
    std::vector<Row> rows;
};

/// A click up to a third of the radius off the centre.
Place click_near(const Place& center, double radius, std::mt19937& random)
{
    const double farthest = std::min(1.5, radius / 3);
    Place off{};
    do {
        for (double& component : off)
            component = farthest * (2 * static_cast<double>(random()) / 4294967295.0 - 1);
    } while (std::hypot(off[0], off[1], off[2]) > farthest);
    return {center[0] + off[0], center[1] + off[1], center[2] + off[2]};
}

Row row_of(const FollowedNodule& answer, const nlohmann::json& truth, const std::string& patient)
{
    Row row;
    row.patient = patient;
    row.nodule = truth.at("id");
    row.type = truth.at("type");
    row.attachment = truth.at("att");
    row.fate = truth.at("fate");
    row.diameter = truth.at("d0");
    row.gone = row.fate == "resolved";
    const auto volumes = truth.at("vol").get<std::array<double, 2>>();
    row.true_change = volumes[1] / volumes[0] - 1;
    const double radius = std::max(1.5, truth.at("d1").get<double>() / 2);
    row.right = !row.gone && answer.found_mm && distance(*answer.found_mm, truth.at("c1").get<Place>()) <= radius;
    row.answer = answer;
    return row;
}

Result<Pair> followed(const fs::path& patient)
{
    const auto truth = nlohmann::json::parse(std::ifstream(patient / "truth.json"));
    Pair pair;
    pair.patient = patient.filename().string();
    const auto& made = truth.at("params");
    pair.hard = made.at("defz").get<double>() > 30;
    pair.close = made.at("minsep").get<double>() < 15;
    pair.thick = made.at("dz").get<double>() > 1.5;
    pair.dicom = fs::is_directory(patient / "t0");
    const double start = cpu_s();
    auto prior = scan_of(patient, "t0");
    if (!prior) return tl::unexpected(prior.error());
    auto current = scan_of(patient, "t1");
    if (!current) return tl::unexpected(current.error());
    const auto scans = register_cts(std::move(*prior), std::move(*current), {});
    if (!scans) return tl::unexpected(scans.error());
    std::vector<Seed> seeds;
    std::mt19937 random(7);
    for (const auto& nodule : truth.at("nodules"))
        seeds.push_back({std::to_string(nodule.at("id").get<int>()),
                         click_near(nodule.at("c0").get<Place>(), nodule.at("d0").get<double>() / 2, random)});
    const auto answers = follow_nodules(*scans, seeds, {}, {});
    pair.cpu = cpu_s() - start;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const bool outside = std::any_of(answers[i].flags.begin(), answers[i].flags.end(), [](const std::string& flag) {
            return flag.starts_with(follow_flag::outside_image);
        });
        if (!outside) pair.rows.push_back(row_of(answers[i], truth.at("nodules")[i], pair.patient));
    }
    for (const auto& landmark : truth.at("landmarks")) {
        const auto at = landmark.get<std::array<double, 6>>();
        pair.landmark_errors.push_back(distance(scans->predicted_mm({at[0], at[1], at[2]}), {at[3], at[4], at[5]}));
    }
    return pair;
}

using Chosen = std::vector<const Pair*>;
using Which = std::function<bool(const Row&)>;

void print_following(const std::string& name, const Chosen& pairs)
{
    if (pairs.empty()) return;
    std::size_t landmarks = 0, there = 0, found = 0, gone = 0, told_gone = 0, sure = 0, wrong = 0, uncertain = 0;
    double error = 0;
    double worst = 0;
    double cpu = 0;
    for (const Pair* pair : pairs) {
        for (const double each : pair->landmark_errors) {
            ++landmarks;
            error += each;
            worst = std::max(worst, each);
        }
        cpu += pair->cpu;
        for (const Row& row : pair->rows) {
            ++(row.gone ? gone : there);
            if (row.gone && row.answer.status == FollowStatus::not_found) ++told_gone;
            if (row.is_found() && row.right) ++found;
            if (row.answer.status == FollowStatus::uncertain) ++uncertain;
            if (!row.is_found() || row.answer.confidence <= 0.9) continue;
            ++sure;
            if (!row.right) ++wrong;
        }
    }
    fmt::print("| {} | {:.2f} ({}) | {:.1f} | {} | {} | {} | {} | {:.1f} |\n", name,
               error / static_cast<double>(std::max<std::size_t>(1, landmarks)), landmarks, worst,
               share_of(found, there), share_of(told_gone, gone), share_of(wrong, sure), uncertain,
               cpu / static_cast<double>(pairs.size()));
}

void print_change(const std::string& name, const Chosen& pairs, const Which& which)
{
    std::vector<double> stable;
    std::size_t there = 0, compared = 0, right = 0, grown = 0, grown_told = 0, false_growth = 0, covered = 0;
    for (const Pair* pair : pairs) {
        for (const Row& row : pair->rows) {
            if (row.gone || !which(row)) continue;
            ++there;
            if (!row.is_compared()) continue;
            ++compared;
            const bool told = row.change() >= growth_share;
            const bool has_grown = row.true_change >= growth_share;
            right += told == has_grown ? 1U : 0U;
            covered += row.is_covered() ? 1U : 0U;
            grown += has_grown ? 1U : 0U;
            grown_told += has_grown && told ? 1U : 0U;
            if (row.fate != "stable") continue;
            stable.push_back(std::abs(row.change()));
            false_growth += told ? 1U : 0U;
        }
    }
    if (there == 0) return;
    const std::size_t count = stable.size();
    double spread = std::nan("");
    if (!stable.empty()) {
        const auto middle = stable.begin() + static_cast<std::ptrdiff_t>(count / 2);
        std::nth_element(stable.begin(), middle, stable.end());
        spread = 1.4826 * *middle;
    }
    fmt::print("| {} | {} | {} | {} | {} ({}) | {} | {} |\n", name, share_of(compared, there),
               share_of(right, compared), share_of(grown_told, grown), percent(spread), count,
               share_of(false_growth, count), share_of(covered, compared));
}

void write_rows(const fs::path& file, const std::vector<Pair>& pairs)
{
    std::ofstream out(file);
    out << "patient,nodule,type,attachment,fate,diameter_mm,status,confidence,right,sd_mm,true_change,change,prior_mm3,"
           "current_mm3,prior_kind,current_kind,flags\n";
    const auto volume = [](const auto& m) { return m.shape ? fmt::format("{:.1f}", m.shape->volume_mm3) : ""; };
    const auto kind = [](const auto& m) {
        return m.density && m.density->attenuation ? std::string(word(*m.density->attenuation)) : "";
    };
    for (const Pair& pair : pairs) {
        for (const Row& row : pair.rows) {
            const FollowedNodule& a = row.answer;
            const std::string status = a.status == FollowStatus::found       ? "found"
                                       : a.status == FollowStatus::not_found ? "not_found"
                                                                             : "uncertain";
            std::string flags;
            for (const auto& f : a.flags)
                flags += (flags.empty() ? "" : ";") + f.substr(0, f.find(':'));
            out << fmt::format(
                "{},{},{},{},{},{:.2f},{},{:.3f},{:d},{:.2f},{:.3f},{},{},{},{},{},{}\n", row.patient, row.nodule,
                row.type, row.attachment, row.fate, row.diameter, status, a.confidence, row.right, a.predicted_sd_mm,
                row.true_change, row.is_compared() ? fmt::format("{:.3f}", row.change()) : "", volume(a.prior),
                a.current ? volume(*a.current) : "", kind(a.prior), a.current ? kind(*a.current) : "", flags);
        }
    }
}

void print_tables(const std::vector<Pair>& pairs)
{
    const auto chosen = [&](const std::function<bool(const Pair&)>& which) {
        Chosen some;
        for (const Pair& pair : pairs) {
            if (which(pair)) some.push_back(&pair);
        }
        return some;
    };
    const auto named = [](const char* name, const Chosen& some) {
        return fmt::format("{} ({} pairs)", name, some.size());
    };
    const Chosen all = chosen([](const Pair&) { return true; });
    const Chosen routine = chosen([](const Pair& p) { return !p.hard; });
    const Chosen hard = chosen([](const Pair& p) { return p.hard; });
    const Chosen close = chosen([](const Pair& p) { return p.close; });
    const Chosen thick = chosen([](const Pair& p) { return p.thick; });
    const Chosen dicom = chosen([](const Pair& p) { return p.dicom; });
    fmt::print(
        "| scans | landmark error, mean mm (landmarks) | worst, mm | right nodule found | resolved told not found | "
        "wrong among those of confidence over 0.9 | uncertain | CPU s a pair |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    print_following(named("**all**", all), all);
    print_following(named("routine motion", routine), routine);
    print_following(named("hard motion", hard), hard);
    print_following(named("neighbours 12 mm apart", close), close);
    print_following(named("slices of 2 mm and more", thick), thick);
    if (dicom.size() < all.size()) print_following(named("from DICOM", dicom), dicom);
    for (const Pair& pair : pairs)
        print_following(pair.patient, {&pair});

    fmt::print(
        "\nSizes are compared where a nodule is found and its outline is trusted on both scans.\n\n"
        "| nodules | compared, of those still there | growth of 25 % called right | grown by 25 % or more, and called "
        "so | stable: robust SD of the change | stable, but called grown | 95 % interval of the change covers |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n");
    const auto any = [](const Row&) { return true; };
    print_change("**all**", all, any);
    print_change("routine motion", routine, any);
    print_change("hard motion", hard, any);
    print_change("slices of 2 mm and more", thick, any);
    print_change("slices under 2 mm", chosen([](const Pair& p) { return !p.thick; }), any);
    for (const std::string type : {"solid", "ggo", "partsolid"})
        print_change(type, all, [&](const Row& r) { return r.type == type; });
    for (const std::string attachment : {"isolated", "juxtapleural", "juxtavascular"})
        print_change(attachment, all, [&](const Row& r) { return r.attachment == attachment; });
    print_change("6 mm and more", all, [](const Row& r) { return r.diameter >= 6; });
    print_change("smaller", all, [](const Row& r) { return r.diameter < 6; });
}

int run(int argc, char** argv)
{
    std::vector<Pair> pairs;
    fs::path rows_file;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--rows" && i + 1 < argc) {
            rows_file = argv[++i];
            continue;
        }
        auto pair = followed(argv[i]);
        if (!pair) {
            fmt::print(stderr, "{}: {}\n", argv[i], pair.error().message);
            return 3;
        }
        pairs.push_back(std::move(*pair));
    }
    if (pairs.empty()) {
        fmt::print(stderr, "usage: follow_bench [--rows FILE.csv] FOLDER…\n");
        return 2;
    }
    if (!rows_file.empty()) write_rows(rows_file, pairs);
    print_tables(pairs);
    return 0;
}

}  // namespace
}  // namespace nodtrack::imaging

int main(int argc, char** argv)
{
    return nodtrack::imaging::run(argc, argv);
}
