#include "log_entry.hpp"

namespace nodtrack::service {

constexpr std::size_t longest_logged = 256;

bool is_logged(std::string_view path)
{
    for (const char* start : {"patients", "worklist", "board", "records", "preview", "amendments", "export"}) {
        if (path.starts_with(std::string("/api/v1/") + start)) return true;
    }
    return false;
}

std::string shortened(std::string text)
{
    if (text.size() > longest_logged) text = text.substr(0, longest_logged) + "...";
    return text;
}

std::string names_of(const Route& route)
{
    return std::string(method_words[static_cast<std::size_t>(route.method)]) + " " + std::string(route.path);
}

}  // namespace nodtrack::service
