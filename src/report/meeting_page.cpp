#include "meeting_page.hpp"

#include <fmt/format.h>

#include "html_parts.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view style = R"(
@page { size: A4 portrait; margin: 14mm 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 186mm; color: #111; background: #fff; font: 9.5pt/1.35 Arial, Helvetica, "Liberation Sans", sans-serif; }
h1 { font-size: 15pt; margin: 0 0 3mm; }
p { margin: 0 0 1mm; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-top: 3mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; border-bottom: 0.4mm solid #111; padding: 1mm; }
td { vertical-align: top; border-bottom: 0.2mm solid #888; padding: 1.5mm 1mm; overflow-wrap: anywhere; }
footer { margin-top: 6mm; font-size: 8pt; color: #333; }
)";

}  // namespace

std::string meeting_title(std::string_view kind, const Meeting& meeting, const Sentences& words)
{
    const std::string name = meeting.name.empty() ? words.say("agenda.meeting") : meeting.name;
    return words.say(std::string(kind) + ".title", {{"meeting", name}, {"day", words.day(meeting.day)}});
}

std::string meeting_page(const std::string& title, const std::vector<std::string>& paragraphs,
                         const std::vector<std::string>& columns, const std::vector<int>& widths_mm,
                         const std::vector<std::vector<MeetingCell>>& rows, const std::string& foot,
                         const Sentences& words)
{
    std::string html = page_start(title, style, words.language()) + "<main>\n" + element("h1", title) + "\n";
    for (const std::string& paragraph : paragraphs)
        html += element("p", paragraph) + "\n";
    if (!rows.empty()) {
        html += "<table>\n<thead><tr>";
        for (std::size_t i = 0; i < columns.size(); ++i)
            html += element("th", columns[i], fmt::format("scope=\"col\" style=\"width:{}mm\"", widths_mm[i]));
        html += "</tr></thead>\n<tbody>\n";
        for (const auto& row : rows) {
            html += "<tr>";
            for (const MeetingCell& cell : row) {
                html += "<td>";
                for (const std::string& paragraph : cell)
                    html += element("p", paragraph);
                html += "</td>";
            }
            html += "</tr>\n";
        }
        html += "</tbody>\n</table>\n";
    }
    return html + element("footer", foot) + "\n</main>\n" + page_end();
}

}  // namespace nodtrack::report
