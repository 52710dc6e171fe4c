#include "nodtrack/tracker/policy_diff.hpp"

#include <algorithm>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/report/policy_diff_text.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

constexpr std::size_t sides = 2;

/// The policies and profiles asked for; one profile alone counts for both sides.
struct Asked {
    std::array<std::string, sides> policies;
    std::array<std::string, sides> profiles;
};

Result<Asked> asked_of(const Arguments& arguments)
{
    const std::string first = arguments.text("A");
    const std::string second = arguments.text("B");
    const auto& profiles = arguments.all("--profile");
    if (profiles.size() > sides) {
        return failure(ErrorCode::usage, "policy diff: --profile is given twice at most, for A and for B");
    }
    const bool two_profiles = profiles.size() == sides;
    if (second.empty() && !(first.empty() && two_profiles)) {
        return failure(ErrorCode::usage,
                       "policy diff: name two policies (released versions, 'released' for the current one, or "
                       "files), or give --profile twice");
    }
    Asked asked;
    asked.policies = {first.empty() ? std::string(tracker::released_policy_name) : first,
                      second.empty() ? std::string(tracker::released_policy_name) : second};
    if (!profiles.empty()) asked.profiles = {profiles.front(), profiles.back()};
    return asked;
}

/// A profile of the policy that it is judged by.
Result<ProfileWord> profile_of(const std::string& name, const policy::Policy& policy)
{
    ProfileWord profile;
    profile = name;
    if (name.empty() || std::ranges::count(policy.profiles, name, &policy::ScheduleProfile::name) > 0) return profile;
    std::string words;
    for (const policy::ScheduleProfile& known : policy.profiles)
        words += (words.empty() ? "" : ", ") + known.name;
    return failure(ErrorCode::usage, "--profile: '" + name + "' is not one of " + words + ", the profiles of policy " +
                                         policy.id + " " + policy.version);
}

Result<ExitStatus> run(const Call& call)
{
    const auto asked = asked_of(call.arguments);
    if (!asked) return tl::unexpected(asked.error());
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto judge_a = tracker::judge_by_policy(asked->policies[0]);
    if (!judge_a) return tl::unexpected(judge_a.error());
    const auto judge_b = tracker::judge_by_policy(asked->policies[1]);
    if (!judge_b) return tl::unexpected(judge_b.error());
    const auto profile_a = profile_of(asked->profiles[0], judge_a->policy());
    if (!profile_a) return tl::unexpected(profile_a.error());
    const auto profile_b = profile_of(asked->profiles[1], judge_b->policy());
    if (!profile_b) return tl::unexpected(profile_b.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());

    const report::PolicyDiffReport report({report::PolicySideText{&judge_a->policy(), asked->profiles[0]},
                                           report::PolicySideText{&judge_b->policy(), asked->profiles[1]}});
    const bool as_json = call.arguments.has("--json");
    const bool totals_only = call.arguments.has("--totals");
    if (!as_json) print(report.heading());
    std::string line;
    const auto diff = tracker::policy_diff(
        *registry,
        {.sides = {tracker::PolicySide{&*judge_a, *profile_a}, tracker::PolicySide{&*judge_b, *profile_b}},
         .as_of = moment->as_of,
         .known_on = moment->known_on,
         .dose_factors = &report::released_dose_factors()},
        [&](const tracker::PolicyDifference& difference) -> Result<void> {
            if (totals_only) return {};
            line.clear();
            const auto& [a, b] = difference.judged;
            if (as_json) {
                report.append_json(line, difference.record, *a, *b);
            } else {
                report.append_line(line, difference.record, *a, *b);
            }
            print(line);
            return {};
        });
    if (!diff) return tl::unexpected(diff.error());
    const report::PolicyTotals totals{diff->burden, diff->other_action, diff->other_day_only};
    print(as_json ? report.totals_json(totals) : report.totals_text(totals) + "\n" + report::standing_notice());
    return ExitStatus::done;
}

}  // namespace

Command policy_diff_command()
{
    return {
        .name = "policy diff",
        .summary =
            "judges the whole registry under two policies or schedules: who is told something else, and the load",
        .description =
            "Judges every patient under both, and tells each whose action, due date or safety-net date is another: "
            "both answers with their rules, and the nodules whose rule is another. Then the totals: boards, urgent "
            "cases, PET/CTs, chest CTs a year as the due dates imply them, and the dose of these by the radiation "
            "level "
            "of each patient's age group."
            "\n\n"
            "With --profile twice all patients are judged as if on the one schedule, then on the other; with "
            "--profile once, both policies are judged on that schedule. Nothing is stored."
            "\n\n"
            "Keys of --json, one object a patient: patient_id, a and b {action, due_date, safety_net_ct_date, "
            "patient_class, rules}, nodules [{nodule_id, a and b {class, rules}, or null where it is not judged}]; "
            "last totals {patients, other_action, other_day_only, a and b {a count of each action, cts_a_year, "
            "ct_msv_a_year [low, high], pet_ct_msv [low, high], pet_cts_without_level, policy, profile}}.",
        .positionals = {{.name = "A", .help = "a released version, 'released' or a policy file", .required = false},
                        {.name = "B", .help = "a released version, 'released' or a policy file", .required = false}},
        .options = with_moment_options(
            {{.name = "--profile",
              .value = "NAME",
              .help = "the schedule that every patient is judged on, a profile of the policy; twice: of A, of B",
              .repeated = true},
             {.name = "--totals", .help = "the totals alone"},
             {.name = "--json", .help = "JSON Lines: one object a patient, then the totals"}}),
        .examples = {{"nodtrack policy diff --profile default --profile six_monthly --as-of 2026-11-20",
                      "what six-monthly CTs would mean"},
                     {"nodtrack policy diff 1.0.0 1.1.0", "what the newer policy changes"}},
        .failures = {{ExitStatus::bad_input, "a file is no policy"}, {ExitStatus::not_found, "there is no such file"}},
        .run = run};
}

}  // namespace nodtrack::cli
