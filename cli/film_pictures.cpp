#include "film_pictures.hpp"

#include "nodtrack/tracker/film.hpp"
#include "output.hpp"

namespace nodtrack::cli {

std::vector<report::NodulePicture> film_pictures(const store::Registry& registry, const PatientRecord& record,
                                                 Date as_of)
{
    auto made = tracker::film_pictures(registry, record, as_of);
    for (const std::string& problem : made.problems)
        note(problem);
    return std::move(made.pictures);
}

}  // namespace nodtrack::cli
