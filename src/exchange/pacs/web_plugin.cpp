#include <string_view>

#include "nodtrack/plugin/open_library.hpp"
#include "web_transport.hpp"

namespace nodtrack::exchange {
namespace {

Result<const WebPlugin*> load()
{
    const WebPlugin* side = nullptr;
    const auto opened =
        plugin::open_library({.file = "libnodtrack_exchange_web.so",
                              .entry = web_plugin_entry,
                              .called = "the library for DICOMweb, libnodtrack_exchange_web.so,"},
                             [&](void* entry) {
                                 side = reinterpret_cast<WebPluginEntry>(entry)();
                                 return side != nullptr && std::string_view(side->version) == NODTRACK_VERSION;
                             });
    if (!opened) return tl::unexpected(opened.error());
    return side;
}

}  // namespace

Result<const WebPlugin*> web_plugin()
{
    static const Result<const WebPlugin*> loaded = load();
    return loaded;
}

}  // namespace nodtrack::exchange
