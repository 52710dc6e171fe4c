#include "nodtrack/tracker/policy_adopt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "judging.hpp"
#include "nodtrack/assess/check_policy.hpp"
#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {
namespace {

store::PolicyFile named(const policy::Policy& policy)
{
    return {policy.sha256, policy.id, policy.version, {}};
}

std::string title(const store::PolicyFile& file)
{
    return fmt::format("{} {} (sha256 {}…)", file.id, file.version, file.sha256.substr(0, 12));
}

/// A released file keeps its id for itself: nobody must take another one for it.
Result<void> check_id(const store::Registry& registry, const store::PolicyFile& file)
{
    for (const policy::ReleasedPolicy& released : policy::released_policies()) {
        if (sha256_of(released.json) == file.sha256) return {};
    }
    const auto loaded =
        policy::load(policy::released_policy_json(), policy::released_sources_json(), assess::catalogue());
    if (loaded && loaded->id == file.id) {
        return failure(
            ErrorCode::bad_input,
            fmt::format("policy: /id: '{}' is the id of the released policies, and this is none of them; give "
                        "it an id of its own, such as '{}-of-our-clinic'. Nothing was stored",
                        file.id, file.id));
    }
    const auto held = store::policy_file_named(registry, file.id, file.version);
    if (!held) return tl::unexpected(held.error());
    if (*held && (*held)->sha256 != file.sha256) {
        return failure(ErrorCode::bad_input,
                       fmt::format("policy: /version: {} {} was adopted with other content (sha256 {}…); a change is a "
                                   "new version. Nothing was stored",
                                   file.id, file.version, (*held)->sha256.substr(0, 12)));
    }
    return {};
}

/// Loads the file and looks for faults; warnings go to the report.
Result<assess::Judge> checked_judge(const std::string& content, std::vector<std::string>& notes)
{
    auto policy = policy::load(content, policy::released_sources_json(), assess::catalogue());
    if (!policy) return tl::unexpected(policy.error());
    auto judge = assess::Judge::from(std::move(*policy));
    if (!judge) return judge;
    const bool is_released = std::ranges::any_of(
        policy::released_policies(), [&](const policy::ReleasedPolicy& entry) { return entry.json == content; });
    if (is_released) return judge;
    const assess::PolicyCheck check = assess::check_policy(content, policy::released_sources_json());
    std::vector<std::string> problems;
    for (const assess::PolicyFinding& finding : check.findings) {
        const assess::Severity severity = assess::severity_of(finding.kind);
        std::string line = finding.rule.empty() ? finding.text : finding.rule + ": " + finding.text;
        if (severity == assess::Severity::problem) problems.push_back(std::move(line));
        if (severity == assess::Severity::warning) notes.push_back("policy check: " + line);
    }
    if (problems.empty()) return judge;
    return failure(
        ErrorCode::bad_input,
        fmt::format("the policy has {} problem{}; nothing was stored: 'nodtrack policy check' tells them with "
                    "examples",
                    problems.size(), problems.size() == 1 ? "" : "s"),
        std::move(problems));
}

bool is_weaker(const AnswerChange& change)
{
    return change.reassures() && (!change.after || change.before->action != change.after->action ||
                                  change.unanswered_after < change.unanswered_before ||
                                  change.before->patient_class != change.after->patient_class);
}

/// What is lost most stands first: the alarm that was, and how far down it goes.
auto badness(const AnswerChange& change)
{
    const auto rank = [](const std::optional<assess::Proposal>& answer) {
        return answer ? static_cast<int>(answer->action) : -1;
    };
    const int kind = is_weaker(change) ? 0 : change.reassures() ? 1 : 2;
    return std::tuple(kind, rank(change.after) - rank(change.before), -rank(change.before),
                      std::string_view(change.patient_id));
}

/// How each patient concerned is answered now and would be then.
class Answers {
  public:
    Answers(AdoptReport& report, Date today) : report_(report), today_(today) {}

    void add(const PatientRecord& record, const assess::Judge& before, const assess::Judge& after)
    {
        AnswerChange change = answer_change(record, before, after, today_);
        ++report_.counts.patients;
        if (before.policy().sha256 == after.policy().sha256 || !change.changes()) {
            ++report_.counts.unchanged;
            return;
        }
        ++(is_weaker(change)    ? report_.counts.quieter
           : change.reassures() ? report_.counts.later
                                : report_.counts.louder);
        report_.answers.push_back(std::move(change));
    }

    void note_profile(const PatientRecord& record, const assess::Judge& after)
    {
        const std::string& word = record.patient.schedule_profile;
        const auto& profiles = after.policy().profiles;
        if (word.empty() || std::ranges::count(profiles, word, &policy::ScheduleProfile::name) > 0) return;
        report_.notes.push_back(
            fmt::format("{}: schedule profile '{}' is none of this policy; its shortest intervals "
                        "are used",
                        record.patient.patient_id, word));
    }

    void finish()
    {
        std::ranges::sort(report_.answers, {}, badness);
        report_.questions = questions_of(report_.answers);
    }

  private:
    AdoptReport& report_;
    Date today_;
};

Result<void> compare(const store::Registry& registry, const AdoptRequest& request, const Judges& judges,
                     const assess::Judge& after, Date today, AdoptReport& report)
{
    auto reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected(reader.error());
    Answers answers(report, today);
    PatientRecord record;
    const auto look_at = [&](const assess::Judge& before) {
        answers.add(record, before, after);
        answers.note_profile(record, after);
    };
    if (!request.patient_id.empty()) {
        const auto found = find_to_judge(*reader, request.patient_id, record);
        if (!found) return tl::unexpected(found.error());
        if (!*found) {
            return failure(ErrorCode::not_found,
                           fmt::format("no patient '{}' is recorded{}", request.patient_id, now_named(*reader)));
        }
        look_at(judges.of(request.patient_id));
    }
    while (request.patient_id.empty()) {
        const auto more = next_to_judge(*reader, record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
        // Who has a policy of his own keeps it.
        const assess::Judge& before = judges.of(record.patient.patient_id);
        if (&before == &judges.of_registry()) {
            look_at(before);
        } else {
            ++report.counts.patients;
            ++report.counts.unchanged;
        }
    }
    answers.finish();
    return {};
}

/// The newest adoption of the registry or the patient; null where there is none.
const store::Adoption* newest_of(const std::vector<store::Adoption>& adoptions, const std::string& patient_id)
{
    const store::Adoption* newest = nullptr;
    for (const store::Adoption& adoption : adoptions) {
        if (adoption.patient_id == patient_id) newest = &adoption;
    }
    return newest;
}

Result<void> check_it_changes(const store::Registry& registry, const AdoptRequest& request, const std::string& sha256)
{
    const auto adoptions = store::adoptions_of(registry);
    if (!adoptions) return tl::unexpected(adoptions.error());
    const store::Adoption* const newest = newest_of(*adoptions, request.patient_id);
    const bool same = newest == nullptr ? request.follow_registry : newest->sha256 == sha256;
    if (!same) return {};
    const std::string whom = request.patient_id.empty() ? "this registry" : "patient " + request.patient_id;
    return failure(ErrorCode::bad_input,
                   request.follow_registry
                       ? fmt::format("{} has no policy of their own; nothing was stored", whom)
                       : fmt::format("{} is judged by this policy already, since delivery {}; nothing was stored", whom,
                                     newest->delivery.delivery_no));
}

Result<store::DeliveryNumber> stored(store::Registry& registry, store::Change& change, const AdoptRequest& request,
                                     const AdoptReport& report)
{
    std::vector<store::PolicyFile> new_files;
    const std::string sha256 = request.follow_registry ? std::string() : report.policy.sha256;
    if (!request.follow_registry) {
        const auto held = store::policy_file_named(registry, report.policy.id, report.policy.version);
        if (!held) return tl::unexpected(held.error());
        if (!*held) {
            new_files.push_back(report.policy);
            new_files.back().content = request.content;
        }
    }
    const store::Adoption adoption{request.patient_id, sha256, report.policy.id, report.policy.version, {}};
    const auto kept = change.store_adoptions({&adoption, 1}, new_files);
    if (!kept) return tl::unexpected(kept.error());
    return change.commit();
}

}  // namespace

Result<AdoptReport> adopt_policy(store::Registry& registry, const AdoptRequest& request,
                                 const store::Provenance& provenance)
{
    if (provenance.reason.find_first_not_of(" \t\r\n") == std::string::npos) {
        return failure(ErrorCode::bad_input, "reason: missing; say why this policy is to judge. Nothing was stored");
    }
    AdoptReport report;
    std::optional<assess::Judge> own;
    if (!request.follow_registry) {
        auto judge = checked_judge(request.content, report.notes);
        if (!judge) return tl::unexpected(judge.error());
        own = std::move(*judge);
    }
    // Begun before anything is read: nobody adopts or records in between what the answer does not show.
    std::optional<store::Change> change;
    if (!request.dry_run) {
        auto begun = store::Change::begin(registry, provenance);
        if (!begun) return tl::unexpected(begun.error());
        change = std::move(*begun);
    }
    const auto judges = Judges::of(registry);
    if (!judges) return tl::unexpected(judges.error());
    if (own) {
        if (const auto sound = check_id(registry, named(own->policy())); !sound) return tl::unexpected(sound.error());
    }
    const assess::Judge& after = own ? *own : judges->of_registry();
    const assess::Judge& before = request.patient_id.empty() ? judges->of_registry() : judges->of(request.patient_id);
    report.policy = named(after.policy());
    report.before = named(before.policy());
    const auto changes = check_it_changes(registry, request, request.follow_registry ? "" : report.policy.sha256);
    if (!changes) return tl::unexpected(changes.error());
    report.changes = report::policy_changes(before.policy(), after.policy());
    const auto compared = compare(registry, request, *judges, after, provenance.today, report);
    if (!compared) return tl::unexpected(compared.error());
    if (!change) return report;
    if (!report.questions.empty() && !request.confirm) {
        Error error = not_confirmed(report.questions);
        error.context.push_back(fmt::format("policy {} instead of {}: {} of {} patients quieter, {} later, {} louder",
                                            title(report.policy), title(report.before), report.counts.quieter,
                                            report.counts.patients, report.counts.later, report.counts.louder));
        return tl::unexpected(std::move(error));
    }
    const auto committed = stored(registry, *change, request, report);
    if (!committed) return tl::unexpected(committed.error());
    report.delivery_no = *committed;
    return report;
}

}  // namespace nodtrack::tracker
