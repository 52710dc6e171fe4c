#include "itk_plugin.hpp"

#include <dlfcn.h>

#include <string_view>
#include <system_error>

#include "text.hpp"

namespace nodtrack::imaging {
namespace {

constexpr auto library_name = "libnodtrack_imaging_itk.so";

/// Where the library may stand: beside the program as built, under lib/ as installed.
std::vector<std::filesystem::path> candidate_files()
{
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const auto folder = program.parent_path();
    return {folder / library_name, folder.parent_path() / "lib" / "nodtrack" / library_name};
}

Result<const ItkPlugin*> load()
{
    std::vector<std::string> tried;
    for (const auto& file : candidate_files()) {
        std::error_code error;
        if (!std::filesystem::exists(file, error)) {
            tried.push_back(file.string() + ": no such file");
            continue;
        }
        // Never closed: ITK's singletons do not survive it.
        void* library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (library == nullptr) {
            tried.emplace_back(::dlerror());
            continue;
        }
        const auto entry = reinterpret_cast<ImageSideEntry>(::dlsym(library, itk_plugin_entry));
        const ItkPlugin* side = entry == nullptr ? nullptr : entry();
        if (side != nullptr && std::string_view(side->version) == NODTRACK_VERSION) return side;
        tried.push_back(file.string() + ": belongs to another version of nodtrack");
    }
    return failure(ErrorCode::internal,
                   std::string("the image-reading library ") + library_name + " cannot be loaded (" +
                       joined(tried, "; ") + "); install nodtrack and its packages anew",
                   {});
}

}  // namespace

Result<const ItkPlugin*> itk_plugin()
{
    static const Result<const ItkPlugin*> loaded = load();
    return loaded;
}

}  // namespace nodtrack::imaging
