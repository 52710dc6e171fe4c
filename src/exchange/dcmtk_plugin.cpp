#include "dcmtk_plugin.hpp"

#include <string_view>

#include "nodtrack/plugin/open_library.hpp"

namespace nodtrack::exchange {
namespace {

Result<const DcmtkPlugin*> load()
{
    const DcmtkPlugin* side = nullptr;
    const auto opened =
        plugin::open_library({.file = "libnodtrack_exchange_dcmtk.so",
                              .entry = dcmtk_plugin_entry,
                              .called = "the library for DICOM objects, libnodtrack_exchange_dcmtk.so,"},
                             [&](void* entry) {
                                 side = reinterpret_cast<DcmtkPluginEntry>(entry)();
                                 return side != nullptr && std::string_view(side->version) == NODTRACK_VERSION;
                             });
    if (!opened) return tl::unexpected(opened.error());
    return side;
}

}  // namespace

Result<const DcmtkPlugin*> dcmtk_plugin()
{
    static const Result<const DcmtkPlugin*> loaded = load();
    return loaded;
}

}  // namespace nodtrack::exchange
