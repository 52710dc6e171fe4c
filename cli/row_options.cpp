#include "row_options.hpp"

#include <algorithm>
#include <array>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::cli {
namespace {

template <class Enumeration>
std::vector<std::string> words_of()
{
    return {Vocabulary<Enumeration>::words.begin(), Vocabulary<Enumeration>::words.end()};
}

/// The options that name a row which belongs to no scan.
constexpr std::array<std::string_view, 4> of_no_scan = {"--therapy", "--event", "--visit", "--decision"};

Result<tracker::RowKey> row_of_no_scan(const Arguments& arguments)
{
    if (arguments.has("--scan")) {
        return failure(ErrorCode::usage,
                       "--scan does not go with --therapy, --event, --visit or --decision: they belong to no scan");
    }
    const bool is_visit = arguments.has("--visit");
    const bool is_event = arguments.has("--event");
    if (arguments.has("--nodule") && (is_visit || arguments.has("--decision"))) {
        return failure(ErrorCode::usage, "--nodule does not go with --visit or --decision: they are of the patient");
    }
    const std::string patient = arguments.text("PATIENT");
    const std::string nodule = arguments.text("--nodule");
    if (is_visit) {
        if (arguments.has("--date")) return failure(ErrorCode::usage, "--date does not go with --visit");
        return tracker::RowKey{RowKind::visit, {patient, arguments.text("--visit")}};
    }
    if (is_event && nodule.empty()) {
        return failure(ErrorCode::usage, "--event needs --nodule ID: an event is of one nodule");
    }
    const auto date = arguments.date("--date");
    if (!date) return tl::unexpected(date.error());
    const bool is_therapy = arguments.has("--therapy");
    if (!*date) {
        return failure(ErrorCode::usage, is_event     ? "--event needs --date DATE: the day of the event"
                                         : is_therapy ? "--therapy needs --date DATE: the first day of the therapy"
                                                      : "--decision needs --date DATE: the day of the decision");
    }
    const std::string day = (*date)->iso();
    // The parser has checked the words.
    if (is_event) return tracker::RowKey{RowKind::event, {patient, nodule, arguments.text("--event"), day}};
    if (is_therapy) return tracker::RowKey{RowKind::therapy, {patient, arguments.text("--therapy"), day, nodule}};
    return tracker::RowKey{RowKind::decision,
                           {patient, day, arguments.text("--decision"), arguments.text("--decided-by")}};
}

}  // namespace

std::vector<Option> row_options()
{
    return {{.name = "--scan", .value = "ID", .help = "a scan's row; with --nodule a measurement's"},
            {.name = "--nodule", .value = "ID", .help = "the nodule, as it was reported on that scan"},
            {.name = "--therapy",
             .value = "KIND",
             .help = "a therapy's row, with --date (its first day) and --nodule where it names one",
             .words = words_of<TherapyKind>()},
            {.name = "--event",
             .value = "KIND",
             .help = "an event's row, with --date and --nodule",
             .words = words_of<EventKind>()},
            {.name = "--visit", .value = "ID", .help = "a visit's row"},
            {.name = "--decision",
             .value = "KIND",
             .help = "a decision's row, with --date and, where it names somebody, --decided-by",
             .words = words_of<DecisionKind>()},
            {.name = "--decided-by", .value = "NAME", .help = "who answers for the decision"},
            {.name = "--date", .value = "DATE", .help = "the day of the therapy, event or decision, YYYY-MM-DD"}};
}

Result<tracker::RowKey> row_named_by(const Arguments& arguments)
{
    const auto named =
        std::ranges::count_if(of_no_scan, [&](std::string_view option) { return arguments.has(std::string(option)); });
    if (named > 1) {
        return failure(ErrorCode::usage,
                       "--therapy, --event, --visit and --decision name different rows; give one of them");
    }
    if (arguments.has("--decided-by") && !arguments.has("--decision")) {
        return failure(ErrorCode::usage, "--decided-by goes with --decision only");
    }
    if (named == 1) return row_of_no_scan(arguments);
    if (arguments.has("--date")) {
        return failure(ErrorCode::usage, "--date goes with --therapy, --event or --decision only");
    }
    const std::string patient = arguments.text("PATIENT");
    const std::string scan = arguments.text("--scan");
    const std::string nodule = arguments.text("--nodule");
    if (scan.empty()) {
        if (!nodule.empty()) {
            return failure(ErrorCode::usage,
                           "--nodule needs --scan ID as well: a measurement is of one nodule on one scan");
        }
        return tracker::RowKey{RowKind::patient, {patient}};
    }
    if (nodule.empty()) return tracker::RowKey{RowKind::scan, {patient, scan}};
    return tracker::measurement_key(patient, scan, nodule);
}

std::string row_title(const tracker::RowKey& row)
{
    std::string title(row_noun(row.kind));
    for (const std::string& value : row.values) {
        if (!value.empty()) title += " " + value;
    }
    return title;
}

}  // namespace nodtrack::cli
