#include "nodtrack/tracker/move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "delivered_patients.hpp"
#include "judging.hpp"
#include "moved_rows.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/policies.hpp"
#include "patient_merge.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

using store::Retraction;

/// The two patients, and what comes of the request.
struct Move {
    const MoveRequest& request;
    const Judges& judges;
    PatientReading source;
    std::optional<store::PatientReader> target_reader{};
    bool target_found = false;
    PatientRecord target{};         ///< as recorded
    PatientRecord target_judged{};  ///< with the states that links confirm
    Delivery delivery{};
    std::vector<Retraction> retractions{};

    bool is_whole() const { return request.row.kind == RowKind::patient; }
    const std::string& from() const { return request.row.values.front(); }
    /// By whose policy the patient is judged then: one of the old number's own goes with him, unless the new one has
    /// one.
    const std::string& judged_as() const
    {
        const bool goes_along = is_whole() && judges.has_own(from()) && !judges.has_own(request.to);
        return goes_along ? from() : request.to;
    }
};

Result<void> check_request(const MoveRequest& request, const store::Provenance& provenance)
{
    if (provenance.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return failure(ErrorCode::bad_input, "reason: missing; say why the rows are another patient's");
    if (request.to.empty()) return failure(ErrorCode::usage, "the patient to move to is missing");
    if (request.to == request.row.value("patient_id"))
        return failure(ErrorCode::bad_input, fmt::format("patient {} is the same one", request.to));
    return {};
}

Result<Move> begun(const store::Registry& registry, const Judges& judges, const MoveRequest& request)
{
    Result<PatientReading> source = patient_reading(registry, std::string(request.row.value("patient_id")));
    if (!source) return tl::unexpected<Error>(source.error());
    Move move{.request = request, .judges = judges, .source = std::move(*source)};
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    move.target_reader.emplace(std::move(*reader));
    const Result<bool> found = move.target_reader->find(request.to, move.target);
    if (!found) return tl::unexpected<Error>(found.error());
    move.target_found = *found;
    if (*found) {
        move.target_judged = move.target;
        add_confirmed_states(*move.target_reader, move.target_judged);
    }
    if (*found && request.target == MoveRequest::Target::is_new) {
        return failure(ErrorCode::bad_input,
                       fmt::format("patient {} is recorded already; nothing was stored: where both are one, merge them",
                                   request.to));
    }
    if (!*found && request.target == MoveRequest::Target::is_there)
        return failure(ErrorCode::not_found, fmt::format("patient {} is not recorded", request.to));
    move.delivery = moved_rows(move.source.record, move.source.reader.versions(), request);
    Retraction retraction = retraction_of_row(request.row);
    retraction.moved_to = request.to;
    move.retractions.push_back(std::move(retraction));
    return move;
}

/// Rows of a scan that are moved one by one would join what is there.
Result<void> check_nothing_is_there(const Move& move)
{
    if (move.is_whole()) return {};
    std::vector<std::string> lines;
    PatientRecord target = move.target;
    for_each_kind([&]<RowKind kind>() {
        for (const RowOf<kind>& row : RowSchema<kind>::list(move.delivery)) {
            const RowKey key = key_of(row);
            if (values_at<kind>(target, move.target_reader->versions(), key) != nullptr)
                lines.push_back(row_name_of(key) + " is recorded already");
        }
    });
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input,
                   move.request.row.kind == RowKind::scan
                       ? "nothing was stored: give the scan another id there (--as ID), or correct what is there"
                       : "nothing was stored: correct what is there",
                   std::move(lines));
}

std::vector<std::string> identity_lines(const Move& move)
{
    std::vector<std::string> lines;
    for (const MeasurementRow& row : move.delivery.measurements) {
        const bool is_known = std::ranges::count(move.target.nodule_ids, row.nodule_id) > 0;
        if (move.is_whole() && !move.target_found) break;
        lines.push_back(is_known
                            ? fmt::format("scan {}: {} is taken for nodule {} of patient {}; where it is another "
                                          "one, say so with `nodtrack link`",
                                          row.scan_id, row.nodule_id, row.nodule_id, move.request.to)
                            : fmt::format("scan {}: {} is a nodule that patient {} did not have; where it is one of "
                                          "his, say so with `nodtrack link`",
                                          row.scan_id, row.nodule_id, move.request.to));
    }
    return lines;
}

/// What both patients are answered, before and after. Of a whole patient the answer goes on at the other one.
void add_answers(const Move& move, const PatientRecord& after, const AnswerChange& of_source, Date today,
                 MoveReport& report)
{
    const PatientRecord* const before = move.target_found ? &move.target_judged : nullptr;
    const AnswerChange of_target =
        answer_change(move.request.to, before, &after, move.judges.of(move.judged_as()), today);
    AnswerChange source = of_source;
    if (move.is_whole()) {
        source.patient_id = fmt::format("{}, now {}", move.from(), move.request.to);
        source.after = of_target.after;
        source.unanswered_after = of_target.unanswered_after;
        source.nodules_after = of_target.nodules_after;
    }
    report.answers = {source};
    if (!move.is_whole() || move.target_found) report.answers.push_back(of_target);
}

/// A policy that a protocol asks for is the patient's, whatever the number.
Result<void> carry_policy_over(const store::Registry& registry, store::Change& change, const Move& move)
{
    const auto adoptions = store::adoptions_of(registry);
    if (!adoptions) return tl::unexpected<Error>(adoptions.error());
    std::optional<store::Adoption> own;
    for (const store::Adoption& adoption : *adoptions) {
        if (adoption.patient_id == move.from()) own = adoption;
    }
    if (!own) return {};
    own->patient_id = move.request.to;
    return change.store_adoptions({&*own, 1}, {});
}

Result<void> store_all(store::Registry& registry, store::Change& change, const Move& move, const PatientMerge& merge)
{
    const store::PatientReader& source = move.source.reader;
    std::vector<assess::LedgerDecision> decisions = moved_decisions(source.ledger(), move.request);
    store::NewVersions rows = merge.new_versions();
    std::erase_if(rows.decisions, [&](const auto& version) {
        return std::ranges::any_of(decisions, [&](const assess::LedgerDecision& decision) {
            return is_same_decision(decision, version.row->decision);
        });
    });
    if (auto stored = change.store_rows(rows, decisions); !stored) return stored;
    const auto images = store::images_of(registry, move.from());
    if (!images) return tl::unexpected<Error>(images.error());
    if (auto stored = change.store_images(moved_images(*images, move.request)); !stored) return stored;
    if (move.is_whole()) {
        const auto links = store::links_of(registry, move.from());
        if (!links) return tl::unexpected<Error>(links.error());
        const auto there = store::links_of(registry, move.request.to);
        if (!there) return tl::unexpected<Error>(there.error());
        if (auto stored = change.store_links(moved_links(*links, *there, move.request.to)); !stored) return stored;
        const auto kept = store::assessments_of(registry, move.from());
        if (!kept) return tl::unexpected<Error>(kept.error());
        if (auto stored = change.store_assessments(moved_assessments(*kept, move.request.to)); !stored) return stored;
    }
    if (move.judged_as() != move.request.to) {
        if (auto stored = carry_policy_over(registry, change, move); !stored) return stored;
    }
    return change.store_retractions(move.retractions);
}

/// Joins the rows to the other patient; what comes of it goes to the report. Fails where they contradict him.
Result<void> join(Move& move, PatientMerge& merge, Date today, MoveReport& report)
{
    DeliveredPatients patients(move.delivery, merge.problems());
    while (const std::optional<DeliveredPatient> patient = patients.next()) {
        if (Result<void> joined = merge.join(*patient); !joined) return joined;
    }
    if (!merge.problems().empty()) return tl::unexpected<Error>(merge.problems().error());
    std::ranges::move(merge.report().warnings, std::back_inserter(report.warnings));
    PatientRecord after;
    if (move.is_whole()) {
        PatientRecord moved = move.source.record;
        add_confirmed_states(move.source.reader, moved);
        after = joined_records(move.target_judged, moved, move.request.to);
    } else {
        after = merge.record();
        add_confirmed_states(*move.target_reader, after);
    }
    const AnswerChange of_source = report.answers.front();
    add_answers(move, after, of_source, today, report);
    return {};
}

}  // namespace

Result<MoveReport> move_rows(store::Registry& registry, const Judges& judges, const MoveRequest& request,
                             const store::Provenance& provenance)
{
    if (const auto sound = check_request(request, provenance); !sound) return tl::unexpected<Error>(sound.error());
    store::Provenance recorded = provenance;
    recorded.reason =
        fmt::format("moved from patient {} to {}: {}", request.row.value("patient_id"), request.to, provenance.reason);
    std::optional<store::Change> change;
    if (!request.dry_run) {
        Result<store::Change> opened = store::Change::begin(registry, recorded);
        if (!opened) return tl::unexpected<Error>(opened.error());
        change = std::move(*opened);
    }
    const RetractRequest retraction{.patient_id = std::string(request.row.value("patient_id")),
                                    .row = request.row,
                                    .own_rows_alone = request.own_rows_alone,
                                    .may_decide = request.may_decide};
    const auto asked = retractions_asked_for(registry, retraction, provenance);
    if (!asked) return tl::unexpected<Error>(asked.error());
    Result<Move> move = begun(registry, judges, request);
    if (!move) return tl::unexpected<Error>(move.error());
    if (const auto sound = check_nothing_is_there(*move); !sound) return tl::unexpected<Error>(sound.error());

    MoveReport report;
    const auto outcome = add_outcome(registry, judges, move->retractions, provenance.today, report);
    if (!outcome) return tl::unexpected<Error>(outcome.error());
    if (const auto allowed = require_right_to_retract(registry, retraction, report.rows, provenance); !allowed)
        return tl::unexpected<Error>(allowed.error());
    PatientMerge merge(move->delivery, {.today = provenance.today, .judged_as = move->judged_as()}, registry,
                       &*move->target_reader);
    if (const auto joined = join(*move, merge, provenance.today, report); !joined)
        return tl::unexpected<Error>(joined.error());
    report.identities = identity_lines(*move);
    report.questions = questions_of(report.answers);
    const std::vector<std::string> implausible = merge.problems().question_lines();
    report.questions.insert(report.questions.end(), implausible.begin(), implausible.end());
    if (!change) return report;
    if (!report.questions.empty() && !request.confirm) return tl::unexpected(not_confirmed(report.questions));
    if (!implausible.empty()) change->add_reason(confirmed_reason(merge.problems().kept_lines()));
    if (const auto stored = store_all(registry, *change, *move, merge); !stored)
        return tl::unexpected<Error>(stored.error());
    const Result<store::DeliveryNumber> committed = change->commit();
    if (!committed) return tl::unexpected<Error>(committed.error());
    report.delivery_no = *committed;
    return report;
}

}  // namespace nodtrack::tracker
