#include "itk_plugin.hpp"

#include <string_view>

#include "nodtrack/plugin/open_library.hpp"

namespace nodtrack::imaging {
namespace {

Result<const ItkPlugin*> load()
{
    const ItkPlugin* side = nullptr;
    const auto opened =
        plugin::open_library({.file = "libnodtrack_imaging_itk.so",
                              .entry = itk_plugin_entry,
                              .called = "the image-reading library libnodtrack_imaging_itk.so"},
                             [&](void* entry) {
                                 side = reinterpret_cast<ImageSideEntry>(entry)();
                                 return side != nullptr && std::string_view(side->version) == NODTRACK_VERSION;
                             });
    if (!opened) return tl::unexpected(opened.error());
    return side;
}

}  // namespace

Result<const ItkPlugin*> itk_plugin()
{
    static const Result<const ItkPlugin*> loaded = load();
    return loaded;
}

}  // namespace nodtrack::imaging
