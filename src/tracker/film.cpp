#include "nodtrack/tracker/film.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "judging.hpp"
#include "nodtrack/store/reader.hpp"

namespace nodtrack::tracker {
namespace {

const store::NoduleImage* image_for(const std::vector<store::NoduleImage>& images, const store::ObservationKey& key)
{
    const auto found = std::ranges::find(images, key, &store::NoduleImage::observation);
    return found == images.end() ? nullptr : &*found;
}

std::string size_text(const Findings& findings)
{
    if (!findings.long_axis) return std::string(word(findings.status));
    std::string text = fmt::format("{:.1f}", findings.long_axis->in_units());
    if (findings.short_axis) text += fmt::format(" x {:.1f}", findings.short_axis->in_units());
    return text + " mm";
}

imaging::FilmFrame frame_of(const Scan& scan, const Findings* findings, const store::NoduleImage* image)
{
    imaging::FilmFrame frame;
    frame.caption = {fmt::format("{} {}", scan.scan_date.iso(), scan.scan_id)};
    if (findings == nullptr) {
        frame.why_empty = "not reported on this scan";
        return frame;
    }
    frame.caption.push_back(size_text(*findings));
    if (findings->volume) frame.caption.push_back(fmt::format("{:.0f} mm3", findings->volume->in_units()));
    if (image != nullptr) {
        frame.nodule = located_nodule(*image);
        frame.why_empty = "what is recorded of its image cannot be read";
    } else {
        frame.why_empty = findings->status == Status::resolved ? "resolved" : "no image recorded";
    }
    return frame;
}

}  // namespace

store::NoduleImage image_to_keep(const imaging::NoduleInImage& nodule, const store::ObservationKey& observation,
                                 const std::filesystem::path& folder)
{
    store::NoduleImage image;
    image.observation = observation;
    for (const std::filesystem::path& path : nodule.image)
        image.paths.push_back(path.string());
    image.folder = folder.string();
    image.series_uid = nodule.series_uid;
    constexpr double micrometres = 1000.0;
    for (std::size_t i = 0; i < 3; ++i)
        image.center_um[i] = std::llround(nodule.center_mm[i] * micrometres);
    image.mask = imaging::mask_text(nodule.mask);
    image.voxels_sha256 = nodule.voxels_sha256;
    return image;
}

std::optional<imaging::NoduleInImage> located_nodule(const store::NoduleImage& image)
{
    std::optional<imaging::NoduleMask> mask = imaging::mask_of_text(image.mask);
    if (!mask) return std::nullopt;
    imaging::NoduleInImage nodule;
    for (const std::string& path : image.paths)
        nodule.image.push_back(std::filesystem::path(image.folder) / path);
    nodule.series_uid = image.series_uid;
    constexpr double micrometres = 1000.0;
    for (std::size_t i = 0; i < 3; ++i)
        nodule.center_mm[i] = static_cast<double>(image.center_um[i]) / micrometres;
    nodule.mask = std::move(*mask);
    nodule.voxels_sha256 = image.voxels_sha256;
    return nodule;
}

Result<imaging::FilmStrip> film_of(const store::Registry& registry, std::string_view patient_id,
                                   std::string_view nodule_id, std::optional<Date> as_of)
{
    const Result<PatientReading> reading = patient_reading(registry, patient_id);
    if (!reading) return tl::unexpected<Error>(reading.error());
    const PatientRecord& record = reading->record;
    if (std::ranges::count(record.nodule_ids, nodule_id) == 0) {
        return failure(ErrorCode::not_found, fmt::format("patient {} has no nodule '{}'; recorded are: {}", patient_id,
                                                         nodule_id, fmt::join(record.nodule_ids, ", ")));
    }
    const Result<std::vector<store::NoduleImage>> images = store::images_of(registry, patient_id);
    if (!images) return tl::unexpected<Error>(images.error());

    std::vector<std::size_t> scans;
    for (std::size_t i = 0; i < record.scans.size(); ++i) {
        const bool is_seen = !as_of || record.scans[i].scan_date <= *as_of;
        if (is_seen && record.scans[i].is_diagnostic_ct()) scans.push_back(i);
    }
    std::ranges::stable_sort(scans, {}, [&](std::size_t i) { return record.scans[i].scan_date; });
    imaging::FilmStrip film;
    film.title = fmt::format("{} {}", patient_id, nodule_id);
    for (const std::size_t scan : scans) {
        const Findings* findings = nullptr;
        const store::NoduleImage* image = nullptr;
        for (std::size_t i = 0; i < record.measurements.size(); ++i) {
            const Measurement& row = record.measurements[i];
            if (row.scan != scan || record.nodule_ids[row.nodule] != nodule_id) continue;
            findings = &row.findings;
            image = image_for(*images, {std::string(patient_id), record.scans[scan].scan_id,
                                        reading->reader.versions().observation_ids[i]});
        }
        film.frames.push_back(frame_of(record.scans[scan], findings, image));
    }
    return film;
}

FilmPictures film_pictures(const store::Registry& registry, const PatientRecord& record, Date as_of)
{
    constexpr std::size_t most_frames = 6;  // one row
    const std::string& patient_id = record.patient.patient_id;
    FilmPictures made;
    const auto images = store::images_of(registry, patient_id);
    if (!images || images->empty()) return made;
    for (const std::string& nodule_id : record.nodule_ids) {
        auto film = film_of(registry, patient_id, nodule_id, as_of);
        if (!film) continue;
        auto& frames = film->frames;
        // A page has the rows beside it: scans without an image would be empty frames.
        std::erase_if(frames, [](const auto& frame) { return !frame.nodule.has_value(); });
        if (frames.size() > most_frames) {
            frames.erase(frames.begin(), frames.end() - static_cast<std::ptrdiff_t>(most_frames));
        }
        if (frames.empty()) continue;
        const auto strip = imaging::film_strip(*film);
        for (const std::string& problem : strip.problems)
            made.problems.push_back(problem);
        if (strip.shown == 0) continue;
        const auto png = imaging::png_of(strip.picture);
        if (!png) continue;
        made.pictures.push_back(
            {nodule_id, *png, strip.picture.width, strip.picture.height, "nodule " + nodule_id + " from CT to CT"});
    }
    return made;
}

}  // namespace nodtrack::tracker
