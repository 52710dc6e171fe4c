// How well `follow` does on scans whose truth is known: follow_bench FOLDER…
// Each folder is a patient of a synthetic generator: t0.mha and t1.mha (or DICOM folders t0 and t1) and truth.json.
// Prints a table in Markdown, a row a patient, and the sums with their counts. Clicks lie up to a third of the radius
// (at most 1.5 mm) off the centre. Right: found within the nodule's radius (1.5 mm at least) of its centre.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <nodtrack/imaging/follow.hpp>
#include <random>

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;
using Place = std::array<double, 3>;

double cpu_s()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double distance(const Place& a, const Place& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

Result<Ct> scan_of(const fs::path& patient, const std::string& name)
{
    const fs::path dicom = patient / name;
    return load_ct(
        {.image = {fs::is_directory(dicom) ? dicom : patient / (name + ".mha")}, .series = {}, .progress = {}});
}

struct Counts {
    int patients = 0, landmarks = 0, there = 0, found = 0, gone = 0, told_gone = 0, sure = 0, sure_and_wrong = 0,
        uncertain = 0;
    double landmark_error = 0, worst_error = 0, cpu = 0;

    void add(const Counts& other)
    {
        patients += other.patients;
        landmarks += other.landmarks;
        there += other.there;
        found += other.found;
        gone += other.gone;
        told_gone += other.told_gone;
        sure += other.sure;
        sure_and_wrong += other.sure_and_wrong;
        uncertain += other.uncertain;
        landmark_error += other.landmark_error;
        worst_error = std::max(worst_error, other.worst_error);
        cpu += other.cpu;
    }
    std::string row(const std::string& name) const
    {
        return fmt::format("| {} | {:.2f} ({}) | {:.1f} | {}/{} | {}/{} | {}/{} | {} | {:.1f} |\n", name,
                           landmark_error / std::max(1, landmarks), landmarks, worst_error, found, there, told_gone,
                           gone, sure_and_wrong, sure, uncertain, cpu / std::max(1, patients));
    }
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

void count_nodule(const FollowedNodule& answer, const nlohmann::json& truth, Counts& counts)
{
    const bool gone = truth.at("fate") == "resolved";
    const double radius = std::max(1.5, truth.at("d1").get<double>() / 2);
    const bool is_found = answer.status == FollowStatus::found;
    const bool right = !gone && answer.found_mm && distance(*answer.found_mm, truth.at("c1").get<Place>()) <= radius;
    gone ? ++counts.gone : ++counts.there;
    if (gone && answer.status == FollowStatus::not_found) ++counts.told_gone;
    if (is_found && right) ++counts.found;
    if (answer.status == FollowStatus::uncertain) ++counts.uncertain;
    if (is_found && answer.confidence > 0.9) {
        ++counts.sure;
        if (!right) ++counts.sure_and_wrong;
    }
}

Result<Counts> counts_of(const fs::path& patient)
{
    const auto truth = nlohmann::json::parse(std::ifstream(patient / "truth.json"));
    Counts counts;
    counts.patients = 1;
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
    counts.cpu = cpu_s() - start;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const bool outside = std::any_of(answers[i].flags.begin(), answers[i].flags.end(), [](const std::string& flag) {
            return flag.starts_with(follow_flag::outside_image);
        });
        if (!outside) count_nodule(answers[i], truth.at("nodules")[i], counts);
    }
    for (const auto& landmark : truth.at("landmarks")) {
        const auto at = landmark.get<std::array<double, 6>>();
        const double error = distance(scans->predicted_mm({at[0], at[1], at[2]}), {at[3], at[4], at[5]});
        ++counts.landmarks;
        counts.landmark_error += error;
        counts.worst_error = std::max(counts.worst_error, error);
    }
    return counts;
}

int run(int argc, char** argv)
{
    fmt::print(
        "| scans | landmark error, mean mm (landmarks) | worst | right nodule found | resolved told not found | "
        "wrong among those of confidence over 0.9 | uncertain | CPU s a pair |\n|---|---|---|---|---|---|---|---|\n");
    Counts all;
    for (int i = 1; i < argc; ++i) {
        const auto counts = counts_of(argv[i]);
        if (!counts) {
            fmt::print(stderr, "{}: {}\n", argv[i], counts.error().message);
            return 3;
        }
        fmt::print("{}", counts->row(fs::path(argv[i]).filename().string()));
        all.add(*counts);
    }
    fmt::print("{}", all.row(fmt::format("**all {} pairs**", all.patients)));
    return 0;
}

}  // namespace
}  // namespace nodtrack::imaging

int main(int argc, char** argv)
{
    return nodtrack::imaging::run(argc, argv);
}
