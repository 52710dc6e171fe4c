#include <fmt/format.h>

#include <algorithm>

#include "board_sections.hpp"
#include "html_parts.hpp"
#include "markup.hpp"
#include "print_measure.hpp"

namespace nodtrack::report {
namespace {

std::string verdict_cell(const std::string& text, const std::string& verdict)
{
    if (!text.starts_with(verdict)) return element("td", text);
    return "<td><b>" + escaped(verdict) + "</b>" + escaped(text.substr(verdict.size())) + "</td>";
}

std::string rest_of_nodules(const WorksheetContent& sheet, std::size_t shown)
{
    std::string text;
    if (sheet.nodules.size() > shown) {
        text = fmt::format("{} more nodule{}, of no worse class: nodtrack explain {}", sheet.nodules.size() - shown,
                           sheet.nodules.size() - shown == 1 ? "" : "s", sheet.command_id);
    }
    if (sheet.assessment.timeline.not_judged > 0) {
        text += fmt::format("{}{} nodule{} of the record not judged any more.", text.empty() ? "" : "; ",
                            sheet.assessment.timeline.not_judged, sheet.assessment.timeline.not_judged == 1 ? "" : "s");
    }
    return text;
}

}  // namespace

BoardBlock nodule_section(const WorksheetContent& sheet, std::size_t most_rows, std::size_t lines)
{
    if (sheet.nodules.empty()) {
        std::string text = "No nodule is judged";
        if (sheet.assessment.timeline.not_judged > 0) {
            text += fmt::format("; {} of the record not any more (no nodule, resected, or resolved earlier)",
                                sheet.assessment.timeline.not_judged);
        }
        return {element("p", text + ".") + "\n", normal_line};
    }
    constexpr double widths[] = {14.0, 40.0, 20.0, 46.0, 70.0};
    BoardBlock block{"<table><colgroup>", 4.2};
    for (const double width : widths)
        block.html += fmt::format("<col style=\"width:{}mm\">", width);
    block.html +=
        "</colgroup><thead><tr><th>Nodule</th><th>Place and look</th><th>Size</th><th>Change</th>"
        "<th>Class and reason</th></tr></thead><tbody>\n";
    const std::size_t shown = std::min(most_rows, sheet.nodules.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const BoardNodule& row = sheet.nodules[i];
        const std::string cells[] = {row.id, row.look, row.size, row.change, row.verdict + ": " + row.reason};
        std::size_t most = 1;
        std::string html;
        for (std::size_t column = 0; column < std::size(cells); ++column) {
            const double width = widths[column] - 2.4;
            const std::string text = fitted_to_lines(cells[column], small_size, width, lines);
            most = std::max(most, printed_lines(text, small_size, width));
            html += column == std::size(cells) - 1 ? verdict_cell(text, row.verdict) : element("td", text);
        }
        block.html += "<tr>" + html + "</tr>\n";
        block.height += small_line * static_cast<double>(most) + 1.2;
    }
    block.html += "</tbody></table>\n";
    const std::string rest = rest_of_nodules(sheet, shown);
    if (rest.empty()) return block;
    return {"<div>" + block.html + element("p", rest, "class=\"small\"") + "</div>\n", block.height + small_line};
}

}  // namespace nodtrack::report
