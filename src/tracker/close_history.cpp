#include <fmt/format.h>

#include <algorithm>

#include "decide_request.hpp"
#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {
namespace {

using assess::word_of;

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

Result<std::size_t> close_history(store::Registry& registry, const Judges& judges, const CloseRequest& request,
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
            const std::string alarm =
                alarm_closed_by(record, judges.of(record.patient.patient_id), request.until, provenance.today);
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
            open_alarms.size(), open_alarms.size() == 1 ? "" : "s", days_asked_about(judges.of_registry()));
        return failure(ErrorCode::bad_input, question, std::move(open_alarms));
    }
    store::Provenance recorded = provenance;
    recorded.reason = request.reason;
    const Result<IngestReport> stored = ingest(registry, delivery, recorded);
    if (!stored) return tl::unexpected<Error>(stored.error());
    return stored->of(RowKind::decision).added;
}

}  // namespace nodtrack::tracker
