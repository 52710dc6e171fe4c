#include "nodtrack/tracker/retract.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

using store::RecordedRetraction;
using store::Retraction;
using store::RetractionScope;

std::string said_by(const store::DeliveryEntry& delivery)
{
    return fmt::format("delivery {}, by {} at {}{}", delivery.delivery_no, delivery.actor, delivery.recorded_at,
                       delivery.reason.empty() ? "" : ": " + delivery.reason);
}

/// A row that holds, of a patient who is there.
Result<void> require_row(const store::Registry& registry, const RowKey& row)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(row.value("patient_id"), record);
    if (!found) return tl::unexpected<Error>(found.error());
    const bool holds = *found && with_kind(row.kind, [&]<RowKind kind>() {
        return values_at<kind>(record, reader->versions(), row) != nullptr;
    });
    if (holds) return {};
    if (!reader->versions().is_covered(row.kind, store::row_key_text(row.values))) return no_such_row(row);
    return failure(ErrorCode::bad_input,
                   fmt::format("{} was entered in error already; nothing was stored: `nodtrack history` tells who said "
                               "so, and `nodtrack retract --undo` takes it back",
                               row_name_of(row)));
}

Result<store::DeliveryEntry> require_delivery(const store::Registry& registry, store::DeliveryNumber number)
{
    Result<std::optional<store::DeliveryEntry>> entry = store::delivery_entry(registry, number);
    if (!entry) return tl::unexpected<Error>(entry.error());
    if (!*entry) {
        return failure(ErrorCode::not_found,
                       fmt::format("there is no delivery {}; `nodtrack audit deliveries` lists them", number));
    }
    return std::move(**entry);
}

/// Those of the delivery, or the one of them that is asked for.
Result<std::vector<std::string>> patients_concerned(const store::Registry& registry, const RetractRequest& request,
                                                    store::DeliveryNumber number)
{
    Result<std::vector<std::string>> patients = store::patients_of_delivery(registry, number);
    // A move is taken back at both patients, or the rows would count twice.
    if (!patients || request.patient_id.empty() || request.undo) return patients;
    if (std::ranges::count(*patients, request.patient_id) == 0) {
        return failure(ErrorCode::not_found,
                       fmt::format("delivery {} changed nothing of patient {}", number, request.patient_id));
    }
    return std::vector{request.patient_id};
}

/// Why this delivery cannot be retracted of that patient; empty where it can.
std::string refusal_of_delivery(const std::vector<RecordedRetraction>& recorded, store::DeliveryNumber number)
{
    for (const RecordedRetraction& one : recorded) {
        if (one.delivery.delivery_no == number)
            return "it retracts rows itself; take it back with `nodtrack retract --undo`";
        if (one.what.retracted_delivery_no == number && !one.taken_back)
            return "entered in error already, " + said_by(one.delivery);
    }
    return {};
}

/// Why what this delivery retracted, or brought from another patient, cannot be taken back; empty where it can.
std::string refusal_of_undo(const std::vector<RecordedRetraction>& recorded, store::DeliveryNumber number)
{
    for (const RecordedRetraction& one : recorded) {
        if (one.delivery.delivery_no != number) continue;
        if (one.taken_back) return "taken back already, " + said_by(*one.taken_back);
        const auto took_back = [&](const RecordedRetraction& earlier) {
            return earlier.delivery.delivery_no == one.what.retracted_delivery_no;
        };
        if (std::ranges::any_of(recorded, took_back)) return "it took a retraction back; retract the rows again";
    }
    return {};
}

bool retracts(const std::vector<RecordedRetraction>& recorded, store::DeliveryNumber number)
{
    return std::ranges::any_of(recorded,
                               [&](const RecordedRetraction& one) { return one.delivery.delivery_no == number; });
}

Result<std::vector<Retraction>> of_delivery(const store::Registry& registry, const RetractRequest& request,
                                            const store::Provenance& provenance)
{
    const store::DeliveryNumber number = request.undo.value_or(request.delivery.value_or(0));
    const Result<store::DeliveryEntry> entry = require_delivery(registry, number);
    if (!entry) return tl::unexpected<Error>(entry.error());
    if (request.own_rows_alone && entry->actor != provenance.actor) {
        return failure(ErrorCode::not_allowed,
                       fmt::format("delivery {} was recorded by somebody else; ask an admin", number));
    }
    const Result<std::vector<std::string>> patients = patients_concerned(registry, request, number);
    if (!patients) return tl::unexpected<Error>(patients.error());
    std::vector<Retraction> retractions;
    std::vector<std::string> refused;
    bool retracted_something = false;
    for (const std::string& patient : *patients) {
        const auto recorded = store::retractions_of(registry, patient);
        if (!recorded) return tl::unexpected<Error>(recorded.error());
        retracted_something = retracted_something || retracts(*recorded, number);
        const std::string why =
            request.undo ? refusal_of_undo(*recorded, number) : refusal_of_delivery(*recorded, number);
        if (!why.empty()) {
            refused.push_back(fmt::format("delivery {}, patient {}: {}", number, patient, why));
            continue;
        }
        retractions.push_back(
            {.patient_id = patient, .scope = RetractionScope::delivery, .retracted_delivery_no = number});
    }
    if (!refused.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(refused));
    if (request.undo && !retracted_something) {
        return failure(ErrorCode::bad_input, fmt::format("delivery {} retracted nothing; what it brought is retracted "
                                                         "with `nodtrack retract --delivery {}`",
                                                         number, number));
    }
    if (retractions.empty()) {
        return failure(ErrorCode::bad_input, fmt::format("delivery {} changed nothing of any patient", number));
    }
    return retractions;
}

Result<void> check_request(const RetractRequest& request, const store::Provenance& provenance)
{
    const bool is_blank = provenance.reason.find_first_not_of(" \t\r\n") == std::string::npos;
    if (is_blank) return failure(ErrorCode::bad_input, "reason: missing; say why it was entered in error");
    const int asked = int{request.row.has_value()} + int{request.delivery.has_value()} + int{request.undo.has_value()};
    if (asked == 1) return {};
    return failure(ErrorCode::usage, "one of a row, a delivery and a retraction to take back is expected");
}

}  // namespace

Retraction retraction_of_row(const RowKey& row)
{
    Retraction retraction{.patient_id = std::string(row.value("patient_id"))};
    switch (row.kind) {
        case RowKind::patient:
            retraction.scope = RetractionScope::patient;
            break;
        case RowKind::scan:
            retraction.scope = RetractionScope::scan;
            retraction.scan_id = row.value("scan_id");
            break;
        default:
            retraction.kind = row.kind;
            retraction.row_key = store::row_key_text(row.values);
    }
    return retraction;
}

Result<std::vector<Retraction>> retractions_asked_for(const store::Registry& registry, const RetractRequest& request,
                                                      const store::Provenance& provenance)
{
    if (const Result<void> sound = check_request(request, provenance); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    if (!request.row) return of_delivery(registry, request, provenance);
    if (const Result<void> there = require_row(registry, *request.row); !there) {
        return tl::unexpected<Error>(there.error());
    }
    return std::vector{retraction_of_row(*request.row)};
}

Result<void> require_right_to_retract(const store::Registry& registry, const RetractRequest& request,
                                      const std::vector<RowChange>& rows, const store::Provenance& provenance)
{
    std::vector<std::string> lines;
    std::vector<RowKey> gone;
    for (const RowChange& change : rows) {
        gone.push_back(change.row);
        const bool ends_an_alarm =
            change.row.kind == RowKind::event && change.row.value("kind") != word(EventKind::not_a_nodule);
        if (!request.may_decide && (change.row.kind == RowKind::decision || ends_an_alarm)) {
            lines.push_back(row_name_of(change.row) + ": said by the tumour board or an admin");
        }
    }
    if (!lines.empty()) {
        return failure(ErrorCode::not_allowed, "nothing was stored: this role does not decide", std::move(lines));
    }
    // Of a delivery its actor counts: of rows that others corrected since, theirs hold.
    if (!request.own_rows_alone || !request.row) return {};
    if (const Result<void> own = require_own_rows(registry, gone, provenance.actor); !own) return own;
    const Result<std::vector<IdentityLink>> links = links_of(registry, request.patient_id);
    if (!links) return tl::unexpected<Error>(links.error());
    for (const IdentityLink& link : *links) {
        const RowKey key =
            measurement_key(link.observation.patient_id, link.observation.scan_id, link.observation.observation_id);
        if (link.in_error || link.made_by == provenance.actor || std::ranges::count(gone, key) == 0) continue;
        lines.push_back(row_name_of(key) + ": others have linked it");
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::not_allowed, "one retracts rows that one recorded oneself; ask an admin",
                   std::move(lines));
}

Result<RetractReport> retract(store::Registry& registry, const Judges& judges, const RetractRequest& request,
                              const store::Provenance& provenance)
{
    // Begun before anything is read: no other door can change what is told in between.
    std::optional<store::Change> change;
    if (!request.dry_run) {
        Result<store::Change> begun = store::Change::begin(registry, provenance);
        if (!begun) return tl::unexpected<Error>(begun.error());
        change = std::move(*begun);
    }
    const auto retractions = retractions_asked_for(registry, request, provenance);
    if (!retractions) return tl::unexpected<Error>(retractions.error());
    RetractReport report;
    if (const auto added = add_outcome(registry, judges, *retractions, provenance.today, report); !added)
        return tl::unexpected<Error>(added.error());
    if (const auto allowed = require_right_to_retract(registry, request, report.rows, provenance); !allowed) {
        return tl::unexpected<Error>(allowed.error());
    }
    report.questions = questions_of(report.answers);
    if (!change) return report;
    if (!report.questions.empty() && !request.confirm) return tl::unexpected(not_confirmed(report.questions));
    if (const auto stored = change->store_retractions(*retractions); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    const Result<store::DeliveryNumber> committed = change->commit();
    if (!committed) return tl::unexpected<Error>(committed.error());
    report.delivery_no = *committed;
    return report;
}

}  // namespace nodtrack::tracker
