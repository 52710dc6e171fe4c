// How well `measure` does on scans whose truth is known: nodule_bench [--rows FILE.csv] [--load DICOM_FOLDER] FOLDER…
// Each folder is a patient of a synthetic generator: t0.mha, t1.mha (or DICOM folders t0, t1) and truth.json. Prints a
// table in Markdown; --rows writes every nodule. Clicks lie up to a third of the radius (at most 1.5 mm) off the
// centre.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <random>

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;

struct Row {
    std::string patient, type, attachment, fate;
    int nodule = 0;
    int scan = 0;
    double diameter = 0, volume = 0, long_axis = 0, short_axis = 0, solid_volume = 0;  // the truth
    MaskMeasurement found;
    double cpu_ms = 0;

    bool measured() const { return found.status == MeasurementStatus::measured; }
    double ratio() const { return found.shape->volume_mm3 / volume; }
    bool usable() const { return measured() && ratio() > 1.0 / 3 && ratio() < 3; }
};

double cpu_ms()
{
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values)
{
    if (values.empty()) return std::nan("");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// A place up to `farthest` mm from another, evenly spread.
std::array<double, 3> click_near(const std::array<double, 3>& center, double farthest, std::mt19937& random)
{
    std::array<double, 3> way{};
    double length = 2;
    while (length > 1 || length < 1e-3) {
        for (double& component : way)
            component = 2 * static_cast<double>(random()) / 4294967295.0 - 1;
        length = std::sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2]);
    }
    std::array<double, 3> click{};
    for (std::size_t i = 0; i < 3; ++i)
        click[i] = center[i] + way[i] * farthest;
    return click;
}

void measure_patient(const fs::path& folder, std::vector<Row>& rows)
{
    const auto truth = nlohmann::json::parse(std::ifstream(folder / "truth.json"));
    for (const int scan : {0, 1}) {
        const std::string name = "t" + std::to_string(scan);
        const fs::path file = folder / (name + ".mha");
        const auto ct = load_ct({{fs::exists(file) ? file : folder / name}, "", {}});
        if (!ct) {
            fmt::print(stderr, "{}\n", ct.error().message);
            std::exit(3);
        }
        std::mt19937 random(static_cast<unsigned>(99 + scan));
        for (const auto& nodule : truth.at("nodules")) {
            const auto at = static_cast<std::size_t>(scan);
            Row row;
            row.patient = folder.filename().string();
            row.scan = scan;
            row.nodule = nodule.at("id");
            row.type = nodule.at("type");
            row.attachment = nodule.at("att");
            row.fate = nodule.at("fate");
            row.diameter = nodule.at(scan == 0 ? "d0" : "d1");
            row.volume = nodule.at("vol").at(at);
            if (row.diameter <= 0 || row.volume <= 0) continue;
            row.long_axis = nodule.at("long").at(at);
            row.short_axis = nodule.at("short").at(at);
            row.solid_volume = nodule.at("solidvol").at(at);
            const std::array<double, 3> center = nodule.at(scan == 0 ? "c0" : "c1");
            const double before = cpu_ms();
            row.found = measure_seed(*ct, {"N", click_near(center, std::min(1.5, row.diameter / 6), random)}).values;
            row.cpu_ms = cpu_ms() - before;
            const auto outside = [](const std::string& f) { return f.starts_with(flag::seed_outside_image); };
            if (std::any_of(row.found.flags.begin(), row.found.flags.end(), outside)) continue;
            rows.push_back(row);
        }
    }
}

using Which = std::function<bool(const Row&)>;

std::string percent(double share)
{
    return std::isnan(share) ? "-" : fmt::format("{:.1f} %", 100 * share);
}

void print_line(const std::string& name, const std::vector<Row>& rows, const Which& which)
{
    std::vector<double> errors, signed_errors, long_errors, short_errors, solid_errors;
    int count = 0, refused = 0, usable = 0, covered = 0;
    for (const Row& row : rows) {
        if (!which(row)) continue;
        ++count;
        usable += static_cast<int>(row.usable());
        if (!row.measured()) {
            ++refused;
            continue;
        }
        const auto& shape = *row.found.shape;
        errors.push_back(std::abs(row.ratio() - 1));
        signed_errors.push_back(row.ratio() - 1);
        long_errors.push_back(std::abs(shape.long_axis_mm - row.long_axis));
        short_errors.push_back(std::abs(shape.short_axis_mm - row.short_axis));
        if (row.type == "partsolid")
            solid_errors.push_back(std::abs(row.found.density->solid_volume_mm3 / row.solid_volume - 1));
        covered += static_cast<int>(shape.volume_ci95_mm3[0] <= row.volume && row.volume <= shape.volume_ci95_mm3[1]);
    }
    if (count == 0) return;
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.2f} | {:.2f} | {} | {} |\n", name, count, refused,
               percent(static_cast<double>(usable) / count), percent(median(errors)), percent(median(signed_errors)),
               median(long_errors), median(short_errors), percent(median(solid_errors)),
               percent(static_cast<double>(covered) / std::max(1, count - refused)));
}

/// Change between the scans of nodules that did not change, and how often growth of a quarter is called right.
void print_changes(const std::vector<Row>& rows)
{
    std::map<std::pair<std::string, int>, const Row*> before;
    for (const Row& row : rows) {
        if (row.scan == 0 && row.measured()) before[{row.patient, row.nodule}] = &row;
    }
    std::vector<double> stable;
    int pairs = 0, called = 0, grown = 0, grown_called = 0, stable_called_grown = 0;
    for (const Row& row : rows) {
        const auto prior = before.find({row.patient, row.nodule});
        if (row.scan != 1 || !row.measured() || prior == before.end()) continue;
        const double change = row.found.shape->volume_mm3 / prior->second->found.shape->volume_mm3 - 1;
        const double truth = row.volume / prior->second->volume - 1;
        ++pairs;
        called += static_cast<int>((change >= 0.25) == (truth >= 0.25));
        if (row.fate == "stable") {
            stable.push_back(std::abs(change));
            stable_called_grown += static_cast<int>(change >= 0.25);
        }
        if (truth >= 0.25) {
            ++grown;
            grown_called += static_cast<int>(change >= 0.25);
        }
    }
    fmt::print("\n| change between the scans | value | count |\n| --- | --- | --- |\n");
    fmt::print("| robust SD of stable nodules (1.48 x median absolute change) | {} | {} |\n",
               percent(1.4826 * median(stable)), stable.size());
    fmt::print("| growth of 25 % called right, all nodules | {} | {} |\n",
               percent(static_cast<double>(called) / std::max(1, pairs)), pairs);
    fmt::print("| grown by 25 % or more, and called so | {} | {} |\n",
               percent(static_cast<double>(grown_called) / std::max(1, grown)), grown);
    fmt::print("| stable, but called grown | {} | {} |\n",
               percent(static_cast<double>(stable_called_grown) /
                       static_cast<double>(std::max<std::size_t>(1, stable.size()))),
               stable.size());
}

void write_rows(const fs::path& file, const std::vector<Row>& rows)
{
    std::ofstream out(file);
    out << "patient,scan,nodule,type,attachment,fate,diameter_mm,true_mm3,volume_mm3,low_mm3,high_mm3,attenuation,"
           "flags\n";
    for (const Row& row : rows) {
        out << fmt::format("{},{},{},{},{},{},{:.3f},{:.3f}", row.patient, row.scan, row.nodule, row.type,
                           row.attachment, row.fate, row.diameter, row.volume);
        if (row.measured()) {
            const auto& shape = *row.found.shape;
            out << fmt::format(",{:.3f},{:.3f},{:.3f},{}", shape.volume_mm3, shape.volume_ci95_mm3[0],
                               shape.volume_ci95_mm3[1], word(*row.found.density->attenuation));
        } else {
            out << ",,,,";
        }
        std::string flags;
        for (const auto& f : row.found.flags)
            flags += (flags.empty() ? "" : ";") + f.substr(0, f.find(':'));
        out << "," << flags << "\n";
    }
}

/// CPU to load a DICOM folder against a raw read of the same bytes into one buffer, best of three each.
void print_load(const fs::path& folder)
{
    double load = 1e9;
    double raw = 1e9;
    std::uintmax_t bytes = 0;
    int files = 0;
    for (int round = 0; round < 3; ++round) {
        double before = cpu_ms();
        {
            const auto ct = load_ct({{folder}, "", {}});
            if (!ct) {
                fmt::print(stderr, "{}\n", ct.error().message);
                std::exit(3);
            }
        }
        load = std::min(load, cpu_ms() - before);
        bytes = 0;
        files = 0;
        before = cpu_ms();
        for (const auto& entry : fs::directory_iterator(folder))
            bytes += entry.file_size();
        const auto buffer = std::make_unique_for_overwrite<char[]>(bytes);
        std::uintmax_t at = 0;
        for (const auto& entry : fs::directory_iterator(folder)) {
            std::FILE* file = std::fopen(entry.path().c_str(), "rb");
            if (file == nullptr) std::exit(3);
            std::setvbuf(file, nullptr, _IONBF, 0);
            at += std::fread(buffer.get() + at, 1, bytes - at, file);
            std::fclose(file);
            ++files;
        }
        raw = std::min(raw, cpu_ms() - before);
    }
    fmt::print("CPU to load {} slices ({:.0f} MB): {:.0f} ms, {:.2f} times a raw read of the same bytes ({:.0f} ms)\n",
               files, static_cast<double>(bytes) / 1e6, load, load / raw, raw);
}

int run(int argc, char** argv)
{
    std::vector<fs::path> folders;
    fs::path rows_file;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--rows" && i + 1 < argc)
            rows_file = argv[++i];
        else if (std::string(argv[i]) == "--load" && i + 1 < argc)
            print_load(argv[++i]);
        else
            folders.emplace_back(argv[i]);
    }
    if (folders.empty()) return 0;
    std::vector<Row> rows;
    for (const fs::path& folder : folders)
        measure_patient(folder, rows);
    if (!rows_file.empty()) write_rows(rows_file, rows);

    const auto solid = [](const Row& r) { return r.type == "solid"; };
    fmt::print(
        "| nodules | count | refused | usable | volume, median error | bias | long axis, mm | short axis, mm | "
        "solid part | 95 % interval covers |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    print_line("all", rows, [](const Row&) { return true; });
    print_line("solid, 4.5 mm or more", rows, [&](const Row& r) { return solid(r) && r.diameter >= 4.5; });
    print_line("solid, smaller", rows, [&](const Row& r) { return solid(r) && r.diameter < 4.5; });
    print_line("ground-glass and part-solid", rows, [&](const Row& r) { return !solid(r); });
    for (const std::string type : {"solid", "ggo", "partsolid"}) {
        for (const std::string attachment : {"isolated", "juxtapleural", "juxtavascular"})
            print_line(type + ", " + attachment, rows,
                       [&](const Row& r) { return r.type == type && r.attachment == attachment; });
    }
    for (const fs::path& folder : folders)
        print_line("patient " + folder.filename().string(), rows,
                   [&](const Row& r) { return r.patient == folder.filename().string(); });
    print_changes(rows);
    double total = 0;
    for (const Row& row : rows)
        total += row.cpu_ms;
    fmt::print("\nCPU for one nodule, series loaded: {:.1f} ms (mean of {})\n",
               total / static_cast<double>(std::max<std::size_t>(1, rows.size())), rows.size());
    return 0;
}

}  // namespace
}  // namespace nodtrack::imaging

int main(int argc, char** argv)
{
    return nodtrack::imaging::run(argc, argv);
}
