#include <fmt/format.h>

#include <algorithm>

#include "board_sections.hpp"
#include "html_parts.hpp"
#include "nodtrack/report/context_text.hpp"
#include "print_measure.hpp"

namespace nodtrack::report {

BoardBlock context_section(const WorksheetContent& sheet, std::size_t most)
{
    const std::size_t shown = std::min(most, sheet.context.size());
    if (shown == 0) return {};
    BoardBlock block{
        "<section>" + element("h2", "Context: what the documents say beside the answer") + "<ul class=\"small\">",
        normal_line};
    const auto add = [&](const std::string& text) {
        const std::string line = fitted_to_lines(text, small_size, page_width - 2.5, 2);
        block.html += element("li", line);
        block.height += small_line * static_cast<double>(printed_lines(line, small_size, page_width - 2.5));
    };
    for (std::size_t i = 0; i < shown; ++i)
        add(context_line(*sheet.context[i]));
    if (sheet.context.size() > shown) {
        add(fmt::format("{} more topic{}: nodtrack appropriateness {}", sheet.context.size() - shown,
                        sheet.context.size() - shown == 1 ? "" : "s", sheet.command_id));
    }
    block.html += "</ul></section>\n";
    return block;
}

}  // namespace nodtrack::report
