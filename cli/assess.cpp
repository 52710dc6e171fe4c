#include <fmt/format.h>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"
#include "progress.hpp"

namespace nodtrack::cli {
namespace {

constexpr std::size_t assessments_saved_at_once = 5000;

assess::Detail detail_of(const Arguments& arguments)
{
    const std::string word = arguments.text("--reasons");
    if (word == "none") return assess::Detail::none;
    return word == "all" ? assess::Detail::all : assess::Detail::fired;
}

Result<tracker::AssessRequest> request_of(const Call& call)
{
    tracker::AssessRequest request;
    request.patient_ids = call.arguments.all("PATIENT");
    request.detail = detail_of(call.arguments);
    const bool all = call.arguments.has("--all");
    if (all == !request.patient_ids.empty()) {
        return failure(ErrorCode::usage, all ? "assess: name patients, or give --all, not both"
                                             : "assess: name the patients to judge, or give --all");
    }
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    request.as_of = moment->as_of;
    request.known_on = moment->known_on;
    return request;
}

std::string table_line(std::string_view patient, std::string_view action, std::string_view due, std::string_view since,
                       std::string_view patient_class, std::string_view rules)
{
    return fmt::format("{:<14} {:<21} {:<10} {:<12} {:<24} {}\n", patient, action, due, since, patient_class, rules);
}

std::string table_line(const assess::Assessment& assessment, const PatientRecord& record, const policy::Policy& policy)
{
    const auto& recommendation = assessment.recommendation;
    std::string rules;
    for (const std::uint32_t rule : assessment.patient_rules)
        rules += policy.patient_rules[rule].id + " ";
    rules += policy.recommendations[recommendation.rule].id;
    return table_line(record.patient.patient_id, policy::action_words[static_cast<std::size_t>(recommendation.action)],
                      recommendation.due_date ? recommendation.due_date->iso() : "-",
                      assessment.standing ? assessment.standing->since.iso() : "-",
                      policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)], rules);
}

/// Prints each assessment and, where asked to, keeps it.
class Answer {
  public:
    Answer(const Call& call, store::Registry& registry, const assess::Judge& judge,
           const tracker::AssessRequest& request)
        : call_(call),
          registry_(registry),
          judge_(judge),
          request_(request),
          json_(judge),
          as_json_(call.arguments.has("--json")),
          as_table_(call.arguments.has("--all")),
          save_(call.arguments.has("--save"))
    {
        if (as_table_ && !as_json_) print(table_line("patient", "action", "due", "stands since", "class", "rules"));
    }

    Result<void> add(const assess::Assessment& assessment, const PatientRecord& record)
    {
        line_.clear();
        if (as_json_ || save_) json_.append(line_, assessment, record, request_.detail);
        if (as_json_) {
            print(line_);
        } else if (as_table_) {
            print(table_line(assessment, record, judge_.policy()));
        } else {
            print(report::summary_text(assessment, record, judge_, request_.detail));
        }
        progress_.step();
        if (!save_) return {};
        line_.pop_back();  // the registry keeps the object without its line end
        kept_.push_back({.patient_id = record.patient.patient_id,
                         .known_on = request_.known_on,
                         .proposal = assess::proposal_of(assessment, record, judge_.policy()),
                         .json = line_,
                         .delivery_no = 0,
                         .recorded_at = {}});
        return kept_.size() < assessments_saved_at_once ? Result<void>() : keep();
    }

    Result<void> keep()
    {
        if (kept_.empty()) return {};
        const auto saved = tracker::save_assessments(registry_, kept_, occasion_of(call_.now, "assess"));
        if (!saved) return tl::unexpected(saved.error());
        kept_.clear();
        return {};
    }

  private:
    const Call& call_;
    store::Registry& registry_;
    const assess::Judge& judge_;
    const tracker::AssessRequest& request_;
    report::AssessmentJson json_;
    bool as_json_;
    bool as_table_;
    bool save_;
    std::string line_;
    std::vector<tracker::SavedAssessment> kept_;
    Progress progress_{"judged", "patients"};
};

Result<ExitStatus> run(const Call& call)
{
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    auto registry =
        open_registry(call, call.arguments.has("--save") ? store::Opening::existing : store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const assess::Judge judge = assess::Judge::released();
    Answer answer(call, *registry, judge, *request);
    const auto done = tracker::assess_patients(*registry, judge, *request,
                                               [&](const assess::Assessment& assessment, const PatientRecord& record) {
                                                   return answer.add(assessment, record);
                                               });
    if (!done) return tl::unexpected(done.error());
    const auto kept = answer.keep();
    if (!kept) return tl::unexpected(kept.error());
    if (call.arguments.has("--all") && !call.arguments.has("--json")) print("\n");
    if (!call.arguments.has("--json")) print(report::standing_notice());
    return ExitStatus::done;
}

}  // namespace

Command assess_command()
{
    return {.name = "assess",
            .summary = "judges patients by the policy: what to do next, and when",
            .description =
                "Judges what was recorded, as of a day: a few lines for each patient named, one line each with --all. "
                "The first line has the action, its date and the fact that decides; below it what stands from an "
                "earlier CT, what was never answered, and the newest decision. Of what is missing or unsure only that "
                "is told which would change the answer if it fell the other way; --json has all. The answer is "
                "decision support for review by radiologist and oncologist; 'nodtrack explain' tells one patient's "
                "at length.",
            .positionals = {{.name = "PATIENT", .help = "the patients; or --all", .required = false, .repeated = true}},
            .options = with_moment_options(
                {{.name = "--all", .help = "all patients of the registry"},
                 {.name = "--reasons",
                  .value = "WHICH",
                  .help = "reasons in the answer; else fired",
                  .words = {"none", "fired", "all"}},
                 {.name = "--json", .help = "JSON Lines, one object a patient, sorted by patient_id"},
                 {.name = "--save", .help = "keeps the assessments in the registry"}}),
            .examples = {{"nodtrack assess SARC-011"},
                         {"nodtrack assess --all --as-of 2026-11-20 --json --reasons none",
                          "one line a patient, for a program"},
                         {"nodtrack assess SARC-011 --known-on 2026-06-30 --as-of 2026-06-30",
                          "what we would have said at the end of June"}},
            .failures = {{ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
