#include "nodtrack/tracker/worklist.hpp"

#include <algorithm>
#include <tuple>

#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;

bool is_asked_for(WorklistGroup group, const std::vector<WorklistGroup>& groups)
{
    return groups.empty() || std::ranges::count(groups, group) > 0;
}

void add(Worklist& list, const WorklistRequest& request, const assess::Judge& judge, const PatientRecord& record,
         const std::vector<assess::Decision>& decisions)
{
    const assess::Assessment assessment = judge.assess(record, request.as_of, assess::Detail::none);
    const assess::Proposal present = assess::proposal_of(assessment, record, judge.policy());
    const assess::Standing standing = assess::standing_of(present, present, record, decisions, request.as_of);
    const std::optional<Date> last_heard = assess::last_heard_of(record, decisions, request.as_of);
    const auto group = assess::group_of(standing, present, last_heard, request.as_of, request.terms);
    ++list.patients;
    if (!group) return;
    ++list.counts[static_cast<std::size_t>(*group)];
    if (!is_asked_for(*group, request.groups)) return;
    list.entries.push_back(
        assess::worklist_entry(*group, standing, present, assessment, record, judge.policy(), last_heard));
}

void sort_by_pressure(std::vector<WorklistEntry>& entries)
{
    // Patients come in order of their ids, and keep it where nothing else tells them apart.
    std::ranges::stable_sort(entries, {}, [](const WorklistEntry& entry) {
        return std::tuple(entry.group, !entry.due_date.has_value(), entry.due_date);
    });
}

}  // namespace

Result<Worklist> worklist(const store::Registry& registry, const assess::Judge& judge, const WorklistRequest& request,
                          const std::function<void()>& step)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    Worklist list;
    PatientRecord record;
    for (;;) {
        const Result<bool> more = next_to_judge(*reader, record);
        if (!more) return tl::unexpected<Error>(more.error());
        if (!*more) break;
        add(list, request, judge, record, reader->decisions());
        if (step) step();
    }
    sort_by_pressure(list.entries);
    return list;
}

}  // namespace nodtrack::tracker
