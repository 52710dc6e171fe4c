#include "nodtrack/tracker/ledger.hpp"

#include <algorithm>

#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerDecision;

void add_kept(std::vector<LedgerEntry>& entries, const store::SavedAssessment& saved)
{
    if (saved.known_on || saved.proposal.rule.empty()) return;
    const bool is_there = std::ranges::any_of(
        entries, [&](const LedgerEntry& entry) { return assess::same_ground(entry.proposal, saved.proposal); });
    if (is_there) return;
    LedgerEntry& entry = entries.emplace_back();
    entry.proposal = saved.proposal;
    entry.recorded_at = saved.recorded_at;
    entry.delivery_no = saved.delivery_no;
}

void add_decisions(LedgerEntry& entry, const std::vector<LedgerDecision>& decisions, Date as_of)
{
    for (const LedgerDecision& decision : decisions) {
        if (decision.decided_on <= as_of && assess::same_ground(decision.proposal, entry.proposal)) {
            entry.decisions.push_back(decision);
        }
    }
}

void set_standing(LedgerEntry& entry, const assess::Standing& standing)
{
    entry.stance = standing.stance;
    entry.progress = standing.progress;
    entry.task = standing.task;
    entry.answer = standing.answer;
    entry.days_late = standing.days_late;
    entry.next_step_missing = standing.next_step_missing;
}

}  // namespace

Result<std::vector<LedgerEntry>> ledger_of(const store::Registry& registry, const assess::Judge& judge,
                                           std::string_view patient_id, Date as_of)
{
    const Result<PatientRecord> record = read_to_judge(registry, patient_id);
    if (!record) return tl::unexpected<Error>(record.error());
    const Result<std::vector<store::SavedAssessment>> kept = store::assessments_of(registry, patient_id);
    if (!kept) return tl::unexpected<Error>(kept.error());
    const Result<std::vector<LedgerDecision>> decisions = store::decisions_of(registry, patient_id);
    if (!decisions) return tl::unexpected<Error>(decisions.error());

    std::vector<LedgerEntry> entries;
    for (const store::SavedAssessment& saved : *kept) {
        if (saved.proposal.as_of <= as_of) add_kept(entries, saved);
    }
    const assess::Proposal present =
        assess::proposal_of(judge.assess(*record, as_of, assess::Detail::none), *record, judge.policy());
    for (LedgerEntry& entry : entries) {
        add_decisions(entry, *decisions, as_of);
        set_standing(entry, assess::standing_of(entry.proposal, present, *record, *decisions, as_of));
    }
    return entries;
}

}  // namespace nodtrack::tracker
