#include "nodtrack/plugin/open_library.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>
#include <vector>

namespace nodtrack::plugin {
namespace {

namespace fs = std::filesystem;

/// Where the library may stand: beside the program as built, under lib/ as installed.
std::vector<fs::path> candidate_files(const std::string& file)
{
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const auto folder = program.parent_path();
    return {folder / file, folder.parent_path() / "lib" / "nodtrack" / file};
}

}  // namespace

Result<void> open_library(const Library& library, const std::function<bool(void* entry)>& take)
{
    std::string tried;
    const auto failed = [&](const std::string& why) { tried += (tried.empty() ? "" : "; ") + why; };
    for (const auto& file : candidate_files(library.file)) {
        std::error_code error;
        if (!fs::exists(file, error)) {
            failed(file.string() + ": no such file");
            continue;
        }
        void* const opened = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (opened == nullptr) {
            failed(::dlerror());
            continue;
        }
        void* const entry = ::dlsym(opened, library.entry.c_str());
        if (entry != nullptr && take(entry)) return {};
        failed(file.string() + ": belongs to another version of nodtrack");
    }
    return failure(ErrorCode::internal,
                   library.called + " cannot be loaded (" + tried + "); install nodtrack and its packages anew");
}

}  // namespace nodtrack::plugin
