#include "nodtrack/report/trend_html.hpp"

#include <fmt/format.h>

#include "html_parts.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "remarks.hpp"
#include "report_sentence_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view style = R"(
body { font: 15px/1.4 Arial, Helvetica, "Liberation Sans", sans-serif; color: #1a1a1a; background: #fff;
       max-width: 1000px; margin: 1.5em auto; padding: 0 1em; }
h1 { font-size: 1.4em; margin: 0; }
h2 { font-size: 1.1em; margin: 1.6em 0 0.4em; }
svg, img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 0.87em; }
th, td { text-align: left; padding: 0.15em 0.8em 0.15em 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.answer { font-weight: bold; margin: 0.4em 0; }
.quiet { color: #4d4d4d; }
@page { size: A4; margin: 12mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10pt; } tr, svg, img { break-inside: avoid; } }
)";

std::string number_cell(const std::string& text)
{
    return element("td", text, "class=\"n\"");
}

std::string interval_text(const std::optional<ReadingInterval>& interval, int decimals)
{
    return interval ? fmt::format("{:.{}f}–{:.{}f}", interval->low, decimals, interval->high, decimals) : "";
}

std::string heading(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    std::string html =
        element("h1", record.patient.patient_id + ": nodules as seen on " + assessment.timeline.as_of.iso());
    html += element("p", answer_line(assessment, record, judge), "class=\"answer\"");
    for (const std::string& line : standing_lines(assessment, record, judge))
        html += element("p", line);
    if (const auto decided = newest_decision_text(record, assessment.timeline.as_of)) html += element("p", *decided);
    return html +
           element("p", fmt::format("{}; {}. {}", patient_class_word(assessment.patient_class), count_text(assessment),
                                    judge.policy().recommendations[assessment.recommendation.rule].advises)) +
           "\n";
}

std::string row_html(const TrendPoint& point, const PatientRecord& record)
{
    const Measurement& row = record.measurements[point.measurement];
    const Scan& scan = record.scans[row.scan];
    std::string size;
    if (row.findings.long_axis) {
        size = shown_size(*row.findings.long_axis);
        if (row.findings.short_axis) size += " × " + shown_size(*row.findings.short_axis);
    }
    std::string volume;
    if (row.findings.volume) {
        volume = fmt::format("{:.0f}", row.findings.volume->in_units());
        if (row.findings.volume_method) volume += " (" + in_words(word(*row.findings.volume_method)) + ")";
    }
    std::string status(point.newly_seen ? "new" : in_words(word(point.status)));
    const std::string slice = scan.slice_thickness ? decimal_text(scan.slice_thickness->thousandths()) : "";
    return "<tr>" + element("td", point.date.iso()) + element("td", scan.scan_id) + element("td", status) +
           number_cell(size) + number_cell(interval_text(point.long_axis_mm, 1)) + number_cell(volume) +
           number_cell(interval_text(point.volume_mm3, 0)) + number_cell(slice) + "</tr>\n";
}

std::string nodule_html(const TrendNodule& nodule, const assess::Assessment& assessment, const PatientRecord& record)
{
    std::string state = "not judged any more (no nodule, resected, or resolved earlier)";
    if (nodule.judged) {
        const assess::NoduleAssessment& judged = assessment.nodules[*nodule.judged];
        state = fmt::format("{}, {}", class_word(judged.nodule_class), assess::word_of(judged.growth_state));
        if (judged.vdt_days) state += fmt::format(", doubling time {:.1f} days", *judged.vdt_days);
        const auto& index_row = assessment.timeline.nodules[*nodule.judged].index_measurement;
        if (index_row) {
            const bool contrast = record.scans[record.measurements[*index_row].scan].iv_contrast == IvContrast::given;
            state += "; " + look_text(record.measurements[*index_row].findings, contrast);
        }
    }
    std::string html = element("h2", record.nodule_ids[nodule.nodule]) + element("p", state);
    html +=
        "\n<table><thead><tr><th>date</th><th>scan</th><th>status</th><th class=\"n\">size, mm</th>"
        "<th class=\"n\">long axis, 95 % of one reading</th><th class=\"n\">volume, mm³</th>"
        "<th class=\"n\">volume, 95 %, where it compares</th><th class=\"n\">slice, mm</th></tr></thead><tbody>\n";
    for (const TrendPoint& point : nodule.points)
        html += row_html(point, record);
    return html + "</tbody></table>\n";
}

std::string therapies_html(const Trend& trend)
{
    if (trend.therapies.empty() && trend.events.empty()) return {};
    std::string html = "<h2>Therapy and events</h2>\n<table><tbody>\n";
    for (const TherapySpan& therapy : trend.therapies) {
        html += "<tr>" + element("td", therapy.first.iso() + " to " + (therapy.running ? "now" : therapy.last.iso())) +
                element("td", in_words(word(therapy.kind))) + "</tr>\n";
    }
    for (const TrendEvent& event : trend.events)
        html += "<tr>" + element("td", event.date.iso()) + element("td", event.text) + "</tr>\n";
    return html + "</tbody></table>\n";
}

std::string notes_html(const Remarks& remarks)
{
    std::string items;
    for (const Remark& remark : remarks.shown)
        items += element("li", remark.text) + "\n";
    return items.empty() ? items : "<h2>To note</h2>\n<ul>\n" + items + "</ul>\n";
}

}  // namespace

std::string trend_html(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                       std::span<const NodulePicture> pictures)
{
    const Trend trend = trend_of(assessment, record, judge);
    std::string html = page_start("Trend of " + trend.patient_id, style);
    html += heading(assessment, record, judge);
    html += trend_svg(assessment, record, judge, {.heading = false});
    for (const TrendNodule& nodule : trend.nodules) {
        html += nodule_html(nodule, assessment, record);
        for (const NodulePicture& picture : pictures) {
            if (picture.nodule_id == record.nodule_ids[nodule.nodule]) html += "<p>" + embedded(picture) + "</p>\n";
        }
    }
    html += therapies_html(trend);
    html += notes_html(remarks(assessment, record, judge));
    html += element("p", standing_notice(), "class=\"quiet\"");
    const policy::Policy& policy = judge.policy();
    html += element("p", fmt::format("Policy {} {}, sha256 {}.", policy.id, policy.version, policy.sha256),
                    "class=\"quiet\"");
    return html + page_end();
}

}  // namespace nodtrack::report
