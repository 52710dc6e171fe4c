#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/beside.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

/// The table asked for by number, or all tables and pathways.
void print_tables(const Call& call)
{
    const dose::Appropriateness& tables = report::released_appropriateness();
    const auto group = call.arguments.has("--child") ? dose::AgeGroup::child : dose::AgeGroup::adult;
    const auto number = call.arguments.find("--variant");
    const bool as_json = call.arguments.has("--json");
    std::vector<const dose::Pathway*> pathways;
    for (const dose::Variant& variant : tables.variants) {
        if (number && std::to_string(variant.number) != *number) continue;
        print(as_json ? report::variant_json(variant, tables) : report::variant_text(variant, group, tables) + "\n");
    }
    for (const dose::Pathway& pathway : tables.pathways) {
        if (number) continue;
        if (as_json) print(report::pathway_json(pathway));
        pathways.push_back(&pathway);
    }
    if (as_json && !number) {
        for (const dose::ContextTopic& topic : report::released_context().topics)
            print(report::context_json(topic));
    }
    if (as_json) return;
    if (!pathways.empty()) print("Pathways beside surveillance\n" + report::pathways_text(pathways) + "\n");
    print(report::appropriateness_notes(group, tables));
    if (number) return;
    print("\nContext, and for whom it is shown\n" + report::all_context_text());
}

Result<ExitStatus> run_for_patient(const Call& call)
{
    const bool as_json = call.arguments.has("--json");
    const auto told = judge_asked_patient(
        call, assess::Detail::none,
        [&](const assess::Assessment& assessment, const PatientRecord& record,
            const assess::Judge& judge) -> Result<void> {
            report::Beside beside = report::beside(assessment, record, judge.policy());
            if (call.arguments.has("--child")) beside.group = dose::AgeGroup::child;
            if (as_json) {
                print(report::shown_json(beside, assessment, record));
                return {};
            }
            const auto& rule = judge.policy().recommendations[assessment.recommendation.rule];
            print(fmt::format("{}  as seen on {}\n  {}\n  {}\n\n{}", record.patient.patient_id,
                              assessment.timeline.as_of.iso(), report::answer_line(assessment, record, judge),
                              rule.advises, report::shown_text(beside)));
            return {};
        });
    if (!told) return tl::unexpected(told.error());
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    if (!call.arguments.has("PATIENT")) {
        for (const char* option : {"--as-of", "--known-on"}) {
            if (call.arguments.has(option)) {
                return failure(ErrorCode::usage, std::string("appropriateness: ") + option +
                                                     " goes with a PATIENT; the tables have no date");
            }
        }
        print_tables(call);
        return ExitStatus::done;
    }
    if (call.arguments.has("--variant")) {
        return failure(ErrorCode::usage, "appropriateness: give a PATIENT or --variant, not both");
    }
    return run_for_patient(call);
}

}  // namespace

Command appropriateness_command()
{
    return {
        .name = "appropriateness",
        .summary = "shows how appropriate each examination is for a question, with its radiation level",
        .description =
            "Prints the five tables of the ACR document (staging of the lungs and of the rest of the body, "
            "surveillance of the lungs, local recurrence of bone and of soft-tissue primaries) and the pathways "
            "beside ours, or with PATIENT what stands beside that patient's recommendation. Radiation levels are "
            "those of adults; --child shows a child's, which the documents give for one examination alone. Context is "
            "what the documents say on a topic, with PATIENT the topics that fit answer, histology and findings: "
            "spread outside the lungs, what the board weighs, what speaks for a radiograph; it is never part of the "
            "answer.\n\n"
            "Keys of --json, one object a table, both age groups in it: variant, number, question, primary, source, "
            "rows [{procedure, name, rating, cite, ionising, adult and child {level, age_group, band_msv (null: "
            "none), cite}}]; then one object a pathway: pathway, title, text, shows, cite. With PATIENT one object: "
            "patient_id, as_of, age_group, variants and pathways as above.",
        .positionals = {{.name = "PATIENT",
                         .help = "what stands beside this patient's recommendation",
                         .required = false}},
        .options = with_moment_options(
            {{.name = "--variant", .value = "N", .help = "one table alone", .words = {"1", "2", "3", "4", "5"}},
             {.name = "--child", .help = "the radiation levels of a child"},
             {.name = "--json", .help = "JSON Lines, one object a table; with PATIENT one object"}}),
        .examples = {{"nodtrack appropriateness --variant 3"},
                     {"nodtrack appropriateness --variant 1 --child"},
                     {"nodtrack appropriateness SARC-033 --as-of 2026-11-20",
                      "local recurrence suspected: the table of bone primaries"}},
        .failures = {{ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
