#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "bibliography.hpp"
#include "board_sections.hpp"
#include "html_parts.hpp"
#include "markup.hpp"
#include "print_measure.hpp"

namespace nodtrack::report {
namespace {

std::string left_out(const std::vector<const Disagreement*>& all, const std::vector<const Disagreement*>& shown)
{
    std::string text;
    for (const Disagreement* question : all) {
        if (std::find(shown.begin(), shown.end(), question) != shown.end()) continue;
        text += fmt::format("{}{} [{}]", text.empty() ? "Also disputed, omitted for space: " : " ", question->question,
                            question->settled);
    }
    return text;
}

/// Where not all fit: the patient's first question and the general ones stay longest.
std::vector<const Disagreement*> chosen(const std::vector<const Disagreement*>& all, std::size_t most)
{
    std::vector<const Disagreement*> shown = all;
    while (shown.size() > most) {
        const std::size_t general = 2;
        const std::size_t own = shown.size() > general ? shown.size() - general : 0;
        shown.erase(shown.begin() + static_cast<std::ptrdiff_t>(own > 1 ? own - 1 : shown.size() - 1));
    }
    return shown;
}

std::string numbers(std::span<const std::string_view> items)
{
    std::string text;
    for (const std::string_view item : items)
        text += (text.empty() ? "" : ", ") + std::string(item);
    return text;
}

std::string statements(std::span<const std::string_view> items)
{
    std::string text;
    for (const std::string_view item : items) {
        const policy::Citation* citation = statement_of(item);
        text += fmt::format(
            "{}{} [{}{}]", text.empty() ? "" : " ", citation->statement, citation->item,
            citation->verification == policy::Verification::read
                ? ""
                : (citation->verification == policy::Verification::found ? ", excerpt read" : ", not verified"));
    }
    return text;
}

BoardBlock disagreement(const Disagreement& question, bool brief)
{
    BoardBlock block{"<div class=\"small\">", 0.0};
    const auto add = [&](std::string_view tag, const std::string& text) {
        block.html += fmt::format("<p><b>{}</b> {}</p>", escaped(tag), escaped(text));
        const double bold = 1.1;
        const std::string whole = std::string(tag) + " " + text;
        block.height += small_line * static_cast<double>(printed_lines(whole, bold * small_size, half_width));
    };
    const policy::Citation* settled = statement_of(question.settled);
    add(question.question, "Here: " + settled->statement + " [" + settled->item + "]");
    if (brief) {
        add("For it:", numbers(question.taken) + "; also said: " + numbers(question.others));
        block.html += "</div>";
        return block;
    }
    add("For it:", statements(question.taken));
    add("Also said:", statements(question.others));
    block.html += "</div>";
    return block;
}

}  // namespace

BoardBlock counter_evidence_section(const WorksheetContent& sheet, std::size_t most, bool brief)
{
    if (sheet.counter_evidence.empty() || most == 0) return {};
    BoardBlock block{"<section>" + element("h2", "The other side: where documents disagree") + "<div class=\"two\">",
                     normal_line};
    const std::vector<const Disagreement*> shown = chosen(sheet.counter_evidence, most);
    for (std::size_t i = 0; i < shown.size(); i += 2) {
        double row = 0.0;
        for (std::size_t j = i; j < std::min(i + 2, shown.size()); ++j) {
            const BoardBlock one = disagreement(*shown[j], brief);
            block.html += one.html;
            row = std::max(row, one.height);
        }
        block.height += row + (i > 0 ? 1.5 : 0.0);
    }
    block.html += "</div>";
    const std::string rest = fitted_to_lines(left_out(sheet.counter_evidence, shown), small_size, page_width, 1);
    if (!rest.empty()) {
        block.html += element("p", rest, "class=\"small\"");
        block.height += small_line;
    }
    block.html += "</section>\n";
    return block;
}

}  // namespace nodtrack::report
