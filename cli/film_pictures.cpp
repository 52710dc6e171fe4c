#include "film_pictures.hpp"

#include "nodtrack/tracker/film.hpp"
#include "output.hpp"

namespace nodtrack::cli {

std::vector<report::NodulePicture> film_pictures(const store::Registry& registry, const PatientRecord& record,
                                                 Date as_of)
{
    constexpr std::size_t most_frames = 6;  // one row
    const std::string& patient_id = record.patient.patient_id;
    std::vector<report::NodulePicture> pictures;
    const auto images = store::images_of(registry, patient_id);
    if (!images || images->empty()) return pictures;
    for (const std::string& nodule_id : record.nodule_ids) {
        auto film = tracker::film_of(registry, patient_id, nodule_id, as_of);
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
            note(problem);
        if (strip.shown == 0) continue;
        const auto png = imaging::png_of(strip.picture);
        if (!png) continue;
        pictures.push_back(
            {nodule_id, *png, strip.picture.width, strip.picture.height, "nodule " + nodule_id + " from CT to CT"});
    }
    return pictures;
}

}  // namespace nodtrack::cli
