#include "nodtrack/report/board_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "board_sections.hpp"
#include "html_parts.hpp"
#include "markup.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "print_measure.hpp"
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
constexpr double page_height = 276.0;
constexpr double gap = 1.6;
constexpr double header_height = 13.0;
constexpr double footer_height = 6.0;
constexpr double least_decision = 34.0;  // some of it may go to a wider face than the one measured by
constexpr double most_trend = 86.0;

class Worksheet {
  public:
    Worksheet(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
              const dose::DoseHistory& doses, std::span<const NodulePicture> pictures)
        : assessment_(assessment),
          record_(record),
          judge_(judge),
          policy_(judge.policy()),
          pictures_(pictures),
          sheet_(assessment, record, judge, doses)
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
        BoardBlock head = header();
        BoardBlock past = history();
        BoardBlock film = film_strip();
        const double least_trend = least_trend_height();
        for (;;) {
            const BoardBlock given = answer_section(sheet_, statements);
            const BoardBlock table = nodule_section(sheet_, rows, row_lines);
            const BoardBlock facts = definition_section(sheet_, questions);
            const BoardBlock sides = counter_evidence_section(sheet_, disagreements, brief);
            const BoardBlock said = context_section(sheet_, topics);
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
    static std::string assemble(const std::vector<BoardBlock>& blocks)
    {
        std::string html;
        for (const BoardBlock& block : blocks)
            html += block.html;
        return html + decision();
    }

    /// Panels side by side need less than two rows of them.
    double least_trend_height() const
    {
        if (record_.nodule_ids.size() <= 3) return 52.0;
        return record_.nodule_ids.size() <= 5 ? 46.0 : 54.0;
    }

    BoardBlock header() const
    {
        std::string html = "<header><div>" + element("h1", shortened(record_.patient.patient_id, 32)) +
                           element("p", "Lung nodule surveillance after sarcoma: worksheet for the tumour board") +
                           "</div><div class=\"right small\">";
        html += element("p", "as seen on " + assessment_.timeline.as_of.iso());
        html += element("p", fmt::format("policy {} {}", policy_.id, policy_.version));
        html += element("p", fmt::format("sha256 {}…", policy_.sha256.substr(0, 16))) + "</div></header>\n";
        return {html, header_height};
    }

    BoardBlock history() const
    {
        constexpr std::size_t most_lines = 4;
        const std::string text =
            fitted_to_lines(history_line(assessment_, record_), normal_size, page_width, most_lines);
        return {"<p>" + escaped(text) + "</p>\n",
                normal_line * static_cast<double>(printed_lines(text, normal_size, page_width))};
    }

    BoardBlock trend(double height) const
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
    BoardBlock film_strip() const
    {
        constexpr double height = 30.0;
        for (const BoardNodule& nodule : sheet_.nodules) {
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
    std::span<const NodulePicture> pictures_;
    WorksheetContent sheet_;
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
