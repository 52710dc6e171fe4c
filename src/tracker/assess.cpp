#include "nodtrack/tracker/assess.hpp"

#include <algorithm>

#include "judging.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

/// A decision may answer what the record alone leaves overdue, or set another date.
void drop_overdue_flag_where_answered(assess::Assessment& assessment, const PatientRecord& record,
                                      const assess::Judge& judge, const std::vector<assess::LedgerDecision>& decisions)
{
    if (decisions.empty()) return;
    const auto is_overdue = [](const assess::Flag& flag) { return flag.code == assess::FlagCode::overdue; };
    if (std::ranges::none_of(assessment.flags, is_overdue)) return;
    const assess::Proposal present = assess::proposal_of(assessment, record, judge.policy());
    const assess::Standing standing =
        assess::standing_of(present, present, record, decisions, assessment.timeline.as_of);
    if (standing.progress != assess::Progress::overdue) std::erase_if(assessment.flags, is_overdue);
}

Result<void> judge_one(const store::PatientReader& reader, const assess::Judge& judge, const AssessRequest& request,
                       const PatientRecord& record, const AssessmentVisitor& visit)
{
    return visit(judged(reader, judge, record, request.as_of, request.detail), record);
}

Result<std::size_t> assess_all(store::PatientReader& reader, const assess::Judge& judge, const AssessRequest& request,
                               const AssessmentVisitor& visit)
{
    PatientRecord record;
    for (std::size_t count = 0;; ++count) {
        const auto more = next_to_judge(reader, record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return count;
        const auto visited = judge_one(reader, judge, request, record, visit);
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
        if (!*found) missing.push_back("no patient '" + id + "' is recorded");
    }
    if (missing.empty()) return ids;
    if (missing.size() == 1) return failure(ErrorCode::not_found, missing.front());
    const std::string summary = std::to_string(missing.size()) + " of the patients asked for are not recorded";
    return failure(ErrorCode::not_found, summary, std::move(missing));
}

assess::Assessment judged(const store::PatientReader& reader, const assess::Judge& judge, const PatientRecord& record,
                          Date as_of, assess::Detail detail)
{
    assess::Assessment assessment = judge.assess(record, as_of, detail);
    drop_overdue_flag_where_answered(assessment, record, judge, reader.ledger());
    return assessment;
}

Result<std::size_t> assess_patients(const store::Registry& registry, const assess::Judge& judge,
                                    const AssessRequest& request, const AssessmentVisitor& visit)
{
    auto reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected(reader.error());
    if (request.patient_ids.empty()) return assess_all(*reader, judge, request, visit);

    const auto ids = recorded_ids(*reader, request.patient_ids);
    if (!ids) return tl::unexpected(ids.error());
    PatientRecord record;
    for (const std::string& id : *ids) {
        const auto found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected(found.error());
        const auto visited = judge_one(*reader, judge, request, record, visit);
        if (!visited) return tl::unexpected(visited.error());
    }
    return ids->size();
}

Result<void> assess_patient(store::PatientReader& reader, const assess::Judge& judge, const std::string& patient_id,
                            Date as_of, assess::Detail detail, const AssessmentVisitor& visit)
{
    PatientRecord record;
    const auto found = find_to_judge(reader, patient_id, record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return failure(ErrorCode::not_found, "no patient '" + patient_id + "' is recorded");
    const AssessRequest request{.patient_ids = {}, .as_of = as_of, .known_on = std::nullopt, .detail = detail};
    return judge_one(reader, judge, request, record, visit);
}

}  // namespace nodtrack::tracker
