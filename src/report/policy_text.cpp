#include "nodtrack/report/policy_text.hpp"

#include <fmt/format.h>

#include "policy_text_sections.hpp"

namespace nodtrack::report {

std::string policy_text(const policy::Policy& policy)
{
    std::string text = fmt::format("{}\n{} {}\nsha256 {}\n\n", policy.title, policy.id, policy.version, policy.sha256);
    constexpr std::size_t page_width = 120;
    for (const std::string& note : reading_notes(policy)) {
        for (const std::string& line : lines_of(note, page_width))
            text += line + "\n";
    }
    for (const Section& section : sections_of(policy))
        text += plain_text(section);
    return text;
}

std::string policy_markdown(const policy::Policy& policy)
{
    std::string text =
        fmt::format("# {}\n\nPolicy `{}` {}, sha256 `{}`.\n\n", policy.title, policy.id, policy.version, policy.sha256);
    text += "Made by `nodtrack policy show --markdown`; do not edit.\n";
    for (const std::string& note : reading_notes(policy))
        text += "\n" + note + "\n";
    for (const Section& section : sections_of(policy))
        text += markdown(section);
    return text;
}

}  // namespace nodtrack::report
