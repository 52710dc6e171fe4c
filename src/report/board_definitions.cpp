#include <fmt/format.h>

#include <algorithm>

#include "bibliography.hpp"
#include "board_sections.hpp"
#include "html_parts.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "print_measure.hpp"
#include "trial_definitions.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

void add_item(BoardBlock& block, const std::string& text)
{
    block.html += element("li", text);
    block.height += small_line * static_cast<double>(printed_lines(text, small_size, half_width - 2.5));
}

BoardBlock definitions(const WorksheetContent& sheet)
{
    BoardBlock block{element("h2", "Trial definitions of lung metastasis") + "<ul class=\"small\">", normal_line};
    for (const TrialRule& trial : trial_rules(sheet.assessment, sheet.policy())) {
        for (const TrialDefinition& definition : trial.definitions) {
            std::string demands;
            for (const DefinitionDemand& demand : definition.demands) {
                demands += fmt::format("{}{}: {} of {}", demands.empty() ? "" : "; or ", demand.what, demand.found,
                                       demand.needed);
            }
            std::string text =
                fmt::format("if {}{}: {} ({})", definition.for_whom, definition.applies ? " (this patient)" : "",
                            definition.met() ? "MET" : "not met", demands);
            if (definition.applies && !definition.transfers) text += ", carried over from other sarcomas";
            add_item(block, text);
        }
        std::string cited;
        for (const std::uint32_t position : sheet.policy().patient_rules[trial.rule].basis.citations) {
            const policy::Citation& citation = sheet.policy().citations[position];
            cited += fmt::format("{}{} ({}){}", cited.empty() ? "" : ", ", citation.item, citation.source,
                                 verification_mark(citation.verification));
        }
        add_item(block, rule_name(sheet.policy().patient_rules[trial.rule].id) + ", " + cited +
                            ". Countable nodules, found of needed; defined for staging.");
    }
    if (sheet.malignant()) add_item(block, "confirmed by pathology, whatever the count and size");
    block.html += "</ul>";
    return block;
}

BoardBlock counts(const WorksheetContent& sheet, std::size_t most_questions)
{
    BoardBlock block{element("h2", "Count, dose, open questions") + "<ul class=\"small\">", normal_line};
    add_item(block, fmt::format("{}: countable {} (CT count is a lower bound, S1-047)", count_text(sheet.assessment),
                                sheet.judge.count_band(sheet.assessment)));
    add_item(block, fitted_to_lines(dose_line(sheet.doses), small_size, half_width - 2.5, 2));
    const std::vector<std::string>& questions = sheet.questions;
    const std::size_t shown = std::min(most_questions, questions.size());
    for (std::size_t i = 0; i < shown; ++i)
        add_item(block, fitted_to_lines((i == 0 ? "" : "! ") + questions[i], small_size, half_width - 2.5, 2));
    if (questions.size() > shown) {
        add_item(block,
                 fmt::format("{} more to note: nodtrack explain {}", questions.size() - shown, sheet.command_id));
    }
    block.html += "</ul>";
    return block;
}

}  // namespace

BoardBlock definition_section(const WorksheetContent& sheet, std::size_t most_questions)
{
    const BoardBlock left = definitions(sheet);
    const BoardBlock right = counts(sheet, most_questions);
    return {"<section class=\"two\"><div>" + left.html + "</div><div>" + right.html + "</div></section>\n",
            std::max(left.height, right.height)};
}

}  // namespace nodtrack::report
