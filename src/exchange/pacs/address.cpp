#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "nodtrack/exchange/pacs.hpp"

// Where a PACS is: what is let into the configuration, and so all that is ever connected to.

namespace nodtrack::exchange {
namespace {

constexpr std::size_t longest_ae_title = 16;  // DICOM PS3.5, VR AE
constexpr int highest_port = 65'535;
constexpr std::string_view web_example = "expected https://HOST[:PORT]/PATH, such as https://pacs.example/dicom-web";
constexpr std::string_view ae_example = "expected AET@HOST:PORT, such as ORTHANC@pacs.example:4242";

bool is_host_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '.' || letter == '-' || letter == '_';
}

bool is_host(std::string_view host)
{
    return !host.empty() && host.front() != '-' && std::all_of(host.begin(), host.end(), is_host_letter);
}

/// 0 where it is none.
int port_of(std::string_view text)
{
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_one = error == std::errc() && end == text.data() + text.size() && port > 0 && port <= highest_port;
    return is_one ? port : 0;
}

/// `host`, `host:port` or `[::1]:port`.
bool is_authority(std::string_view text)
{
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        const std::string_view inside = text.substr(1, close - 1);
        if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        const std::string_view rest = text.substr(close + 1);
        return rest.empty() || (rest.front() == ':' && port_of(rest.substr(1)) > 0);
    }
    const std::size_t colon = text.find(':');
    if (!is_host(text.substr(0, colon))) return false;
    return colon == std::string_view::npos || port_of(text.substr(colon + 1)) > 0;
}

bool is_path(std::string_view path)
{
    return std::all_of(path.begin(), path.end(), [](char letter) {
        return is_host_letter(letter) || letter == '/' || letter == '~' || letter == '+';
    });
}

bool is_ae_title(std::string_view title)
{
    return !title.empty() && title.size() <= longest_ae_title && title.front() != ' ' && title.back() != ' ' &&
           std::all_of(title.begin(), title.end(),
                       [](char letter) { return letter >= ' ' && letter <= '~' && letter != '\\'; });
}

tl::unexpected<Error> usage(const std::string& why)
{
    return failure(ErrorCode::usage, why);
}

}  // namespace

std::string Pacs::address() const
{
    return is_web() ? dicomweb_url : fmt::format("{}@{}:{}", ae_title, host, port);
}

bool Pacs::is_encrypted() const
{
    return is_web() ? dicomweb_url.starts_with("https://") : !ca.empty();
}

Result<void> take_dicomweb_url(Pacs& pacs, const std::string& url)
{
    std::string_view rest = url;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (rest.size() == url.size() || !is_authority(rest.substr(0, slash)) || !is_path(rest.substr(slash)))
        return usage(fmt::format("'{}' is not the address of a DICOMweb service; {} (no name or password, no ? or #)",
                                 url, web_example));
    pacs.dicomweb_url = url;
    while (pacs.dicomweb_url.ends_with('/'))
        pacs.dicomweb_url.pop_back();
    return {};
}

Result<void> take_ae(Pacs& pacs, const std::string& text)
{
    const std::size_t at = text.rfind('@');
    const std::size_t colon = text.rfind(':');
    const bool has_parts = at != std::string::npos && colon != std::string::npos && at < colon;
    if (!has_parts || !is_ae_title(text.substr(0, at)) || !is_host(text.substr(at + 1, colon - at - 1)) ||
        port_of(text.substr(colon + 1)) == 0)
        return usage(fmt::format("'{}' is not the address of a DICOM service; {}; an AE title has up to {} letters",
                                 text, ae_example, longest_ae_title));
    pacs.ae_title = text.substr(0, at);
    pacs.host = text.substr(at + 1, colon - at - 1);
    pacs.port = port_of(text.substr(colon + 1));
    return {};
}

Result<void> check_pacs(const Pacs& pacs)
{
    if (pacs.is_web() == !pacs.ae_title.empty()) return usage("give either --dicomweb URL or --ae AET@HOST:PORT");
    if (!is_ae_title(pacs.calling_ae_title))
        return usage(fmt::format("'{}' is no AE title: 1 to {} letters", pacs.calling_ae_title, longest_ae_title));
    if (pacs.certificate.empty() != pacs.key.empty()) return usage("--cert FILE and --key FILE go together");
    const bool has_files = !pacs.ca.empty() || !pacs.certificate.empty();
    if (pacs.is_web() && has_files && !pacs.is_encrypted())
        return usage("--ca, --cert and --key go with https://, and this address begins with http://");
    if (!pacs.is_web() && pacs.ca.empty() && has_files)
        return usage(
            "--cert and --key go with --ca: without the authority to trust the PACS cannot be told from another");
    return {};
}

}  // namespace nodtrack::exchange
