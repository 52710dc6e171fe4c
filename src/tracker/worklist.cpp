#include "nodtrack/tracker/worklist.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;

bool is_asked_for(const assess::WorklistGroups& groups, const std::vector<WorklistGroup>& asked)
{
    return asked.empty() ||
           std::ranges::any_of(groups, [&](WorklistGroup group) { return std::ranges::count(asked, group) > 0; });
}

/// As `assess` tells it: an answer that stands waits for what was not looked at, a date alone does not.
std::string standing_words(const assess::Assessment& assessment)
{
    for (const assess::Flag& flag : assessment.flags) {
        if (flag.code == assess::FlagCode::stands_since) return flag.text;
    }
    return {};
}

void count_in(Worklist& list, const assess::WorklistGroups& groups)
{
    ++list.listed;
    for (const WorklistGroup group : groups)
        ++list.counts[static_cast<std::size_t>(group)];
}

void add(Worklist& list, const WorklistRequest& request, const Judges& judges, const PatientRecord& record,
         const std::vector<assess::LedgerDecision>& kept)
{
    const assess::Judge& judge = judges.of(record.patient.patient_id);
    const std::vector<assess::LedgerDecision> decisions = assess::with_recorded_decisions(kept, record, judge);
    const assess::Assessment assessment = judge.assess(record, request.as_of, assess::Detail::none);
    const assess::Proposal present = assess::proposal_of(assessment, record, judge.policy());
    const assess::Standing standing = assess::standing_of(present, present, record, decisions, request.as_of);
    const std::optional<Date> last_heard = assess::last_heard_of(record, decisions, request.as_of);
    const assess::OpenItems open = assess::open_items_of(standing, assessment, record, decisions, judge.policy());
    assess::WorklistGroups groups =
        assess::groups_of(open, standing, present, last_heard, request.as_of, request.terms);
    ++list.patients;
    if (groups.empty()) return;
    count_in(list, groups);
    if (!is_asked_for(groups, request.groups)) return;
    WorklistEntry entry = assess::worklist_entry(std::move(groups), open, standing, present, assessment, record,
                                                 judge.policy(), last_heard);
    entry.reason = report::deciding_fact(assessment, record, judge);
    entry.stands = standing_words(assessment);
    list.entries.push_back(std::make_shared<const WorklistEntry>(std::move(entry)));
}

/// Where an entry stands in a list.
auto place_of(const std::shared_ptr<const WorklistEntry>& entry)
{
    return std::tuple(entry->group, !entry->earliest_due.has_value(), entry->earliest_due,
                      std::string_view(entry->patient_id));
}

Result<Worklist> list_of(store::PatientReader& reader, const Judges& judges, const WorklistRequest& request,
                         const std::function<void()>& step)
{
    Worklist list;
    PatientRecord record;
    for (;;) {
        const Result<bool> more = next_to_judge(reader, record);
        if (!more) return tl::unexpected<Error>(more.error());
        if (!*more) break;
        add(list, request, judges, record, reader.ledger());
        if (step) step();
    }
    std::ranges::sort(list.entries, {}, place_of);
    return list;
}

}  // namespace

Result<Worklist> worklist(const store::Registry& registry, const Judges& judges, const WorklistRequest& request,
                          const std::function<void()>& step)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    return list_of(*reader, judges, request, step);
}

bool is_for_board(const WorklistEntry& entry)
{
    const auto stands_in = [&](WorklistGroup group) { return std::ranges::count(entry.groups, group) > 0; };
    return stands_in(WorklistGroup::board) || stands_in(WorklistGroup::urgent) || stands_in(WorklistGroup::unanswered);
}

Result<Worklist> worklist(store::PatientReader& reader, const Judges& judges, const WorklistRequest& request)
{
    return list_of(reader, judges, request, {});
}

Result<Worklist> look_again(const Worklist& before, store::PatientReader& reader, const Judges& judges,
                            const WorklistRequest& request, std::span<const std::string> patient_ids)
{
    Worklist list;
    std::set<std::string_view> looked_at;
    PatientRecord record;
    for (const std::string& patient_id : patient_ids) {
        const Result<bool> found = find_to_judge(reader, patient_id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        looked_at.insert(patient_id);  // also one of whom all was entered in error: he is listed no more
        if (!*found) continue;
        add(list, request, judges, record, reader.ledger());
    }
    auto again = std::exchange(list.entries, {});
    std::ranges::sort(again, {}, place_of);
    // In one go: a list of a whole hospital is long.
    list.entries.reserve(before.entries.size() + again.size());
    auto next = again.begin();
    for (const auto& entry : before.entries) {
        if (looked_at.contains(entry->patient_id)) continue;
        for (; next != again.end() && place_of(*next) < place_of(entry); ++next)
            list.entries.push_back(std::move(*next));
        list.entries.push_back(entry);
        count_in(list, entry->groups);
    }
    std::move(next, again.end(), std::back_inserter(list.entries));
    list.patients = before.patients;
    return list;
}

}  // namespace nodtrack::tracker
