#include "row_options.hpp"

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::cli {
namespace {

template <class Enumeration>
std::vector<std::string> words_of()
{
    return {Vocabulary<Enumeration>::words.begin(), Vocabulary<Enumeration>::words.end()};
}

Result<tracker::RowKey> dated_row(const Arguments& arguments, tracker::RowKey row)
{
    const bool is_event = arguments.has("--event");
    if (arguments.has("--scan")) {
        return failure(ErrorCode::usage, "--scan does not go with --therapy or --event: they belong to no scan");
    }
    if (is_event && row.nodule_id.empty()) {
        return failure(ErrorCode::usage, "--event needs --nodule ID: an event is of one nodule");
    }
    const auto date = arguments.date("--date");
    if (!date) return tl::unexpected(date.error());
    if (!*date) {
        return failure(ErrorCode::usage, is_event ? "--event needs --date DATE: the day of the event"
                                                  : "--therapy needs --date DATE: the first day of the therapy");
    }
    row.date = **date;
    row.kind = is_event ? RowKind::event : RowKind::therapy;
    return row;
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
            {.name = "--date", .value = "DATE", .help = "the day of the therapy or event, YYYY-MM-DD"}};
}

Result<tracker::RowKey> row_named_by(const Arguments& arguments)
{
    tracker::RowKey row{.kind = RowKind::patient,
                        .patient_id = arguments.text("PATIENT"),
                        .scan_id = arguments.text("--scan"),
                        .nodule_id = arguments.text("--nodule"),
                        .therapy_kind = TherapyKind::systemic,
                        .event_kind = EventKind::board_baseline,
                        .date = {}};
    if (arguments.has("--therapy") && arguments.has("--event")) {
        return failure(ErrorCode::usage, "--therapy and --event name different rows; give one of them");
    }
    // The parser has checked the words.
    if (const auto kind = value_of_word<TherapyKind>(arguments.text("--therapy"))) row.therapy_kind = *kind;
    if (const auto kind = value_of_word<EventKind>(arguments.text("--event"))) row.event_kind = *kind;
    if (arguments.has("--therapy") || arguments.has("--event")) return dated_row(arguments, row);
    if (arguments.has("--date")) return failure(ErrorCode::usage, "--date goes with --therapy or --event only");
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
    switch (row.kind) {
        case RowKind::patient:
            return "patient " + row.patient_id;
        case RowKind::scan:
            return "scan " + row.patient_id + " " + row.scan_id;
        case RowKind::measurement:
            return "measurement " + row.patient_id + " " + row.scan_id + " " + row.nodule_id;
        case RowKind::therapy:
            return "therapy " + row.patient_id + " " + std::string(word(row.therapy_kind)) + " " + row.date.iso() +
                   (row.nodule_id.empty() ? "" : " " + row.nodule_id);
        case RowKind::event:
            return "event " + row.patient_id + " " + row.nodule_id + " " + std::string(word(row.event_kind)) + " " +
                   row.date.iso();
    }
    return {};
}

}  // namespace nodtrack::cli
