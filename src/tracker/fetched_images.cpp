#include "fetched_images.hpp"

#include <system_error>

#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::tracker {

namespace fs = std::filesystem;

fs::path fetched_images(const fs::path& registry_file, const std::string& patient_id)
{
    return fs::path(registry_file.string() + ".images") / exchange::uid_of_name("patient\n" + patient_id);
}

Result<std::size_t> remove_fetched_images(const fs::path& registry_file, std::span<const std::string> patient_ids)
{
    std::size_t removed = 0;
    for (const std::string& id : patient_ids) {
        const fs::path folder = fetched_images(registry_file, id);
        std::error_code problem;
        const auto entries = fs::remove_all(folder, problem);
        if (problem) {
            return failure(ErrorCode::registry_unusable, "the images in " + folder.string() +
                                                             " could not be removed (" + problem.message() +
                                                             "); the record is erased: remove that folder");
        }
        removed += entries > 0 ? 1 : 0;
    }
    return removed;
}

}  // namespace nodtrack::tracker
