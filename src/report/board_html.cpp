#include "nodtrack/report/board_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bibliography.hpp"
#include "board_content.hpp"
#include "html_parts.hpp"
#include "markup.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/context_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/report/other_side.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "print_measure.hpp"
#include "report_sentence_words.hpp"
#include "trial_definitions.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view style = R"(
@page { size: A4 portrait; margin: 10mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #111; background: #fff; font: 8pt/3.5mm Arial, Helvetica, "Liberation Sans", sans-serif; }
.page { width: 190mm; height: 276mm; overflow: hidden; display: flex; flex-direction: column; gap: 1.6mm;
        break-after: page; break-inside: avoid; }
.page:last-child { break-after: auto; }
@media screen { body { background: #d8d8d8; }
                .page { background: #fff; padding: 10mm; width: 210mm; height: 297mm; margin: 6mm auto; } }
.page > * { flex: none; }
p, h1, h2, ul { margin: 0; padding: 0; }
header { display: flex; justify-content: space-between; border-bottom: 0.5mm solid #111; padding-bottom: 1mm;
         height: 13mm; }
h1 { font-size: 15pt; line-height: 7mm; }
.right { text-align: right; }
h2 { font-size: 8pt; line-height: 3.5mm; text-transform: uppercase; letter-spacing: 0.05em; }
.answer { border: 0.5mm solid #111; padding: 1.2mm 2mm; }
.fact { font-weight: bold; }
.action { font-size: 12pt; line-height: 5.5mm; font-weight: bold; }
.small { font-size: 7pt; line-height: 3.1mm; }
ul { list-style: none; }
li { padding-left: 2.5mm; text-indent: -2.5mm; }
li::before { content: "– "; }
svg { display: block; width: 190mm; height: auto; }
table { border-collapse: collapse; width: 190mm; table-layout: fixed; font-size: 7pt; line-height: 3.1mm; }
th { text-align: left; border-bottom: 0.3mm solid #111; padding: 0.3mm 1mm; }
td { vertical-align: top; border-bottom: 0.15mm solid #888; padding: 0.5mm 1mm; overflow-wrap: anywhere; }
.two { display: grid; grid-template-columns: 93mm 93mm; gap: 1.5mm 4mm; }
.page > .decision { flex: 1 1 0; min-height: 24mm; border: 0.5mm solid #111; padding: 1.2mm 2mm; display: flex;
             flex-direction: column; }
.line { flex: 1 1 0; display: flex; align-items: flex-end; gap: 3mm; padding-bottom: 0.6mm; }
.line i { flex: 1; border-bottom: 0.2mm solid #555; }
.box { display: inline-block; width: 3mm; height: 3mm; border: 0.3mm solid #111; vertical-align: -0.4mm;
       margin-right: 1.2mm; }
footer { font-size: 6.5pt; line-height: 2.8mm; color: #333; height: 6mm; }
)";

// All of this is millimetres of paper.
constexpr double page_width = 190.0;
constexpr double page_height = 276.0;
constexpr double gap = 1.6;
constexpr double header_height = 13.0;
constexpr double footer_height = 6.0;
constexpr double least_decision = 34.0;  // some of it may go to a wider face than the one measured by
constexpr double point = 25.4 / 72.0;
constexpr double normal_line = 3.5;
constexpr double small_line = 3.1;
constexpr double normal_size = 8.0 * point;
constexpr double small_size = 7.0 * point;
constexpr double most_trend = 86.0;

/// HTML and how high it is at most.
struct Block {
    std::string html;
    double height = 0.0;
};

class Worksheet {
  public:
    Worksheet(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
              const dose::DoseHistory& doses, std::span<const NodulePicture> pictures)
        : assessment_(assessment),
          record_(record),
          judge_(judge),
          policy_(judge.policy()),
          doses_(doses),
          pictures_(pictures),
          command_id_(shortened(record.patient.patient_id, 30)),
          nodules_(board_nodules(assessment, record, judge)),
          other_side_(other_side(assessment, record, judge)),
          evidence_(evidence(assessment, policy_)),
          questions_(open_questions(assessment, record, judge)),
          context_(context_of(assessment, record, judge.policy()))
    {}

    /// Takes from what can be read elsewhere until the rest fits: first words of evidence, then disagreements, then
    /// rows.
    std::string body()
    {
        std::size_t statements = 6;
        std::size_t disagreements = 4;
        std::size_t rows = 10;
        std::size_t questions = 7;
        std::size_t topics = 4;
        bool brief = false;
        std::size_t row_lines = 3;
        Block head = header();
        Block past = history();
        Block film = film_strip();
        const double least_trend = least_trend_height();
        for (;;) {
            const Block given = answer(statements);
            const Block table = nodules(rows, row_lines);
            const Block facts = definitions_and_counts(questions);
            const Block sides = other_side_block(disagreements, brief);
            const Block said = context(topics);
            double used = head.height + past.height + given.height + table.height + facts.height + sides.height;
            if (said.height > 0.0) used += said.height + gap;
            if (film.height > 0.0) used += film.height + gap;
            used += footer_height + least_decision + 8.0 * gap;
            const double room = page_height - used;
            if (room < least_trend) {
                // What can be read elsewhere goes first, the rows of nodules last.
                const auto takes = [](std::size_t& amount, std::size_t down_to) {
                    if (amount <= down_to) return false;
                    --amount;
                    return true;
                };
                const auto becomes_brief = [&] {
                    if (brief) return false;
                    brief = true;
                    disagreements = 4;
                    return true;
                };
                const bool taken = takes(topics, 2) || takes(statements, 4) || takes(questions, 5) ||
                                   takes(topics, 1) || takes(row_lines, 2) || (!brief && takes(disagreements, 2)) ||
                                   takes(statements, 3) || becomes_brief() || takes(rows, 8) || takes(statements, 1) ||
                                   takes(questions, 3) || takes(statements, 0) || takes(disagreements, 2) ||
                                   takes(topics, 0) || takes(questions, 1) || takes(disagreements, 0) || takes(rows, 4);
                if (!taken && film.height > 0.0) {
                    film = {};
                    continue;
                }
                if (!taken) {
                    // Nothing is left to take: the trend gives way.
                    return assemble({head, past, given, trend(std::max(30.0, room)), table, facts, sides, said});
                }
                continue;
            }
            // The box for the decision gets a share of what is left.
            const double height = std::min(most_trend, room);
            return assemble({head, past, given, trend(height), film, table, facts, sides, said});
        }
    }

  private:
    static std::string assemble(const std::vector<Block>& blocks)
    {
        std::string html;
        for (const Block& block : blocks)
            html += block.html;
        return html + decision();
    }

    /// Panels side by side need less than two rows of them.
    double least_trend_height() const
    {
        if (record_.nodule_ids.size() <= 3) return 52.0;
        return record_.nodule_ids.size() <= 5 ? 46.0 : 54.0;
    }

    Block header() const
    {
        std::string html = "<header><div>" + element("h1", shortened(record_.patient.patient_id, 32)) +
                           element("p", "Lung nodule surveillance after sarcoma: worksheet for the tumour board") +
                           "</div><div class=\"right small\">";
        html += element("p", "as seen on " + assessment_.timeline.as_of.iso());
        html += element("p", fmt::format("policy {} {}", policy_.id, policy_.version));
        html += element("p", fmt::format("sha256 {}…", policy_.sha256.substr(0, 16))) + "</div></header>\n";
        return {html, header_height};
    }

    bool malignant() const
    {
        return std::any_of(assessment_.timeline.nodules.begin(), assessment_.timeline.nodules.end(),
                           [](const assess::NoduleTimeline& nodule) { return nodule.pathology_malignant; });
    }

    Block history() const
    {
        constexpr std::size_t most_lines = 4;
        const std::string text =
            fitted_to_lines(history_line(assessment_, record_), normal_size, page_width, most_lines);
        return {"<p>" + escaped(text) + "</p>\n",
                normal_line * static_cast<double>(printed_lines(text, normal_size, page_width))};
    }

    Block answer(std::size_t statements) const
    {
        constexpr double width = page_width - 5.0;
        const assess::Recommendation& given = assessment_.recommendation;
        std::string head = spoken(action_word(given.action));
        head += given.due_date ? ", due " + given.due_date->iso() : ", no date";
        const auto& flags = assessment_.flags;
        const bool overdue = std::any_of(flags.begin(), flags.end(), [](const assess::Flag& flag) {
            return flag.code == assess::FlagCode::overdue;
        });
        if (overdue) head += " (overdue)";
        if (given.safety_net_ct_date) head += "; safety-net CT " + given.safety_net_ct_date->iso();
        for (const policy::Action option : given.options)
            head += "; option " + spoken(action_word(option));
        std::string advises = policy_.recommendations[given.rule].advises;
        const std::string phrase = patient_class_phrase(assessment_.patient_class, malignant());
        if (!phrase.empty()) advises += " Patient: " + phrase + ".";
        if (assessment_.patient_class != assessment_.ungated_class) {
            const std::string ungated = patient_class_phrase(assessment_.ungated_class, malignant());
            if (!ungated.empty()) advises += " By the nodules alone: " + ungated + ".";
        }
        Block block{"<section class=\"answer\">" + element("p", head, "class=\"action\""), 3.4 + 5.5};
        const auto add = [&](const std::string& text, std::size_t lines, std::string_view attributes = {}) {
            constexpr double bold = 1.1;
            const double size = attributes.empty() ? normal_size : bold * normal_size;
            const std::string fitted = fitted_to_lines(text, size, width, lines);
            block.html += element("p", fitted, attributes);
            block.height += normal_line * static_cast<double>(printed_lines(fitted, size, width));
        };
        add(deciding_fact(assessment_, record_, judge_), 2, "class=\"fact\"");
        for (const std::string& line : standing_lines(assessment_, record_, judge_))
            add(line, 2);
        if (const auto decided = newest_decision_text(record_, assessment_.timeline.as_of)) add(*decided, 2);
        add(advises, 4);
        std::string rules;
        for (const std::string& line : rule_lines(assessment_, policy_))
            rules += (rules.empty() ? "" : "; ") + line;
        add(rules, 3);
        block.html += "<ul class=\"small\">";
        const std::size_t shown = std::min(statements, evidence_.size());
        for (std::size_t i = 0; i < shown; ++i) {
            const std::string line = statement_line(*evidence_[i]);
            block.html += element("li", line);
            block.height += small_line * static_cast<double>(printed_lines(line, small_size, width - 2.5));
        }
        if (evidence_.size() > shown) {
            block.html +=
                element("li", fmt::format("{} more statement{}: nodtrack explain {}", evidence_.size() - shown,
                                          evidence_.size() - shown == 1 ? "" : "s", command_id_));
            block.height += small_line;
        }
        block.html += "</ul></section>\n";
        return block;
    }

    static std::string statement_line(const policy::Citation& citation)
    {
        return fmt::format("{} ({}, {}){}: {}", citation.item, citation.source, citation.at,
                           verification_mark(citation.verification), citation.statement);
    }

    Block trend(double height) const
    {
        constexpr double unit = 4.0;  // of the picture in a millimetre
        constexpr std::size_t most_panels = 8;
        const TrendPicture picture = {.width = page_width * unit,
                                      .height = height * unit,
                                      .heading = false,
                                      .volumes = assessment_.nodules.size() < 4 && height > 60.0,
                                      .most_panels = most_panels,
                                      .id_prefix = record_.patient.patient_id};
        return {trend_svg(assessment_, record_, judge_, picture), height};
    }

    /// Of the foremost nodule that has a picture.
    Block film_strip() const
    {
        constexpr double height = 30.0;
        for (const BoardNodule& nodule : nodules_) {
            for (const NodulePicture& picture : pictures_) {
                if (picture.nodule_id != nodule.id || picture.height < 1) continue;
                const double width = std::min(page_width, height * picture.width / picture.height);
                const double fitted = width * picture.height / picture.width;
                const std::string size =
                    fmt::format("style=\"display:block;width:{:.1f}mm;height:{:.1f}mm\"", width, fitted);
                return {"<div>" + embedded(picture, size) + "</div>\n", fitted};
            }
        }
        return {};
    }

    Block nodules(std::size_t most_rows, std::size_t lines) const
    {
        if (nodules_.empty()) {
            std::string text = "No nodule is judged";
            if (assessment_.timeline.not_judged > 0) {
                text += fmt::format("; {} of the record not any more (no nodule, resected, or resolved earlier)",
                                    assessment_.timeline.not_judged);
            }
            return {element("p", text + ".") + "\n", normal_line};
        }
        constexpr double widths[] = {14.0, 40.0, 20.0, 46.0, 70.0};
        Block block{"<table><colgroup>", 4.2};
        for (const double width : widths)
            block.html += fmt::format("<col style=\"width:{}mm\">", width);
        block.html +=
            "</colgroup><thead><tr><th>Nodule</th><th>Place and look</th><th>Size</th><th>Change</th>"
            "<th>Class and reason</th></tr></thead><tbody>\n";
        const std::size_t shown = std::min(most_rows, nodules_.size());
        for (std::size_t i = 0; i < shown; ++i) {
            const BoardNodule& row = nodules_[i];
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
        const std::string rest = rest_of_nodules(shown);
        if (rest.empty()) return block;
        return {"<div>" + block.html + element("p", rest, "class=\"small\"") + "</div>\n", block.height + small_line};
    }

    static std::string verdict_cell(const std::string& text, const std::string& verdict)
    {
        if (!text.starts_with(verdict)) return element("td", text);
        return "<td><b>" + escaped(verdict) + "</b>" + escaped(text.substr(verdict.size())) + "</td>";
    }

    std::string rest_of_nodules(std::size_t shown) const
    {
        std::string text;
        if (nodules_.size() > shown) {
            text = fmt::format("{} more nodule{}, of no worse class: nodtrack explain {}", nodules_.size() - shown,
                               nodules_.size() - shown == 1 ? "" : "s", command_id_);
        }
        if (assessment_.timeline.not_judged > 0) {
            text += fmt::format("{}{} nodule{} of the record not judged any more.", text.empty() ? "" : "; ",
                                assessment_.timeline.not_judged, assessment_.timeline.not_judged == 1 ? "" : "s");
        }
        return text;
    }

    Block definitions_and_counts(std::size_t questions) const
    {
        const Block left = definitions();
        const Block right = counts(questions);
        return {"<section class=\"two\"><div>" + left.html + "</div><div>" + right.html + "</div></section>\n",
                std::max(left.height, right.height)};
    }

    static constexpr double half_width = 93.0;

    static void add_item(Block& block, const std::string& text)
    {
        block.html += element("li", text);
        block.height += small_line * static_cast<double>(printed_lines(text, small_size, half_width - 2.5));
    }

    Block definitions() const
    {
        Block block{element("h2", "Trial definitions of lung metastasis") + "<ul class=\"small\">", normal_line};
        for (const TrialRule& trial : trial_rules(assessment_, policy_)) {
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
            for (const std::uint32_t position : policy_.patient_rules[trial.rule].basis.citations) {
                const policy::Citation& citation = policy_.citations[position];
                cited += fmt::format("{}{} ({}){}", cited.empty() ? "" : ", ", citation.item, citation.source,
                                     verification_mark(citation.verification));
            }
            add_item(block, rule_name(policy_.patient_rules[trial.rule].id) + ", " + cited +
                                ". Countable nodules, found of needed; defined for staging.");
        }
        if (malignant()) add_item(block, "confirmed by pathology, whatever the count and size");
        block.html += "</ul>";
        return block;
    }

    Block counts(std::size_t most_questions) const
    {
        Block block{element("h2", "Count, dose, open questions") + "<ul class=\"small\">", normal_line};
        add_item(block, fmt::format("{}: countable {} (CT count is a lower bound, S1-047)", count_text(assessment_),
                                    judge_.count_band(assessment_)));
        add_item(block, fitted_to_lines(dose_line(doses_), small_size, half_width - 2.5, 2));
        const std::vector<std::string>& questions = questions_;
        const std::size_t shown = std::min(most_questions, questions.size());
        for (std::size_t i = 0; i < shown; ++i)
            add_item(block, fitted_to_lines((i == 0 ? "" : "! ") + questions[i], small_size, half_width - 2.5, 2));
        if (questions.size() > shown) {
            add_item(block, fmt::format("{} more to note: nodtrack explain {}", questions.size() - shown, command_id_));
        }
        block.html += "</ul>";
        return block;
    }

    /// `brief`: how it is settled, and statements by number alone.
    Block other_side_block(std::size_t most, bool brief) const
    {
        if (other_side_.empty() || most == 0) return {};
        Block block{"<section>" + element("h2", "The other side: where documents disagree") + "<div class=\"two\">",
                    normal_line};
        const std::vector<const Disagreement*> shown = chosen(most);
        for (std::size_t i = 0; i < shown.size(); i += 2) {
            double row = 0.0;
            for (std::size_t j = i; j < std::min(i + 2, shown.size()); ++j) {
                const Block one = disagreement(*shown[j], brief);
                block.html += one.html;
                row = std::max(row, one.height);
            }
            block.height += row + (i > 0 ? 1.5 : 0.0);
        }
        block.html += "</div>";
        const std::string rest = fitted_to_lines(left_out(shown), small_size, page_width, 1);
        if (!rest.empty()) {
            block.html += element("p", rest, "class=\"small\"");
            block.height += small_line;
        }
        block.html += "</section>\n";
        return block;
    }

    /// What the documents say for such a patient; topics that do not fit are counted.
    Block context(std::size_t most) const
    {
        const std::size_t shown = std::min(most, context_.size());
        if (shown == 0) return {};
        Block block{
            "<section>" + element("h2", "Context: what the documents say beside the answer") + "<ul class=\"small\">",
            normal_line};
        const auto add = [&](const std::string& text) {
            const std::string line = fitted_to_lines(text, small_size, page_width - 2.5, 2);
            block.html += element("li", line);
            block.height += small_line * static_cast<double>(printed_lines(line, small_size, page_width - 2.5));
        };
        for (std::size_t i = 0; i < shown; ++i)
            add(context_line(*context_[i]));
        if (context_.size() > shown) {
            add(fmt::format("{} more topic{}: nodtrack appropriateness {}", context_.size() - shown,
                            context_.size() - shown == 1 ? "" : "s", command_id_));
        }
        block.html += "</ul></section>\n";
        return block;
    }

    std::string left_out(const std::vector<const Disagreement*>& shown) const
    {
        std::string text;
        for (const Disagreement* question : other_side_) {
            if (std::find(shown.begin(), shown.end(), question) != shown.end()) continue;
            text += fmt::format("{}{} [{}]", text.empty() ? "Also disputed, for want of room not told here: " : " ",
                                question->question, question->settled);
        }
        return text;
    }

    /// Where not all fit: the patient's first question and the general ones stay longest.
    std::vector<const Disagreement*> chosen(std::size_t most) const
    {
        std::vector<const Disagreement*> shown = other_side_;
        while (shown.size() > most) {
            const std::size_t general = 2;
            const std::size_t own = shown.size() > general ? shown.size() - general : 0;
            shown.erase(shown.begin() + static_cast<std::ptrdiff_t>(own > 1 ? own - 1 : shown.size() - 1));
        }
        return shown;
    }

    static Block disagreement(const Disagreement& question, bool brief)
    {
        Block block{"<div class=\"small\">", 0.0};
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

    static std::string numbers(std::span<const std::string_view> items)
    {
        std::string text;
        for (const std::string_view item : items)
            text += (text.empty() ? "" : ", ") + std::string(item);
        return text;
    }

    static std::string statements(std::span<const std::string_view> items)
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

    static std::string decision()
    {
        const std::string box = "<span class=\"box\"></span>";
        return "<section class=\"decision\"><h2>Decision of the board</h2>"
               "<div class=\"line\">Present <i></i> Date <i style=\"flex:none;width:34mm\"></i></div>"
               "<div class=\"line\"><span>" +
               box + "as recommended</span><span>" + box +
               "otherwise, because</span><i></i></div><div class=\"line\"><i></i></div>"
               "<div class=\"line\">Who does it <i></i> Due <i style=\"flex:none;width:34mm\"></i></div></section>\n";
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const policy::Policy& policy_;
    const dose::DoseHistory& doses_;
    std::span<const NodulePicture> pictures_;
    std::string command_id_;
    std::vector<BoardNodule> nodules_;
    std::vector<const Disagreement*> other_side_;
    std::vector<const policy::Citation*> evidence_;
    std::vector<std::string> questions_;
    std::vector<const dose::ContextTopic*> context_;
};

}  // namespace

BoardPage board_page(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                     const dose::DoseHistory& doses, std::span<const NodulePicture> pictures)
{
    return {record.patient.patient_id,
            assessment.recommendation.action,
            assessment.recommendation.due_date,
            answer_line(assessment, record, judge),
            standing_lines(assessment, record, judge),
            Worksheet(assessment, record, judge, doses, pictures).body()};
}

std::string board_html(std::span<const BoardPage> pages, std::string_view meeting, Date as_of)
{
    const std::string name = shortened(meeting.empty() ? "Sarcoma tumour board" : meeting, 80);
    std::string html = page_start(name + ", as seen on " + as_of.iso(), style);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        html += "<main class=\"page\">\n" + pages[i].body + "<footer>" +
                escaped(fmt::format("{}. Page {} of {}. {}", name, i + 1, pages.size(), standing_notice())) +
                "</footer>\n</main>\n";
    }
    return html + page_end();
}

}  // namespace nodtrack::report
