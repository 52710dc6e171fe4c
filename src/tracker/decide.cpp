#include "nodtrack/tracker/decide.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "judging.hpp"
#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/domain/text.hpp"
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

std::string due_text(const std::optional<Date>& due)
{
    return due ? " due " + due->iso() : std::string();
}

/// What is wrong with the request by itself.
class RequestProblems {
  public:
    RequestProblems(const DecideRequest& request, Date today) : request_(request), today_(today) {}

    std::vector<std::string> lines()
    {
        who_and_why();
        days();
        if (request_.kind == LedgerKind::supersede) {
            override_itself();
        } else if (request_.action || (request_.due_date && !request_.next_step)) {
            add("action: an action or due date of one's own is an override; accept takes the policy's as it stands");
        }
        if (!request_.baselines.empty() && !request_.board) {
            add("baseline: the tumour board accepts a nodule as it is; say that the board decided");
        }
        if ((request_.kind == LedgerKind::nodule_event) != request_.event.has_value()) {
            add("event: goes with a decision about a nodule, and only with it");
        }
        return std::move(lines_);
    }

  private:
    void add(std::string line) { lines_.push_back(std::move(line)); }

    void who_and_why()
    {
        const auto is_blank = [](const std::string& text) {
            return text.find_first_not_of(" \t\r\n") == std::string::npos;
        };
        if (is_blank(request_.decided_by)) add("by: missing; name who answers for the decision");
        if (is_blank(request_.reason)) add("reason: missing; say why it was decided so");
        if (!request_.board && !request_.present.empty()) {
            add("present: who was there is kept of a board's decision only; say that the board decided");
        }
        const auto is_unprintable = [](const std::string& text) { return holds_control_character(text, true); };
        if (is_unprintable(request_.decided_by) || is_unprintable(request_.reason) ||
            std::ranges::any_of(request_.present, is_unprintable)) {
            add("by, reason, present: hold a control character; write printable characters");
        }
        for (const std::string& name : request_.present) {
            if (is_blank(name) || name.find('\n') != std::string::npos) {
                add("present: a name is empty or longer than a line; write the names comma-separated");
            } else if (name.find(word_set_separator) != std::string::npos) {
                add("present: a name holds a ;, which joins the names in decisions.csv; write the names without it");
            }
        }
    }

    void days()
    {
        if (request_.decided_on > today_) {
            add(fmt::format("decided on: {} is after today, {}", request_.decided_on.iso(), today_.iso()));
        }
        if (request_.due_date && *request_.due_date < request_.decided_on) {
            add(fmt::format("due: {} is before the decision, {}", request_.due_date->iso(), request_.decided_on.iso()));
        }
        constexpr int most_days_ahead = 10 * 366;
        if (request_.due_date && *request_.due_date > add_days(request_.decided_on, most_days_ahead)) {
            add(fmt::format("due: {} is more than ten years after the decision, {}; was another year meant?",
                            request_.due_date->iso(), request_.decided_on.iso()));
        }
        if (request_.event && request_.event->date > request_.decided_on) {
            add(fmt::format("date: the event, {}, is after the decision, {}", request_.event->date.iso(),
                            request_.decided_on.iso()));
        }
    }

    void override_itself()
    {
        if (!request_.action) {
            add("action: missing; one of " + fmt::format("{}", fmt::join(policy::action_words, ", ")));
        } else if (!request_.due_date && *request_.action != Action::out_of_scope) {
            add(fmt::format("due: missing; say by which day {} is to be done", word_of(*request_.action)));
        }
    }

    const DecideRequest& request_;
    Date today_;
    std::vector<std::string> lines_;
};

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

Result<store::DeliveryNumber> store_all(store::Change& change, const DecideReport& report, const assess::Judge& judge)
{
    const LedgerDecision& decision = report.decision;
    std::vector<EventRow> events;
    if (decision.event) events.push_back({decision.patient_id, *decision.event, 0});
    for (const NoduleEvent& baseline : report.baselines)
        events.push_back({decision.patient_id, baseline, 0});
    std::ranges::sort(events, {}, [](const EventRow& row) { return std::string_view(row.event.nodule_id); });
    if (!events.empty()) {
        store::NewVersions rows;
        for (const EventRow& row : events)
            rows.events.push_back({&row, 1});
        if (Result<void> stored = change.store_rows(rows); !stored) return tl::unexpected<Error>(stored.error());
    }
    store::SavedAssessment kept{decision.patient_id, std::nullopt, decision.proposal, {}, 0, {}};
    report::AssessmentJson(judge).append(kept.json, report.before, report.record_before, assess::Detail::fired);
    kept.json.pop_back();  // the registry keeps the object without its line end
    if (Result<void> stored = change.store_assessments({&kept, 1}); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    if (Result<void> stored = change.store_decisions({&decision, 1}); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    return change.commit();
}

/// Alarms this near are asked about before they are closed as history: those that the worklist would still list.
int days_asked_about(const assess::Judge& judge)
{
    constexpr int without_a_rule = 365;
    return judge.policy().standing ? judge.policy().standing->unanswered_days : without_a_rule;
}

/// The alarm that nobody has answered and that a closed history would silence; empty where there is none.
std::string alarm_closed_by(const PatientRecord& record, const assess::Judge& judge, Date until, Date today)
{
    const assess::Assessment now = judge.assess(record, today, assess::Detail::none);
    const auto is_near = [&](Date since) {
        return since <= until && since >= add_days(today, -days_asked_about(judge));
    };
    const assess::Recommendation& answer = now.recommendation;
    if (assess::is_alarm(answer.action) && !now.answered) {
        const Date since = assess::alarm_since(now, record, judge.policy());
        if (is_near(since)) {
            return fmt::format("{}{}, since {}", word_of(answer.action), due_text(answer.due_date), since.iso());
        }
    }
    for (const assess::UnansweredAlarm& alarm : now.unanswered) {
        if (is_near(alarm.since))
            return fmt::format("{} of {}, never answered", word_of(alarm.action), alarm.since.iso());
    }
    return {};
}

}  // namespace

Result<DecideReport> decide(store::Registry& registry, const assess::Judge& judge, const DecideRequest& request,
                            const store::Provenance& provenance)
{
    std::vector<std::string> problems = RequestProblems(request, provenance.today).lines();
    if (!problems.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems));

    store::Provenance recorded = provenance;
    recorded.reason = request.reason;
    // Begun before anything is read: no other door can change what is decided on in between.
    Result<store::Change> change = store::Change::begin(registry, recorded);
    if (!change) return tl::unexpected<Error>(change.error());
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
    problems = problems_of_ground(request, *ground, report.decision);
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
    const Result<store::DeliveryNumber> committed = store_all(*change, report, judge);
    if (!committed) return tl::unexpected<Error>(committed.error());
    report.decision.delivery_no = *committed;
    report.decision.recorded_at = provenance.recorded_at;
    report.decision.actor = provenance.actor;
    return report;
}

Result<std::size_t> close_history(store::Registry& registry, const assess::Judge& judge, const CloseRequest& request,
                                  const store::Provenance& provenance)
{
    std::vector<std::string> open_alarms;
    Delivery delivery;
    delivery.source.fill("history");
    {
        Result<store::PatientReader> reader = store::PatientReader::open(registry);
        if (!reader) return tl::unexpected<Error>(reader.error());
        PatientRecord record;
        const auto add = [&] {
            const bool reaches_back =
                std::ranges::any_of(record.scans, [&](const Scan& scan) { return scan.scan_date <= request.until; });
            const bool is_closed = std::ranges::any_of(record.decisions, [&](const nodtrack::Decision& decision) {
                return decision.kind == DecisionKind::before_registry && decision.decided_on >= request.until;
            });
            if (!reaches_back || is_closed) return;
            const std::string alarm = alarm_closed_by(record, judge, request.until, provenance.today);
            if (!alarm.empty()) open_alarms.push_back(record.patient.patient_id + ": " + alarm);
            nodtrack::Decision decision;
            decision.decided_on = request.until;
            decision.kind = DecisionKind::before_registry;
            decision.decided_by = request.decided_by;
            decision.reason = request.reason;
            const std::string& id = delivery.text.emplace_back(record.patient.patient_id);
            delivery.decisions.push_back(
                {id, std::move(decision), static_cast<std::uint32_t>(delivery.decisions.size() + 1)});
        };
        for (const std::string& patient_id : request.patient_ids) {
            const Result<bool> found = find_to_judge(*reader, patient_id, record);
            if (!found) return tl::unexpected<Error>(found.error());
            if (!*found) return failure(ErrorCode::not_found, fmt::format("patient {} is not recorded", patient_id));
            add();
        }
        while (request.patient_ids.empty()) {
            const Result<bool> more = next_to_judge(*reader, record);
            if (!more) return tl::unexpected<Error>(more.error());
            if (!*more) break;
            add();
        }
    }
    if (!open_alarms.empty() && !request.confirm) {
        const std::string question = fmt::format(
            "{} alarm{} of the last {} days would be closed with it; nothing was stored: give an earlier "
            "day, or confirm it (--confirm)",
            open_alarms.size(), open_alarms.size() == 1 ? "" : "s", days_asked_about(judge));
        return failure(ErrorCode::bad_input, question, std::move(open_alarms));
    }
    store::Provenance recorded = provenance;
    recorded.reason = request.reason;
    const Result<IngestReport> stored = ingest(registry, delivery, recorded);
    if (!stored) return tl::unexpected<Error>(stored.error());
    return stored->of(RowKind::decision).added;
}

}  // namespace nodtrack::tracker
