#include "nodtrack/tracker/assess.hpp"

#include <fmt/format.h>

#include "../judged_patient.hpp"
#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/tracker/registry.hpp"

namespace nodtrack::uses {
namespace {

constexpr std::size_t assessments_saved_at_once = 5000;

assess::Detail detail_of(const Values& values)
{
    const std::string word = values.text("reasons");
    if (word == "none") return assess::Detail::none;
    return word == "all" ? assess::Detail::all : assess::Detail::fired;
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

/// Puts each assessment and, where asked to, keeps it.
class Answer {
  public:
    explicit Answer(Call& call)
        : call_(call),
          detail_(detail_of(call.values)),
          as_json_(call.format == Format::json),
          as_table_(call.values.has("all")),
          save_(call.values.has("save"))
    {
        if (as_table_ && !as_json_) call.put(table_line("patient", "action", "due", "stands since", "class", "rules"));
    }

    Result<void> add(const assess::Assessment& assessment, const PatientRecord& record)
    {
        const assess::Judge& judge = call_.judge_of(record.patient.patient_id);
        line_.clear();
        if (as_json_ || save_) call_.assessment_json(judge).append(line_, assessment, record, detail_);
        if (as_json_) {
            call_.put(line_);
        } else if (as_table_) {
            call_.put(table_line(assessment, record, judge.policy()));
        } else {
            call_.put(report::summary_text(assessment, record, judge, detail_));
        }
        call_.step();
        if (!save_) return {};
        line_.pop_back();  // the registry keeps the object without its line end
        kept_.push_back({.patient_id = record.patient.patient_id,
                         .known_on = call_.values.date("known_on"),
                         .proposal = assess::proposal_of(assessment, record, judge.policy()),
                         .json = line_,
                         .delivery_no = 0,
                         .recorded_at = {}});
        return kept_.size() < assessments_saved_at_once ? Result<void>() : keep();
    }

    Result<void> keep()
    {
        if (kept_.empty()) return {};
        const auto saved = call_.store({}, [&](store::Registry& registry) {
            return tracker::save_assessments(registry, kept_, call_.provenance({}));
        });
        kept_.clear();
        return saved;
    }

  private:
    Call& call_;
    assess::Detail detail_;
    bool as_json_;
    bool as_table_;
    bool save_;
    std::string line_;
    std::vector<tracker::SavedAssessment> kept_;
};

Result<void> judge_many(Call& call, const tracker::AssessmentVisitor& visit)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const tracker::AssessRequest request{.patient_ids = call.values.all("patient_id"),
                                         .as_of = call.values.date("as_of").value_or(call.today),
                                         .known_on = call.values.date("known_on"),
                                         .detail = detail_of(call.values)};
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const auto done = tracker::assess_patients(**registry, **judges, request, visit);
    return done ? Result<void>() : tl::unexpected(done.error());
}

Result<void> run(Call& call)
{
    const std::size_t named = call.values.all("patient_id").size();
    const bool all = call.values.has("all");
    if (all == (named > 0)) {
        return call.failure(ErrorCode::usage, all ? "assess: name patients, or give {all}, not both"
                                                  : "assess: name the patients to judge, or give {all}");
    }
    if (call.values.has("save")) call.opening = Opening::to_write;
    Answer answer(call);
    const auto visit = [&](const assess::Assessment& assessment, const PatientRecord& record) {
        return answer.add(assessment, record);
    };
    const auto done = named == 1 ? judge_patient(call, detail_of(call.values), visit) : judge_many(call, visit);
    if (!done) return done;
    if (const auto kept = answer.keep(); !kept || call.format == Format::json) return kept;
    if (all) call.put("\n");
    call.put(report::standing_notice());
    return {};
}

}  // namespace

UseCase assess()
{
    return {.name = "assess",
            .summary = "judges patients by the policy: what to do next, and when",
            .description =
                "Judges what was recorded, as of a day: a few lines for each patient named, one line each with {all}. "
                "The first line has the action, its date and the fact that decides; below it what stands from an "
                "earlier CT, what was never answered, and the newest decision. Of what is missing or unsure only that "
                "is told which would change the answer if it fell the other way; {json} has all. The answer is "
                "decision support for review by radiologist and oncologist; 'nodtrack explain' tells one patient's "
                "at length.",
            .parameters = with_moment(
                {repeated(text("patient_id", "the patients; or {all}", "PATIENT")),
                 typed(flag("all", "all patients of the registry")),
                 word("reasons", "reasons in the answer; else fired", {"none", "fired", "all"}, {}, "WHICH"),
                 json_switch("JSON Lines, one object a patient, sorted by patient_id"), named_policy(),
                 typed(flag("save", "keeps the assessments in the registry"))}),
            .examples = {{"nodtrack assess SARC-011"},
                         {"nodtrack assess --all --as-of 2026-11-20 --json --reasons none",
                          "one line a patient, for a program"},
                         {"nodtrack assess SARC-011 --known-on 2026-06-30 --as-of 2026-06-30",
                          "what we would have said at the end of June"}},
            .failures = {{ErrorCode::not_found, "there is no such patient"}},
            .routes = {patient_route("/api/v1/patients/{patient_id}/assessment", "Assessment",
                                     "The judgement, as `nodtrack assess --json`")},
            .listed_after = "link",
            .run = run};
}

}  // namespace nodtrack::uses
