#include "nodtrack/tracker/policy_diff.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/policy_adopt.hpp"

namespace nodtrack::tracker {
namespace {

/// `1.0.0, 1.1.0, or 'released' for the current one`
std::string released_names()
{
    std::string names;
    for (const policy::ReleasedPolicy& policy : policy::released_policies())
        names += std::string(policy.version) + ", ";
    return names + "or '" + std::string(released_policy_name) + "' for the current one";
}

bool same_day(const assess::Recommendation& a, const assess::Recommendation& b)
{
    return a.due_date == b.due_date && a.safety_net_ct_date == b.safety_net_ct_date;
}

/// Judges as if on the side's profile; the record is as recorded again afterwards.
assess::Assessment judged_by(const PolicySide& side, PatientRecord& record, Date as_of)
{
    const auto recorded = record.patient.schedule_profile;
    if (!side.profile.empty()) record.patient.schedule_profile = side.profile;
    assess::Assessment assessment = side.judge->assess(record, as_of, assess::Detail::none);
    record.patient.schedule_profile = recorded;
    return assessment;
}

Result<std::string> content_of(const std::filesystem::path& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) {
        return failure(ErrorCode::not_found,
                       "there is no policy file '" + file.string() + "'; name a file, or " + released_names());
    }
    const auto unreadable = failure(ErrorCode::bad_input, "the policy file '" + file.string() + "' cannot be read");
    if (std::filesystem::is_directory(file, problem)) return unreadable;
    std::ifstream in(file, std::ios::binary);
    if (!in) return unreadable;
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Result<PolicyDiff> policy_diff(const store::Registry& registry, const PolicyDiffRequest& request,
                               const PolicyDifferenceVisitor& visit)
{
    auto reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected(reader.error());
    PolicyDiff diff;
    PatientRecord record;
    for (;;) {
        const auto more = next_to_judge(*reader, record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return diff;
        const assess::Assessment a = judged_by(request.sides[0], record, request.as_of);
        const assess::Assessment b = judged_by(request.sides[1], record, request.as_of);
        const auto group = dose::age_group_at(record.patient, request.as_of, *request.dose_factors);
        diff.burden[0].add(a, record, group);
        diff.burden[1].add(b, record, group);
        const bool other_action = a.recommendation.action != b.recommendation.action;
        if (!other_action && same_day(a.recommendation, b.recommendation)) continue;
        ++(other_action ? diff.other_action : diff.other_day_only);
        const auto visited = visit({record, {&a, &b}});
        if (!visited) return tl::unexpected(visited.error());
    }
}

Result<std::string> policy_content(const std::string& name)
{
    if (name == released_policy_name) return std::string(policy::released_policy_json());
    const auto released = policy::released_policies();
    const auto named = std::find_if(released.begin(), released.end(),
                                    [&](const policy::ReleasedPolicy& policy) { return policy.version == name; });
    return named == released.end() ? content_of(name) : Result<std::string>(std::string(named->json));
}

Result<assess::Judge> judge_by_policy(const std::string& name)
{
    if (name == released_policy_name) return assess::Judge::released();
    const auto content = policy_content(name);
    if (!content) return tl::unexpected(content.error());
    auto policy = policy::load(*content, policy::released_sources_json(), assess::catalogue());
    Result<assess::Judge> judge =
        policy ? assess::Judge::from(std::move(*policy)) : Result<assess::Judge>(tl::unexpected(policy.error()));
    if (judge) return judge;
    Error error = judge.error();
    error.message = "'" + name + "': " + error.message;
    return tl::unexpected(std::move(error));
}

}  // namespace nodtrack::tracker
