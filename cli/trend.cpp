#include "command.hpp"
#include "film_pictures.hpp"
#include "judging.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/trend_html.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "nodtrack/report/trend_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "out_file.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

/// At most one of the forms may go to stdout.
Result<void> check_forms(const Arguments& arguments)
{
    const int on_stdout = static_cast<int>(arguments.text("--svg") == "-") +
                          static_cast<int>(arguments.text("--html") == "-") + static_cast<int>(arguments.has("--json"));
    if (on_stdout <= 1) return {};
    return failure(ErrorCode::usage,
                   "trend: only one of --json, --svg - and --html - can go to stdout; give the others a file");
}

Result<void> answer(const Arguments& arguments, const assess::Assessment& assessment, const PatientRecord& record,
                    const assess::Judge& judge, const std::vector<report::NodulePicture>& pictures)
{
    const auto put = [&](std::string_view option, auto&& made) -> Result<void> {
        const auto file = arguments.find(option);
        if (!file) return {};
        const auto written = put_out(*file, made());
        if (written && *file != "-") note(*file + " written");
        return written;
    };
    if (const auto done = put("--svg", [&] { return report::trend_svg(assessment, record, judge); }); !done)
        return done;
    if (const auto done = put("--html", [&] { return report::trend_html(assessment, record, judge, pictures); });
        !done) {
        return done;
    }
    if (arguments.has("--json")) print(report::trend_json(assessment, record, judge));
    if (arguments.has("--json") || arguments.has("--svg") || arguments.has("--html")) return {};
    print(report::trend_text(assessment, record, judge) + "\n" + report::standing_notice());
    return {};
}

Result<ExitStatus> run(const Call& call)
{
    if (const auto checked = check_forms(call.arguments); !checked) return tl::unexpected(checked.error());
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const assess::Judge judge = assess::Judge::released();
    const auto told = tracker::assess_patients(*registry, judge,
                                               {.patient_ids = {call.arguments.text("PATIENT")},
                                                .as_of = moment->as_of,
                                                .known_on = moment->known_on,
                                                .detail = assess::Detail::none},
                                               [&](const assess::Assessment& assessment, const PatientRecord& record) {
                                                   const bool shows = call.arguments.has("--html") && !moment->known_on;
                                                   return answer(call.arguments, assessment, record, judge,
                                                                 shows ? film_pictures(*registry, record, moment->as_of)
                                                                       : std::vector<report::NodulePicture>());
                                               });
    if (!told) return tl::unexpected(told.error());
    return ExitStatus::done;
}

}  // namespace

Command trend_command()
{
    return {.name = "trend",
            .summary = "shows how a patient's nodules went from CT to CT: table, chart, picture",
            .description =
                "Shows the long axis of each nodule on each diagnostic CT, with the cut-offs of the policy, therapies, "
                "surgery, board decisions and pathology by date, and what a reading may be off: a table and a chart "
                "here, a picture with --svg, a page for browser and printer with --html. Volumes have a panel of "
                "their own where they compare: one method, thin slices. Nothing dated after the as-of day is seen.\n\n"
                "The 95 % bands are those of one reading, from the policy's parameters. Files that are there already "
                "are replaced. Nodules whose images are recorded have their film strip on the page (see filmstrip), "
                "but not "
                "with --known-on.\n\n"
                "Keys of --json: patient_id, as_of, policy, cut_offs_mm, caliper_sd_mm, scans, nodules [{nodule_id, "
                "judged, class, growth_state, vdt_days, points [{scan_id, date, status, newly_seen, long_axis_mm, "
                "long_axis_interval95_mm, short_axis_mm, volume_mm3, volume_method, volume_compares, "
                "volume_interval95_mm3}]}], therapies, events.",
            .positionals = {{.name = "PATIENT", .help = "the patient"}},
            .options = with_moment_options(
                {{.name = "--svg", .value = "FILE", .help = "the picture; - is stdout"},
                 {.name = "--html", .value = "FILE", .help = "a page with picture and tables; - is stdout"},
                 {.name = "--json", .help = "the series as one JSON object"}}),
            .examples = {{"nodtrack trend SARC-002"},
                         {"nodtrack trend SARC-002 --svg sarc-002.svg --html sarc-002.html"},
                         {"nodtrack trend SARC-017 --as-of 2026-06-30 --json"}},
            .failures = {{ExitStatus::bad_input, "a file cannot be written"},
                         {ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
