#include "route.hpp"

#include <algorithm>

namespace nodtrack::service {
namespace {

std::optional<unsigned> hexadecimal(char c)
{
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const auto high = hexadecimal(text[i + 1]);
            const auto low = hexadecimal(text[i + 2]);
            if (!high || !low) return std::nullopt;
            c = static_cast<char>(*high * 16 + *low);
            if (c == '\0') return std::nullopt;
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out += c;
    }
    return out;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

struct Template {
    const Route* route;
    std::vector<std::string_view> segments;
};

const std::vector<Template>& templates()
{
    static const std::vector<Template> all = [] {
        std::vector<Template> made;
        for (const Route& route : routes())
            made.push_back({&route, parts_of(route.path.substr(1), '/')});
        return made;
    }();
    return all;
}

bool is_value(std::string_view segment)
{
    return segment.starts_with('{');
}

bool fits(const Template& entry, const std::vector<std::string>& path)
{
    if (entry.segments.size() != path.size()) return false;
    for (std::size_t i = path.size(); i-- > 0;) {  // from the end: all begin alike
        if (is_value(entry.segments[i]) ? path[i].empty() : entry.segments[i] != path[i]) return false;
    }
    return true;
}

}  // namespace

bool holds_password(const Route& route)
{
    static constexpr std::string_view paths[] = {"/api/v1/session", "/api/v1/session/password", "/api/v1/users",
                                                 "/api/v1/users/{name}/password"};
    return route.method == Method::post && std::ranges::find(paths, route.path) != std::end(paths);
}

Work work_of(const Route& route)
{
    static constexpr std::string_view of_many[] = {
        "/api/v1/board.html",   "/api/v1/export",      "/api/v1/export/preview",  "/api/v1/records",
        "/api/v1/audit/verify", "/api/v1/audit/reads", "/api/v1/audit/deliveries"};
    if (holds_password(route)) return Work::password;
    // A PACS may take its time.
    if (route.path.find("/pacs/") != std::string_view::npos) return Work::lengthy;
    return std::ranges::find(of_many, route.path) == std::end(of_many) ? Work::quick : Work::lengthy;
}

std::optional<Target> target_of(std::string_view text)
{
    Target target;
    const std::size_t mark = text.find('?');
    std::string_view path = text.substr(0, mark);
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    for (const std::string_view part : parts_of(path, '/')) {
        auto segment = decoded(part, false);
        if (!segment) return std::nullopt;
        target.path.push_back(std::move(*segment));
    }
    if (mark == std::string_view::npos || mark + 1 == text.size()) return target;
    for (const std::string_view part : parts_of(text.substr(mark + 1), '&')) {
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        auto name = decoded(part.substr(0, equals), true);
        auto value = decoded(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        target.query.emplace_back(std::move(*name), std::move(*value));
    }
    return target;
}

Match match(std::string_view method, const Target& target)
{
    Match found;
    if (method == "HEAD") method = "GET";
    for (const Template& entry : templates()) {
        if (!fits(entry, target.path)) continue;
        const std::string_view word = method_words[static_cast<std::size_t>(entry.route->method)];
        if (word != method) {
            found.allowed += found.allowed.empty() ? "" : ", ";
            found.allowed += word;
            continue;
        }
        found.route = entry.route;
        for (std::size_t i = 0; i < entry.segments.size(); ++i) {
            if (is_value(entry.segments[i])) found.values.push_back(target.path[i]);
        }
        return found;
    }
    return found;
}

}  // namespace nodtrack::service
