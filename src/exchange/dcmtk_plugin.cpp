#include "dcmtk_plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string_view>
#include <system_error>

namespace nodtrack::exchange {
namespace {

constexpr auto library_name = "libnodtrack_exchange_dcmtk.so";

/// Where the library may stand: beside the program as built, under lib/ as installed.
std::vector<std::filesystem::path> candidate_files()
{
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const auto folder = program.parent_path();
    return {folder / library_name, folder.parent_path() / "lib" / "nodtrack" / library_name};
}

Result<const DcmtkPlugin*> load()
{
    std::vector<std::string> tried;
    for (const auto& file : candidate_files()) {
        std::error_code error;
        if (!std::filesystem::exists(file, error)) {
            tried.push_back(file.string() + ": no such file");
            continue;
        }
        // Never closed: DCMTK's dictionary and loggers do not survive it.
        void* library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (library == nullptr) {
            tried.emplace_back(::dlerror());
            continue;
        }
        const auto entry = reinterpret_cast<DcmtkPluginEntry>(::dlsym(library, dcmtk_plugin_entry));
        const DcmtkPlugin* side = entry == nullptr ? nullptr : entry();
        if (side != nullptr && std::string_view(side->version) == NODTRACK_VERSION) return side;
        tried.push_back(file.string() + ": belongs to another version of nodtrack");
    }
    return failure(ErrorCode::internal,
                   fmt::format("the library for DICOM objects, {}, cannot be loaded ({}); install nodtrack and its "
                               "packages anew",
                               library_name, fmt::join(tried, "; ")),
                   {});
}

}  // namespace

Result<const DcmtkPlugin*> dcmtk_plugin()
{
    static const Result<const DcmtkPlugin*> loaded = load();
    return loaded;
}

}  // namespace nodtrack::exchange
