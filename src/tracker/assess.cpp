#include "nodtrack/tracker/assess.hpp"

#include <algorithm>
#include <utility>

#include "judging.hpp"
#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

/// The newest decision since the newest examination on what is to be done, by the as-of day; null where there is none.
/// Of two of one day the one that accepts counts: it takes no date away.
const Decision* decision_on_what_is_due(const assess::Timeline& timeline, const PatientRecord& record)
{
    const Decision* newest = nullptr;
    for (const Decision& decision : record.decisions) {
        if (decision.kind != DecisionKind::accept && decision.kind != DecisionKind::supersede) continue;
        if (decision.decided_on > timeline.as_of) continue;
        if (!timeline.examinations.empty() && decision.decided_on < timeline.examinations.back().date) continue;
        const auto order = [](const Decision& made) {
            return std::pair(made.decided_on, made.kind == DecisionKind::accept);
        };
        if (newest == nullptr || order(*newest) < order(decision)) newest = &decision;
    }
    return newest;
}

/// Where another action or date was decided, that one is due. By the record alone: a registry that takes it in says the
/// same.
void drop_overdue_flag_where_overridden(assess::Assessment& assessment, const PatientRecord& record)
{
    const auto is_overdue = [](const assess::Flag& flag) { return flag.code == assess::FlagCode::overdue; };
    if (record.decisions.empty() || std::ranges::none_of(assessment.flags, is_overdue)) return;
    const Decision* const decision = decision_on_what_is_due(assessment.timeline, record);
    if (decision == nullptr || !assess::is_whole_override(*decision)) return;
    const bool hands_over = *decision->action == Action::out_of_scope;
    const Date as_of = assessment.timeline.as_of;
    const assess::Task task = assess::decided_task(*decision->action, decision->due_date, decision->decided_on);
    if (hands_over || *decision->due_date >= as_of || assess::answer_to(task, record, {}, as_of)) {
        std::erase_if(assessment.flags, is_overdue);
    }
}

Result<void> judge_one(const Judges& judges, const AssessRequest& request, const PatientRecord& record,
                       const AssessmentVisitor& visit)
{
    return visit(judged(judges.of(record.patient.patient_id), record, request.as_of, request.detail), record);
}

Result<std::size_t> assess_all(store::PatientReader& reader, const Judges& judges, const AssessRequest& request,
                               const AssessmentVisitor& visit)
{
    PatientRecord record;
    for (std::size_t count = 0;; ++count) {
        const auto more = next_to_judge(reader, record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return count;
        const auto visited = judge_one(judges, request, record, visit);
        if (!visited) return tl::unexpected(visited.error());
    }
}

}  // namespace

Result<std::vector<std::string>> recorded_ids(store::PatientReader& reader, std::vector<std::string> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> missing;
    PatientRecord record;
    for (const std::string& id : ids) {
        const auto found = reader.find(id, record);
        if (!found) return tl::unexpected(found.error());
        if (!*found) missing.push_back("no patient '" + id + "' is recorded" + now_named(reader));
    }
    if (missing.empty()) return ids;
    if (missing.size() == 1) return failure(ErrorCode::not_found, missing.front());
    const std::string summary = std::to_string(missing.size()) + " of the patients asked for are not recorded";
    return failure(ErrorCode::not_found, summary, std::move(missing));
}

std::string now_named(const store::PatientReader& reader)
{
    const std::string& moved_to = reader.versions().moved_to;
    return moved_to.empty() ? std::string() : "; that number is patient '" + moved_to + "' now";
}

assess::Assessment judged(const assess::Judge& judge, const PatientRecord& record, Date as_of, assess::Detail detail)
{
    assess::Assessment assessment = judge.assess(record, as_of, detail);
    drop_overdue_flag_where_overridden(assessment, record);
    return assessment;
}

Result<std::size_t> assess_patients(const store::Registry& registry, const Judges& judges, const AssessRequest& request,
                                    const AssessmentVisitor& visit)
{
    auto reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected(reader.error());
    if (request.patient_ids.empty()) return assess_all(*reader, judges, request, visit);

    const auto ids = recorded_ids(*reader, request.patient_ids);
    if (!ids) return tl::unexpected(ids.error());
    PatientRecord record;
    for (const std::string& id : *ids) {
        const auto found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected(found.error());
        const auto visited = judge_one(judges, request, record, visit);
        if (!visited) return tl::unexpected(visited.error());
    }
    return ids->size();
}

Result<void> assess_patient(store::PatientReader& reader, const Judges& judges, const std::string& patient_id,
                            Date as_of, assess::Detail detail, const AssessmentVisitor& visit)
{
    PatientRecord record;
    const auto found = find_to_judge(reader, patient_id, record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found, "no patient '" + patient_id + "' is recorded" + now_named(reader));
    }
    const AssessRequest request{.patient_ids = {}, .as_of = as_of, .known_on = std::nullopt, .detail = detail};
    return judge_one(judges, request, record, visit);
}

}  // namespace nodtrack::tracker
