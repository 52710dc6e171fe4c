#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "nodtrack/exchange/pacs.hpp"

// libcurl brings some thirty shared libraries (LDAP, Kerberos, HTTP/2 …), which commands that ask no PACS do not load:
// it stands in a library of its own, as DCMTK does. This header is what the two sides share.

namespace nodtrack::exchange {

/// One HTTP request to a PACS. Nothing that an answer says changes where it goes.
struct WebRequest {
    std::string url;
    std::string accept;
    std::string content_type{};    ///< of a body; empty: GET
    std::uint64_t body_bytes = 0;  ///< of the whole body, which is sent with its length
    /// Fills in up to so many bytes of the body; 0 where it cannot, which ends the request.
    std::function<std::size_t(char* to, std::size_t room)> body{};
    /// Called once, when the answer begins. A failure ends the request.
    std::function<Result<void>(long status, const std::string& content_type)> head{};
    std::function<Result<void>(std::span<const unsigned char> bytes)> data{};
};

struct WebAnswer {
    long status = 0;
    std::string content_type;
    bool is_partial = false;  ///< a header `Warning: 299`: the PACS has more than it told (PS3.18, 8.3.4.3)
};

struct WebPlugin {
    const char* version;  ///< of the program it was built with
    /// Fails with `bad_input`; its sentence goes behind the name of the PACS: `cannot be reached: …`. Throws nothing.
    Result<WebAnswer> (*perform)(const Pacs& pacs, const WebRequest& request);
};

inline constexpr auto web_plugin_entry = "nodtrack_exchange_web_plugin";
using WebPluginEntry = const WebPlugin* (*)();

/// The loaded library, as `dcmtk_plugin`.
Result<const WebPlugin*> web_plugin();

}  // namespace nodtrack::exchange
