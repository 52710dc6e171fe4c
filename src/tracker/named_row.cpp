#include "named_row.hpp"

#include <algorithm>
#include <array>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::uses {
namespace {

constexpr auto singular_names =
    std::to_array<std::string_view>({"patient", "scan", "measurement", "therapy", "event", "visit", "decision"});
static_assert(singular_names.size() == row_kind_count);

/// The parameters that name a row which belongs to no scan.
constexpr std::array<std::string_view, 4> of_no_scan = {"therapy", "event", "visit_id", "decision"};

Result<tracker::RowKey> dated_row(const Call& call, tracker::RowKey row)
{
    if (row.kind == RowKind::event && row.nodule_id.empty()) {
        return call.failure(ErrorCode::usage, "{event} needs {nodule_id} ID: an event is of one nodule");
    }
    const auto date = call.values.date("date");
    if (!date) {
        return call.failure(ErrorCode::usage,
                            row.kind == RowKind::event     ? "{event} needs {date} DATE: the day of the event"
                            : row.kind == RowKind::therapy ? "{therapy} needs {date} DATE: the first day of the therapy"
                                                           : "{decision} needs {date} DATE: the day of the decision");
    }
    row.date = *date;
    return row;
}

Result<tracker::RowKey> row_of_no_scan(const Call& call, tracker::RowKey row)
{
    if (call.values.has("scan_id")) {
        return call.failure(
            ErrorCode::usage,
            "{scan_id} does not go with {therapy}, {event}, {visit_id} or {decision}: they belong to no scan");
    }
    if (call.values.has("nodule_id") && (call.values.has("visit_id") || call.values.has("decision"))) {
        return call.failure(ErrorCode::usage,
                            "{nodule_id} does not go with {visit_id} or {decision}: they are of the patient");
    }
    // The parser has checked the words.
    if (const auto kind = value_of_word<TherapyKind>(call.values.text("therapy"))) {
        row.kind = RowKind::therapy;
        row.therapy_kind = *kind;
    } else if (const auto event = value_of_word<EventKind>(call.values.text("event"))) {
        row.kind = RowKind::event;
        row.event_kind = *event;
    } else if (const auto decision = value_of_word<DecisionKind>(call.values.text("decision"))) {
        row.kind = RowKind::decision;
        row.decision_kind = *decision;
        row.decided_by = call.values.text("decided_by");
    } else {
        row.kind = RowKind::visit;
        row.visit_id = call.values.text("visit_id");
        if (call.values.has("date")) return call.failure(ErrorCode::usage, "{date} does not go with {visit_id}");
        return row;
    }
    return dated_row(call, row);
}

}  // namespace

std::vector<Parameter> row_parameters()
{
    return {text("scan_id", "a scan's row; with {nodule_id} a measurement's", "--scan", "ID"),
            text("nodule_id", "the nodule, as it was reported on that scan", "--nodule", "ID"),
            typed(word("therapy", "a therapy's row, with {date} (its first day) and {nodule_id} where it names one",
                       words_of<TherapyKind>(), {}, "KIND")),
            typed(word("event", "an event's row, with {date} and {nodule_id}", words_of<EventKind>(), {}, "KIND")),
            text("visit_id", "a visit's row", "--visit", "ID"),
            typed(word("decision", "a decision's row, with {date} and, where it names somebody, {decided_by}",
                       words_of<DecisionKind>(), {}, "KIND")),
            text("decided_by", "who answers for the decision", {}, "NAME"),
            date("date", "the day of the therapy, event or decision, YYYY-MM-DD")};
}

bool names_a_row(const Call& call)
{
    return std::ranges::any_of(row_parameters(),
                               [&](const Parameter& parameter) { return call.values.has(parameter.name); });
}

Result<tracker::RowKey> row_named_by(const Call& call)
{
    tracker::RowKey row;
    row.patient_id = call.values.text("patient_id");
    row.scan_id = call.values.text("scan_id");
    row.nodule_id = call.values.text("nodule_id");
    const auto named =
        std::ranges::count_if(of_no_scan, [&](std::string_view option) { return call.values.has(option); });
    if (named > 1) {
        return call.failure(ErrorCode::usage,
                            "{therapy}, {event}, {visit_id} and {decision} name different rows; give one of them");
    }
    if (call.values.has("decided_by") && !call.values.has("decision")) {
        return call.failure(ErrorCode::usage, "{decided_by} goes with {decision} only");
    }
    if (named == 1) return row_of_no_scan(call, row);
    if (call.values.has("date")) {
        return call.failure(ErrorCode::usage, "{date} goes with {therapy}, {event} or {decision} only");
    }
    if (row.scan_id.empty()) {
        if (!row.nodule_id.empty()) {
            return call.failure(ErrorCode::usage,
                                "{nodule_id} needs {scan_id} ID as well: a measurement is of one nodule on one scan");
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

}  // namespace nodtrack::uses
