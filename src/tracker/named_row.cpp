#include "named_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::uses {
namespace {

/// The parameters that name a row which belongs to no scan.
constexpr std::array<std::string_view, 4> of_no_scan = {"therapy", "event", "visit_id", "decision"};

Result<tracker::RowKey> row_of_no_scan(const Call& call)
{
    const Values& values = call.values;
    if (values.has("scan_id")) {
        return call.failure(
            ErrorCode::usage,
            "{scan_id} does not go with {therapy}, {event}, {visit_id} or {decision}: they belong to no scan");
    }
    const bool is_visit = values.has("visit_id");
    const bool is_event = values.has("event");
    const bool is_therapy = values.has("therapy");
    if (values.has("nodule_id") && !is_event && !is_therapy) {
        return call.failure(ErrorCode::usage,
                            "{nodule_id} does not go with {visit_id} or {decision}: they are of the patient");
    }
    const std::string patient = values.text("patient_id");
    const std::string nodule = values.text("nodule_id");
    if (is_visit) {
        if (values.has("date")) return call.failure(ErrorCode::usage, "{date} does not go with {visit_id}");
        return tracker::RowKey{RowKind::visit, {patient, values.text("visit_id")}};
    }
    if (is_event && nodule.empty()) {
        return call.failure(ErrorCode::usage, "{event} needs {nodule_id} ID: an event is of one nodule");
    }
    const auto date = values.date("date");
    if (!date) {
        return call.failure(ErrorCode::usage, is_event     ? "{event} needs {date} DATE: the day of the event"
                                              : is_therapy ? "{therapy} needs {date} DATE: the first day of the therapy"
                                                           : "{decision} needs {date} DATE: the day of the decision");
    }
    // Whoever took the values has checked the words.
    if (is_event) return tracker::RowKey{RowKind::event, {patient, nodule, values.text("event"), date->iso()}};
    if (is_therapy) return tracker::RowKey{RowKind::therapy, {patient, values.text("therapy"), date->iso(), nodule}};
    return tracker::RowKey{RowKind::decision,
                           {patient, date->iso(), values.text("decision"), values.text("decided_by")}};
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
    const auto named =
        std::ranges::count_if(of_no_scan, [&](std::string_view option) { return call.values.has(option); });
    if (named > 1) {
        return call.failure(ErrorCode::usage,
                            "{therapy}, {event}, {visit_id} and {decision} name different rows; give one of them");
    }
    if (call.values.has("decided_by") && !call.values.has("decision")) {
        return call.failure(ErrorCode::usage, "{decided_by} goes with {decision} only");
    }
    if (named == 1) return row_of_no_scan(call);
    if (call.values.has("date")) {
        return call.failure(ErrorCode::usage, "{date} goes with {therapy}, {event} or {decision} only");
    }
    const std::string patient = call.values.text("patient_id");
    const std::string scan = call.values.text("scan_id");
    const std::string nodule = call.values.text("nodule_id");
    if (scan.empty() && !nodule.empty()) {
        return call.failure(ErrorCode::usage,
                            "{nodule_id} needs {scan_id} ID as well: a measurement is of one nodule on one scan");
    }
    if (scan.empty()) return tracker::RowKey{RowKind::patient, {patient}};
    if (nodule.empty()) return tracker::RowKey{RowKind::scan, {patient, scan}};
    return tracker::measurement_key(patient, scan, nodule);
}

Result<tracker::RowKey> row_sent(const Call& call)
{
    tracker::RowKey row{.kind = *kind_of_name(call.values.text("row"))};
    std::vector<std::string> problems;
    with_kind(row.kind, [&]<RowKind kind>() {
        for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
            const std::string name(std::is_same_v<Member, Date> ? "date" : field.column);
            row.values.push_back(call.values.text(name));
            if constexpr (std::is_enum_v<Member>) {
                if (value_of_word<Member>(row.values.back())) return;
                problems.push_back(fmt::format("{}: is no kind of {}", name, row_noun(kind)));
            } else if (row.values.back().empty() && field.has(Is::required)) {
                problems.push_back(name + ": missing");
            }
        });
    });
    if (problems.empty()) return row;
    const std::string many = fmt::format("{} problems in the body", problems.size());
    return nodtrack::failure(ErrorCode::usage, problems.size() == 1 ? problems.front() : many, problems);
}

std::vector<Parameter> row_as_sent()
{
    return {sent(word("row", "the file that the row is of", texts_of(row_kind_names))),
            sent(text("kind", "of a therapy, event or decision"))};
}

std::string row_title(const tracker::RowKey& row)
{
    std::string title(row_noun(row.kind));
    for (const std::string& value : row.values) {
        if (!value.empty()) title += " " + value;
    }
    return title;
}

}  // namespace nodtrack::uses
