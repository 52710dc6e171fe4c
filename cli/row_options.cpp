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

constexpr auto singular_names =
    std::to_array<std::string_view>({"patient", "scan", "measurement", "therapy", "event", "visit", "decision"});
static_assert(singular_names.size() == row_kind_count);

/// The options that name a row which belongs to no scan.
constexpr std::array<std::string_view, 4> of_no_scan = {"--therapy", "--event", "--visit", "--decision"};

Result<tracker::RowKey> dated_row(const Arguments& arguments, tracker::RowKey row)
{
    if (row.kind == RowKind::event && row.nodule_id.empty()) {
        return failure(ErrorCode::usage, "--event needs --nodule ID: an event is of one nodule");
    }
    const auto date = arguments.date("--date");
    if (!date) return tl::unexpected(date.error());
    if (!*date) {
        return failure(ErrorCode::usage, row.kind == RowKind::event ? "--event needs --date DATE: the day of the event"
                                         : row.kind == RowKind::therapy
                                             ? "--therapy needs --date DATE: the first day of the therapy"
                                             : "--decision needs --date DATE: the day of the decision");
    }
    row.date = **date;
    return row;
}

Result<tracker::RowKey> row_of_no_scan(const Arguments& arguments, tracker::RowKey row)
{
    if (arguments.has("--scan")) {
        return failure(ErrorCode::usage,
                       "--scan does not go with --therapy, --event, --visit or --decision: they belong to no scan");
    }
    if (arguments.has("--nodule") && (arguments.has("--visit") || arguments.has("--decision"))) {
        return failure(ErrorCode::usage, "--nodule does not go with --visit or --decision: they are of the patient");
    }
    // The parser has checked the words.
    if (const auto kind = value_of_word<TherapyKind>(arguments.text("--therapy"))) {
        row.kind = RowKind::therapy;
        row.therapy_kind = *kind;
    } else if (const auto event = value_of_word<EventKind>(arguments.text("--event"))) {
        row.kind = RowKind::event;
        row.event_kind = *event;
    } else if (const auto decision = value_of_word<DecisionKind>(arguments.text("--decision"))) {
        row.kind = RowKind::decision;
        row.decision_kind = *decision;
        row.decided_by = arguments.text("--decided-by");
    } else {
        row.kind = RowKind::visit;
        row.visit_id = arguments.text("--visit");
        if (arguments.has("--date")) return failure(ErrorCode::usage, "--date does not go with --visit");
        return row;
    }
    return dated_row(arguments, row);
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
    tracker::RowKey row;
    row.patient_id = arguments.text("PATIENT");
    row.scan_id = arguments.text("--scan");
    row.nodule_id = arguments.text("--nodule");
    const auto named =
        std::ranges::count_if(of_no_scan, [&](std::string_view option) { return arguments.has(std::string(option)); });
    if (named > 1) {
        return failure(ErrorCode::usage,
                       "--therapy, --event, --visit and --decision name different rows; give one of them");
    }
    if (arguments.has("--decided-by") && !arguments.has("--decision")) {
        return failure(ErrorCode::usage, "--decided-by goes with --decision only");
    }
    if (named == 1) return row_of_no_scan(arguments, row);
    if (arguments.has("--date")) {
        return failure(ErrorCode::usage, "--date goes with --therapy, --event or --decision only");
    }
    if (row.scan_id.empty()) {
        if (!row.nodule_id.empty()) {
            return failure(ErrorCode::usage,
                           "--nodule needs --scan ID as well: a measurement is of one nodule on one scan");
        }
        return row;
    }
    row.kind = row.nodule_id.empty() ? RowKind::scan : RowKind::measurement;
    return row;
}

std::string row_title(const tracker::RowKey& row)
{
    std::string title(singular_names[static_cast<std::size_t>(row.kind)]);
    for (const std::string& value : tracker::key_values(row)) {
        if (!value.empty()) title += " " + value;
    }
    return title;
}

}  // namespace nodtrack::cli
