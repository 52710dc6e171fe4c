#include <fmt/format.h>

#include <algorithm>

#include "bibliography.hpp"
#include "board_sections.hpp"
#include "html_parts.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/trend.hpp"
#include "print_measure.hpp"
#include "report_sentence_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string statement_line(const policy::Citation& citation)
{
    return fmt::format("{} ({}, {}){}: {}", citation.item, citation.source, citation.at,
                       verification_mark(citation.verification), citation.statement);
}

}  // namespace

BoardBlock answer_section(const WorksheetContent& sheet, std::size_t statements)
{
    constexpr double width = page_width - 5.0;
    const assess::Recommendation& given = sheet.assessment.recommendation;
    std::string head = in_words(action_word(given.action));
    head += given.due_date ? ", due " + given.due_date->iso() : ", no date";
    const auto& flags = sheet.assessment.flags;
    const bool overdue = std::any_of(flags.begin(), flags.end(),
                                     [](const assess::Flag& flag) { return flag.code == assess::FlagCode::overdue; });
    if (overdue) head += " (overdue)";
    if (given.safety_net_ct_date) head += "; safety-net CT " + given.safety_net_ct_date->iso();
    for (const policy::Action option : given.options)
        head += "; option " + in_words(action_word(option));
    std::string advises = sheet.policy().recommendations[given.rule].advises;
    const std::string phrase = patient_class_phrase(sheet.assessment.patient_class, sheet.malignant());
    if (!phrase.empty()) advises += " Patient: " + phrase + ".";
    if (sheet.assessment.patient_class != sheet.assessment.ungated_class) {
        const std::string ungated = patient_class_phrase(sheet.assessment.ungated_class, sheet.malignant());
        if (!ungated.empty()) advises += " By the nodules alone: " + ungated + ".";
    }
    BoardBlock block{"<section class=\"answer\">" + element("p", head, "class=\"action\""), 3.4 + 5.5};
    const auto add = [&](const std::string& text, std::size_t lines, std::string_view attributes = {}) {
        constexpr double bold = 1.1;
        const double size = attributes.empty() ? normal_size : bold * normal_size;
        const std::string fitted = fitted_to_lines(text, size, width, lines);
        block.html += element("p", fitted, attributes);
        block.height += normal_line * static_cast<double>(printed_lines(fitted, size, width));
    };
    add(deciding_fact(sheet.assessment, sheet.record, sheet.judge), 2, "class=\"fact\"");
    for (const std::string& line : standing_lines(sheet.assessment, sheet.record, sheet.judge))
        add(line, 2);
    if (const auto decided = newest_decision_text(sheet.record, sheet.assessment.timeline.as_of)) add(*decided, 2);
    add(advises, 4);
    std::string rules;
    for (const std::string& line : rule_lines(sheet.assessment, sheet.policy()))
        rules += (rules.empty() ? "" : "; ") + line;
    add(rules, 3);
    block.html += "<ul class=\"small\">";
    const std::size_t shown = std::min(statements, sheet.evidence.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const std::string line = statement_line(*sheet.evidence[i]);
        block.html += element("li", line);
        block.height += small_line * static_cast<double>(printed_lines(line, small_size, width - 2.5));
    }
    if (sheet.evidence.size() > shown) {
        block.html +=
            element("li", fmt::format("{} more statement{}: nodtrack explain {}", sheet.evidence.size() - shown,
                                      sheet.evidence.size() - shown == 1 ? "" : "s", sheet.command_id));
        block.height += small_line;
    }
    block.html += "</ul></section>\n";
    return block;
}

}  // namespace nodtrack::report
