#include "nodtrack/tracker/decide.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "decide_request.hpp"
#include "judging.hpp"
#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerDecision;
using assess::LedgerKind;
using assess::word_of;
using policy::Action;

/// The patient at hand: what is recorded and what the policy says of it.
struct Ground {
    PatientRecord record;
    assess::Assessment assessment;
    assess::Proposal proposal;
    std::vector<LedgerDecision> decisions;
};

Result<Ground> ground_of(const store::Registry& registry, const assess::Judge& judge, const DecideRequest& request)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    Ground ground;
    const Result<bool> found = find_to_judge(*reader, request.patient_id, ground.record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} is not recorded{}", request.patient_id, now_named(*reader)));
    }
    ground.assessment = judge.assess(ground.record, request.decided_on, assess::Detail::fired);
    ground.proposal = assess::proposal_of(ground.assessment, ground.record, judge.policy());
    ground.decisions = assess::with_recorded_decisions(reader->ledger(), ground.record, judge);
    return ground;
}

bool is_same(const LedgerDecision& left, const LedgerDecision& right)
{
    return left.decided_on == right.decided_on && left.kind == right.kind && left.action == right.action &&
           left.due_date == right.due_date && left.next_step == right.next_step &&
           left.decided_by == right.decided_by && left.reason == right.reason && left.board == right.board &&
           left.present == right.present && assess::same_ground(left.proposal, right.proposal);
}

constexpr std::string_view how_to_confirm =
    "; where that is meant so, confirm it (--confirm on the command line, confirm in the API)";

/// What is asked where an override is weaker or later than the policy's answer; empty where it is neither.
std::string weaker_or_later(const DecideRequest& request, const assess::Proposal& proposal)
{
    if (!request.action || proposal.action == Action::out_of_scope) return {};
    const bool weaker = *request.action == Action::out_of_scope || *request.action < proposal.action;
    const bool later = request.due_date && proposal.due_date && *request.due_date > *proposal.due_date;
    if (!weaker && !later) return {};
    return fmt::format(
        "confirm: {}{} is {} than the policy's {}{}{}{}", word_of(*request.action), due_text(request.due_date),
        weaker ? "weaker" : "later", word_of(proposal.action), due_text(proposal.due_date), how_to_confirm,
        proposal.safety_net_ct_date ? fmt::format(". The safety-net CT of {} stays", proposal.safety_net_ct_date->iso())
                                    : std::string());
}

/// What is asked where an alarm or a CT that is due is closed without a next step, or the next step comes late; empty
/// where neither is so.
std::string closed_or_late(const DecideRequest& request, const assess::Proposal& proposal)
{
    if (proposal.action == Action::out_of_scope) return {};
    const std::string answer = fmt::format("{}{}", word_of(proposal.action), due_text(proposal.due_date));
    if (request.next_step) {
        const bool has_net = proposal.safety_net_ct_date.has_value();
        const std::optional<Date> latest = has_net ? proposal.safety_net_ct_date : proposal.due_date;
        if (!request.due_date || !latest || *request.due_date <= *latest) return {};
        return fmt::format("confirm: the next step on {} comes after {}{}", request.due_date->iso(),
                           has_net ? "the safety-net CT of " + latest->iso() : answer, how_to_confirm);
    }
    if (!assess::closes(request.kind) || proposal.action < Action::short_interval_ct) return {};
    return fmt::format(
        "confirm: {} is closed, and what comes next is not said; say it (--next-step STEP --due DATE, or --override "
        "ACTION --due DATE){}",
        answer, how_to_confirm);
}

/// Without an index scan a due date counts from the day of asking, and moves with it.
bool is_another_answer(const SeenAnswer& seen, const assess::Proposal& proposal)
{
    if (seen.action != proposal.action) return true;
    return !proposal.index_scan_id.empty() && seen.due_date != proposal.due_date;
}

/// What speaks against the request once the patient is known; nodules apart.
std::vector<std::string> problems_of_ground(const DecideRequest& request, const Ground& ground,
                                            const LedgerDecision& decision)
{
    std::vector<std::string> lines;
    const assess::Proposal& proposal = ground.proposal;
    if (request.seen && !assess::same_ground(*request.seen, proposal)) {
        lines.push_back(fmt::format("seen: the recommendation is {}{} by now; look at it again",
                                    word_of(proposal.action), due_text(proposal.due_date)));
    }
    if (request.seen_answer && is_another_answer(*request.seen_answer, proposal)) {
        lines.push_back(
            fmt::format("seen: {}{} was on the agenda, and the recommendation is {}{} by now; look at it again",
                        word_of(request.seen_answer->action), due_text(request.seen_answer->due_date),
                        word_of(proposal.action), due_text(proposal.due_date)));
    }
    if (request.kind != LedgerKind::nodule_event && proposal.action == Action::out_of_scope && !proposal.due_date) {
        lines.push_back("patient: not followed here any more; where that is wrong, correct follow_up_status first");
    }
    if (request.kind == LedgerKind::supersede && request.action == proposal.action &&
        request.due_date == proposal.due_date) {
        lines.push_back(fmt::format("action: {}{} is what the policy recommends; accept it", word_of(proposal.action),
                                    due_text(proposal.due_date)));
    }
    const std::string question =
        request.kind == LedgerKind::supersede ? weaker_or_later(request, proposal) : closed_or_late(request, proposal);
    if (!request.confirm && !question.empty()) lines.push_back(question);
    if (!ground.decisions.empty() && request.kind != LedgerKind::nodule_event) {
        const auto newest = std::ranges::max_element(ground.decisions, {}, &LedgerDecision::delivery_no);
        if (is_same(*newest, decision)) {
            lines.push_back(fmt::format("decision: recorded already, delivery {}", newest->delivery_no));
        }
    }
    return lines;
}

/// A CT of the same day has not been seen by the board.
bool has_diagnostic_ct_before(const PatientRecord& record, Date day)
{
    return std::ranges::any_of(record.scans,
                               [&](const Scan& scan) { return scan.is_diagnostic_ct() && scan.scan_date < day; });
}

Result<void> check_event(const NoduleEvent& event, const PatientRecord& record, Date today)
{
    if (std::ranges::count(record.nodule_ids, event.nodule_id) == 0) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} has no nodule '{}'; recorded are: {}", record.patient.patient_id,
                                   event.nodule_id, fmt::join(record.nodule_ids, ", ")));
    }
    std::vector<std::string> lines;
    const bool is_recorded = std::ranges::any_of(record.events, [&](const NoduleEvent& held) {
        return held.nodule_id == event.nodule_id && held.kind == event.kind && held.date == event.date;
    });
    if (is_recorded) {
        lines.push_back(fmt::format("event: {} of nodule {} on {} is recorded already", word(event.kind),
                                    event.nodule_id, event.date.iso()));
    }
    if (event.kind == EventKind::board_baseline && !has_diagnostic_ct_before(record, event.date)) {
        lines.push_back(
            fmt::format("event: there is no diagnostic CT before {} that could be a baseline; one of the "
                        "same day has not been seen by the board",
                        event.date.iso()));
    }
    const std::vector<RecordProblem> known = problems_of(record, today);
    PatientRecord with_event = record;
    with_event.events.push_back(event);
    for (const RecordProblem& problem : problems_of(with_event, today)) {
        if (std::ranges::count(known, problem) == 0) {
            lines.push_back(fmt::format("event: {}: {}", problem.column, problem.message));
        }
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));
}

LedgerDecision decision_of(const DecideRequest& request, const Ground& ground)
{
    LedgerDecision decision;
    decision.patient_id = request.patient_id;
    decision.decided_on = request.decided_on;
    decision.kind = request.kind;
    decision.action = request.action.value_or(ground.proposal.action);
    const bool has_own_date = request.kind == LedgerKind::supersede || (request.next_step && request.due_date);
    if (has_own_date) {
        decision.due_date = request.due_date;
    } else if (!assess::closes(request.kind)) {
        decision.due_date = ground.proposal.due_date;
    }
    decision.next_step = request.next_step;
    decision.decided_by = request.decided_by;
    decision.reason = request.reason;
    decision.board = request.board;
    decision.present = request.present;
    decision.event = request.event;
    decision.proposal = ground.proposal;
    return decision;
}

/// The decision as the record has it.
nodtrack::Decision record_row_of(const LedgerDecision& decision)
{
    nodtrack::Decision row;
    row.decided_on = decision.decided_on;
    row.kind = value_of_word<nodtrack::DecisionKind>(assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)])
                   .value_or(nodtrack::DecisionKind::accept);
    if (decision.kind == LedgerKind::accept || decision.kind == LedgerKind::supersede) row.action = decision.action;
    row.due_date = decision.due_date;
    row.next_step = decision.next_step;
    row.board = decision.board ? nodtrack::Answer::yes : nodtrack::Answer::no;
    row.decided_by = decision.decided_by;
    row.present = fmt::format("{}", fmt::join(decision.present, std::string(1, word_set_separator)));
    row.reason = decision.reason;
    return row;
}

/// The record with the decision in it; one of the same day, kind and person is superseded.
void put_into_record(PatientRecord& record, const LedgerDecision& decision)
{
    const nodtrack::Decision row = record_row_of(decision);
    std::erase_if(record.decisions,
                  [&](const nodtrack::Decision& held) { return same_key_within<RowKind::decision>(held, row); });
    record.decisions.push_back(row);
}

Result<void> check_decision(const LedgerDecision& decision, const PatientRecord& record, Date today)
{
    PatientRecord with_decision = record;
    put_into_record(with_decision, decision);
    const std::vector<RecordProblem> known = problems_of(record, today);
    std::vector<std::string> lines;
    for (const RecordProblem& problem : problems_of(with_decision, today)) {
        if (std::ranges::count(known, problem) == 0)
            lines.push_back(fmt::format("{}: {}", problem.column, problem.message));
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));
}

/// The event becomes part of the record, and what the policy now says is what is to be done.
void apply_event(DecideReport& report, const assess::Judge& judge)
{
    report.record.events.push_back(*report.decision.event);
    report.after = judge.assess(report.record, report.decision.decided_on, assess::Detail::fired);
    report.decision.action = report.after->recommendation.action;
    report.decision.due_date = report.after->recommendation.due_date;
}

/// What the board accepts becomes part of the record.
void apply_baselines(DecideReport& report, const assess::Judge& judge)
{
    if (report.baselines.empty()) return;
    report.record.events.insert(report.record.events.end(), report.baselines.begin(), report.baselines.end());
    report.after = judge.assess(report.record, report.decision.decided_on, assess::Detail::fired);
}

/// Judged nodules that were measured on the newest CT and are not accepted.
std::vector<std::string> nodules_to_accept(const assess::Assessment& assessment, const PatientRecord& record)
{
    std::vector<std::string> ids;
    for (const assess::NoduleTimeline& nodule : assessment.timeline.nodules) {
        if (nodule.index_measurement && nodule.size && !nodule.accepted)
            ids.push_back(record.nodule_ids[nodule.nodule]);
    }
    return ids;
}

/// Whether what was decided is about what stands today: not where a newer scan is recorded already.
void compare_with_today(DecideReport& report, const assess::Judge& judge, Date today)
{
    const auto proposal_today = [&](const PatientRecord& record) {
        return assess::proposal_of(judge.assess(record, today, assess::Detail::none), record, judge.policy());
    };
    report.today = proposal_today(report.record);
    report.stands_today = assess::same_ground(report.decision.proposal, proposal_today(report.record_before));
}

/// Events of the reports, in the order of their keys.
std::vector<EventRow> event_rows(std::span<const DecideReport> reports)
{
    std::vector<EventRow> events;
    for (const DecideReport& report : reports) {
        if (report.decision.event) events.push_back({report.decision.patient_id, *report.decision.event, 0});
        for (const NoduleEvent& baseline : report.baselines)
            events.push_back({report.decision.patient_id, baseline, 0});
    }
    std::ranges::sort(events, {}, [](const EventRow& row) {
        return std::pair(std::string_view(row.patient_id), std::string_view(row.event.nodule_id));
    });
    return events;
}

/// Precondition: one report a patient, in the order of their ids.
Result<store::DeliveryNumber> store_all(store::Change& change, std::span<const DecideReport> reports,
                                        const Judges& judges)
{
    const std::vector<EventRow> events = event_rows(reports);
    if (!events.empty()) {
        store::NewVersions rows;
        for (const EventRow& row : events)
            rows.events.push_back({&row, 1});
        if (Result<void> stored = change.store_rows(rows); !stored) return tl::unexpected<Error>(stored.error());
    }
    std::vector<store::SavedAssessment> kept;
    std::vector<LedgerDecision> decisions;
    report::AssessmentJsons json;
    for (const DecideReport& report : reports) {
        decisions.push_back(report.decision);
        kept.push_back({report.decision.patient_id, std::nullopt, report.decision.proposal, {}, 0, {}});
        json.of(judges.of(report.decision.patient_id))
            .append(kept.back().json, report.before, report.record_before, assess::Detail::fired);
        kept.back().json.pop_back();  // the registry keeps the object without its line end
    }
    if (Result<void> stored = change.store_assessments(kept); !stored) return tl::unexpected<Error>(stored.error());
    if (Result<void> stored = change.store_decisions(decisions); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    return change.commit();
}

/// What the decision comes to, checked against what is recorded; nothing is stored.
Result<DecideReport> prepared(const store::Registry& registry, const assess::Judge& judge, const DecideRequest& request,
                              const store::Provenance& provenance)
{
    Result<Ground> ground = ground_of(registry, judge, request);
    if (!ground) return tl::unexpected<Error>(ground.error());
    if (request.event) {
        if (Result<void> sound = check_event(*request.event, ground->record, provenance.today); !sound) {
            return tl::unexpected<Error>(sound.error());
        }
    }
    DecideReport report;
    for (const std::string& nodule_id : request.baselines) {
        const NoduleEvent baseline{nodule_id, EventKind::board_baseline, request.decided_on, request.reason};
        if (Result<void> sound = check_event(baseline, ground->record, provenance.today); !sound)
            return tl::unexpected<Error>(sound.error());
        report.baselines.push_back(baseline);
    }
    report.decision = decision_of(request, *ground);
    std::vector<std::string> problems = problems_of_ground(request, *ground, report.decision);
    if (!problems.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems));
    if (!request.event) {
        if (Result<void> sound = check_decision(report.decision, ground->record, provenance.today); !sound) {
            return tl::unexpected<Error>(sound.error());
        }
    }
    report.record_before = ground->record;
    report.record = std::move(ground->record);
    report.before = std::move(ground->assessment);
    if (report.decision.event) {
        apply_event(report, judge);
    } else {
        put_into_record(report.record, report.decision);
        apply_baselines(report, judge);
    }
    report.could_be_accepted = nodules_to_accept(report.before, report.record_before);
    compare_with_today(report, judge, provenance.today);
    return report;
}

void add_delivery(DecideReport& report, store::DeliveryNumber delivery, const store::Provenance& provenance)
{
    report.decision.delivery_no = delivery;
    report.decision.recorded_at = provenance.recorded_at;
    report.decision.actor = provenance.actor;
}

/// The problems of one patient's decision, each named.
void add_problems(std::vector<std::string>& problems, const std::string& patient_id, const Error& error)
{
    if (error.context.empty()) problems.push_back(patient_id + ": " + error.message);
    for (const std::string& line : error.context)
        problems.push_back(patient_id + ": " + line);
}

}  // namespace

Result<DecideReport> decide(store::Registry& registry, const assess::Judge& judge, const DecideRequest& request,
                            const store::Provenance& provenance)
{
    std::vector<std::string> problems = problems_of_request(request, provenance.today);
    if (!problems.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems));

    store::Provenance recorded = provenance;
    recorded.reason = request.reason;
    // Begun before anything is read: no other door can change what is decided on in between.
    Result<store::Change> change = store::Change::begin(registry, recorded);
    if (!change) return tl::unexpected<Error>(change.error());
    Result<DecideReport> report = prepared(registry, judge, request, provenance);
    if (!report) return report;
    const Result<store::DeliveryNumber> committed = store_all(*change, {&*report, 1}, judge);
    if (!committed) return tl::unexpected<Error>(committed.error());
    add_delivery(*report, *committed, provenance);
    return report;
}

Result<std::vector<DecideReport>> decide_meeting(store::Registry& registry, const Judges& judges,
                                                 std::vector<DecideRequest> requests,
                                                 const store::Provenance& provenance, std::vector<std::string> problems)
{
    std::ranges::stable_sort(requests, {}, &DecideRequest::patient_id);
    Result<store::Change> change = store::Change::begin(registry, provenance);
    if (!change) return tl::unexpected<Error>(change.error());
    std::vector<DecideReport> reports;
    std::string_view before;
    for (const DecideRequest& request : requests) {
        if (request.patient_id == before) {
            problems.push_back(
                request.patient_id +
                ": is there twice; one decision a patient and meeting, further ones by 'nodtrack decide'");
            continue;
        }
        before = request.patient_id;
        const std::vector<std::string> wrong = problems_of_request(request, provenance.today);
        for (const std::string& line : wrong)
            problems.push_back(request.patient_id + ": " + line);
        if (!wrong.empty()) continue;
        Result<DecideReport> report = prepared(registry, judges.of(request.patient_id), request, provenance);
        if (!report && report.error().code == ErrorCode::registry_unusable)
            return tl::unexpected<Error>(report.error());
        if (!report) add_problems(problems, request.patient_id, report.error());
        if (report) reports.push_back(std::move(*report));
    }
    if (!problems.empty()) {
        // Counted before they are moved away: the order of arguments is not given.
        std::string message = fmt::format("{} problem{}; nothing of the meeting was stored", problems.size(),
                                          problems.size() == 1 ? "" : "s");
        return failure(ErrorCode::bad_input, std::move(message), std::move(problems));
    }
    if (reports.empty()) return reports;
    const Result<store::DeliveryNumber> committed = store_all(*change, reports, judges);
    if (!committed) return tl::unexpected<Error>(committed.error());
    for (DecideReport& report : reports)
        add_delivery(report, *committed, provenance);
    return reports;
}

}  // namespace nodtrack::tracker
