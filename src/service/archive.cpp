#include "archive.hpp"

#include <stdlib.h>
#include <zip.h>

namespace nodtrack::service {
namespace {

tl::unexpected<Error> not_written(const std::string& why)
{
    return failure(ErrorCode::registry_unusable, "the export could not be written: " + why + "; make room on the disk");
}

}  // namespace

Result<std::shared_ptr<TemporaryFolder>> TemporaryFolder::make()
{
    std::error_code problem;
    std::string name = (std::filesystem::temp_directory_path(problem) / "nodtrack_export_XXXXXX").string();
    if (problem || mkdtemp(name.data()) == nullptr) return not_written("there is no folder for temporary files");
    return std::shared_ptr<TemporaryFolder>(new TemporaryFolder(name));
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Result<void> write_zip(const std::filesystem::path& archive, const std::filesystem::path& folder,
                       const std::vector<std::string>& files, const std::string& inside)
{
    int code = 0;
    zip_t* zip = zip_open(archive.c_str(), ZIP_CREATE | ZIP_EXCL, &code);
    if (zip == nullptr) return not_written("the archive cannot be made");
    for (const auto& file : files) {
        zip_source_t* source = zip_source_file(zip, (folder / file).c_str(), 0, -1);
        const std::string name = inside + "/" + file;
        if (source == nullptr || zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) {
            if (source != nullptr) zip_source_free(source);
            const std::string why = zip_strerror(zip);
            zip_discard(zip);
            return not_written(why);
        }
    }
    if (zip_close(zip) != 0) {
        const std::string why = zip_strerror(zip);
        zip_discard(zip);
        return not_written(why);
    }
    return {};
}

}  // namespace nodtrack::service
