// make_ct_pair FOLDER: two small synthetic chest CTs of one patient as DICOM, FOLDER/prior and FOLDER/current, for the
// transcripts; and FOLDER/prior.csv, clicks on the nodules of the prior one. Nodules: A is stable, B has grown, C is
// gone, D is stable and close to B; E is only on the current scan (FOLDER/new.csv).

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "../imaging/chest_pair.hpp"
#include "../imaging/slice_file.hpp"

namespace nodtrack::imaging::test {
namespace {

void write_scan(const Ct& ct, const std::filesystem::path& folder, bool current)
{
    std::filesystem::create_directories(folder);
    const CtVolume& volume = ct.loaded().volume;
    const Grid& grid = volume.grid;
    for (std::int64_t k = 0; k < grid.size[2]; ++k) {
        SliceFile slice;
        slice.study = current ? "1.2.826.0.1.3680043.10.1.2" : "1.2.826.0.1.3680043.10.1.1";
        slice.series = slice.study + ".1";
        slice.study_date = current ? "20261110" : "20260812";
        slice.kernel = "B50f";
        slice.patient_code = "K01";
        slice.ctdi_vol = current ? 1.25 : 2.5;
        slice.thickness = "1.4";
        slice.size = {static_cast<int>(grid.size[0]), static_cast<int>(grid.size[1])};
        slice.spacing = {grid.spacing_mm[0], grid.spacing_mm[1]};
        slice.position = position_mm(grid, {0, 0, static_cast<double>(k)});
        char name[32];
        std::snprintf(name, sizeof name, "IM%03d.dcm", static_cast<int>(k));
        slice.write(folder / name, [&](int x, int y) {
            return volume.hu[static_cast<std::size_t>(x + grid.size[0] * (y + grid.size[1] * k))];
        });
    }
}

void write_clicks(const std::filesystem::path& file, const std::vector<Seed>& seeds)
{
    std::ofstream out(file);
    out << "nodule_id,x_mm,y_mm,z_mm\n";
    for (const Seed& seed : seeds) {
        char line[96];
        std::snprintf(line, sizeof line, "%s,%.1f,%.1f,%.1f\n", seed.nodule_id.c_str(), seed.position_mm[0],
                      seed.position_mm[1], seed.position_mm[2]);
        out << line;
    }
}

void write_pair(const std::filesystem::path& folder)
{
    const std::vector<ChestNodule> nodules = {{"A", {50, 10, -20}, 8, 8},
                                              {"B", {-50, -15, 15}, 7, 9.5},
                                              {"C", {40, -20, 30}, 8, 0},
                                              {"D", {-50, -3, 15}, 7, 7},
                                              {"E", {-45, 20, -40}, 0, 8}};
    const ChestPair pair(nodules);
    write_scan(pair.scan(false), folder / "prior", false);
    write_scan(pair.scan(true), folder / "current", true);
    std::vector<Seed> known;
    for (const ChestNodule& nodule : nodules) {
        if (nodule.prior_diameter > 0) known.push_back({nodule.id, sum(nodule.center, {0.7, -0.5, 0.6})});
    }
    write_clicks(folder / "prior.csv", known);
    write_clicks(folder / "new.csv", {{"E", sum(after(nodules.back().center), {-0.5, 0.4, 0.3})}});
}

}  // namespace
}  // namespace nodtrack::imaging::test

int main(int count, char** words)
{
    if (count != 2) {
        std::fputs("usage: make_ct_pair FOLDER\n", stderr);
        return 2;
    }
    nodtrack::imaging::test::write_pair(words[1]);
    return 0;
}
