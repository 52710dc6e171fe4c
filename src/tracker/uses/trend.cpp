#include "../judged_patient.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/trend_html.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "nodtrack/report/trend_text.hpp"

namespace nodtrack::uses {
namespace {

/// At most one of the forms may go to stdout.
Result<void> check_forms(const Call& call)
{
    const int on_stdout =
        int{call.values.text("svg") == "-"} + int{call.values.text("html") == "-"} + int{call.values.has("json")};
    if (on_stdout <= 1) return {};
    return call.failure(ErrorCode::usage,
                        "trend: only one of {json}, {svg} - and {html} - can go to stdout; give the others a file");
}

Result<void> run(Call& call)
{
    if (const auto checked = check_forms(call); !checked) return checked;
    return judge_patient(
        call, assess::Detail::none,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            const auto& judge = call.judge();
            if (const auto file = call.values.find("svg")) {
                if (const auto put = call.put_file(*file, report::trend_svg(assessment, record, judge)); !put)
                    return put;
            }
            if (const auto file = call.values.find("html")) {
                const auto pictures = film_strips(call, record, assessment.timeline.as_of);
                const auto put = call.put_file(*file, report::trend_html(assessment, record, judge, pictures));
                if (!put) return put;
            }
            if ((call.values.has("svg") || call.values.has("html")) && !call.values.has("json")) return {};
            call.put(call.format == Format::json
                         ? report::trend_json(assessment, record, judge)
                         : report::trend_text(assessment, record, judge) + "\n" + report::standing_notice());
            return {};
        });
}

}  // namespace

UseCase trend()
{
    auto picture = patient_route("/api/v1/patients/{patient_id}/trend.svg", "",
                                 "How the nodules went from CT to CT, as a picture");
    picture.media = svg_media;
    picture.sets = {{"svg", "-"}};
    auto page = patient_route("/api/v1/patients/{patient_id}/worksheet.html", "",
                              "Picture and tables as a page, as `nodtrack trend --html`");
    page.media = html_media;
    page.rests_on = RestsOn::nothing_kept;
    page.sets = {{"html", "-"}};
    return {.name = "trend",
            .summary = "shows how a patient's nodules went from CT to CT: table, chart, picture",
            .description =
                "Shows the long axis of each nodule on each diagnostic CT, with the cut-offs of the policy, therapies, "
                "surgery, board decisions and pathology by date, and what a reading may be off: a table and a chart "
                "here, a picture with {svg}, a page for browser and printer with {html}. Volumes have a panel of "
                "their own where they compare: one method, thin slices. Nothing dated after the as-of day is seen.\n\n"
                "The 95 % bands are those of one reading, from the policy's parameters. Files that are there already "
                "are replaced. Nodules whose images are recorded have their film strip on the page (see filmstrip), "
                "but not "
                "with {known_on}.\n\n"
                "Keys of {json}: patient_id, as_of, policy, cut_offs_mm, caliper_sd_mm, scans, nodules [{nodule_id, "
                "judged, class, growth_state, vdt_days, points [{scan_id, date, status, newly_seen, long_axis_mm, "
                "long_axis_interval95_mm, short_axis_mm, volume_mm3, volume_method, volume_compares, "
                "volume_interval95_mm3}]}], therapies, events.",
            .parameters = with_moment({the_patient(), typed(text("svg", "the picture; - is stdout", {}, "FILE")),
                                       typed(text("html", "a page with picture and tables; - is stdout", {}, "FILE")),
                                       json_switch("the series as one JSON object")}),
            .examples = {{"nodtrack trend SARC-002"},
                         {"nodtrack trend SARC-002 --svg sarc-002.svg --html sarc-002.html"},
                         {"nodtrack trend SARC-017 --as-of 2026-06-30 --json"}},
            .failures = {{ErrorCode::bad_input, "a file cannot be written"},
                         {ErrorCode::not_found, "there is no such patient"}},
            .routes = {picture,
                       patient_route("/api/v1/patients/{patient_id}/trend.json", "Trend",
                                     "The same as numbers, as `nodtrack trend --json`"),
                       page},
            .listed_after = "explain",
            .run = run};
}

}  // namespace nodtrack::uses
