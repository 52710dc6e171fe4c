#include <fmt/format.h>

#include <set>

#include "html_parts.hpp"
#include "markup.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "policy_text_sections.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view page_style =
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.5rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}th{background:#eee}td{white-space:pre-line}tr:target{background:#fff3b0}"
    "nav a{margin-right:1rem}code{overflow-wrap:anywhere}\n";

/// What an address can name: an id of a rule or the name of a parameter, and nothing that a text may hold.
bool is_anchor(std::string_view text)
{
    constexpr std::string_view known = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return !text.empty() && text.find_first_not_of(known) == std::string_view::npos;
}

std::string table_of(const Section& section, std::set<std::string>& anchors)
{
    std::string html = "<table>\n<thead><tr>";
    for (const Column& column : section.columns)
        html += element("th", column.title, "scope=\"col\"");
    html += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : section.rows) {
        const bool is_named = !row.empty() && is_anchor(row.front()) && anchors.insert(row.front()).second;
        html += is_named ? fmt::format("<tr id=\"{}\">", row.front()) : std::string("<tr>");
        for (const std::string& cell : row)
            html += element("td", cell);
        html += "</tr>\n";
    }
    return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string policy_html(const policy::Policy& policy, std::string_view judges)
{
    std::string html = page_start(fmt::format("Policy {} {}", policy.id, policy.version), page_style);
    html += element("h1", policy.title) + "\n";
    html += fmt::format("<p>{} {}, sha256 <code>{}</code></p>\n", escaped(policy.id), escaped(policy.version),
                        escaped(policy.sha256));
    html += element("p", judges) + "\n";
    for (const std::string& note : reading_notes(policy))
        html += element("p", note) + "\n";
    const std::vector<Section> sections = sections_of(policy);
    html += "<nav aria-label=\"Parts\">";
    for (std::size_t i = 0; i < sections.size(); ++i)
        html += fmt::format("<a href=\"#part-{}\">{}</a>", i + 1, escaped(sections[i].title));
    html += "</nav>\n";
    std::set<std::string> anchors;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const Section& section = sections[i];
        html += element("h2", section.title, fmt::format("id=\"part-{}\"", i + 1)) + "\n";
        for (const std::string& paragraph : section.paragraphs)
            html += element("p", paragraph) + "\n";
        if (!section.columns.empty()) html += table_of(section, anchors);
        if (section.items.empty()) continue;
        html += "<ul>\n";
        for (const std::string& item : section.items)
            html += element("li", item) + "\n";
        html += "</ul>\n";
    }
    return html + page_end();
}

}  // namespace nodtrack::report
