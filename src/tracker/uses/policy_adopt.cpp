#include "nodtrack/tracker/policy_adopt.hpp"

#include <fmt/format.h>

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::AdoptReport;
using tracker::AdoptRequest;

constexpr std::string_view as_the_registry = "registry";

Result<AdoptRequest> request_of(const Call& call)
{
    const Values& values = call.values;
    AdoptRequest request{.content = values.text("content"),
                         .patient_id = values.text("patient_id"),
                         .confirm = values.has("confirm"),
                         .dry_run = values.has("dry_run")};
    if (values.text("reason").find_first_not_of(" \t\r\n") == std::string::npos)
        return call.failure(ErrorCode::usage, "{reason}: missing; say why this policy is to judge");
    const std::string name = values.text(call.door == Door::service ? "released" : "file");
    if (call.door == Door::service && name.empty() == request.content.empty()) {
        return call.failure(ErrorCode::usage, "policy: give {content}, the policy file as a text, or {released}");
    }
    request.follow_registry = name == as_the_registry;
    if (request.follow_registry && request.patient_id.empty())
        return call.failure(ErrorCode::usage, "policy adopt: 'registry' is for one patient; name it with {patient_id}");
    if (request.follow_registry || !request.content.empty()) return request;
    // At the service a name is that of a released policy: it reads no files of its host.
    const bool is_released =
        name == "released" ||
        std::ranges::any_of(policy::released_policies(), [&](const auto& one) { return one.version == name; });
    if (call.door == Door::service && !is_released) {
        return call.failure(ErrorCode::usage, fmt::format("{{released}}: no policy '{}' was released", name));
    }
    auto content = tracker::policy_content(name);
    if (!content) return tl::unexpected(content.error());
    request.content = std::move(*content);
    return request;
}

std::string counts_text(const AdoptReport& report)
{
    const tracker::AdoptionCounts& counts = report.counts;
    return fmt::format("{} patient{}: {} louder, {} quieter, {} later, {} as before\n", counts.patients,
                       counts.patients == 1 ? "" : "s", counts.louder, counts.quieter, counts.later, counts.unchanged);
}

std::string as_text(const AdoptReport& report, const AdoptRequest& request)
{
    constexpr std::size_t most_told = 20;
    std::string text = fmt::format("policy {} {}\n  sha256 {}\ninstead of {} {}{}\n", report.policy.id,
                                   report.policy.version, report.policy.sha256, report.before.id, report.before.version,
                                   request.patient_id.empty() ? "" : ", for patient " + request.patient_id + " alone");
    text += report.changes.empty() ? "it says the same\n" : "what it says otherwise\n";
    for (const std::string& line : report.changes)
        text += "  " + line + "\n";
    text += counts_text(report);
    for (std::size_t i = 0; i < std::min(report.answers.size(), most_told); ++i)
        text += tracker::answer_change_text(report.answers[i]);
    if (report.answers.size() > most_told)
        text += fmt::format("and {} more; --json has all\n", report.answers.size() - most_told);
    if (request.dry_run) {
        return text + (report.questions.empty()
                           ? "dry run: nothing was stored\n"
                           : "dry run: nothing was stored; answers become quieter: it is stored with "
                             "--confirm only\n");
    }
    return text +
           fmt::format("stored as delivery {}; it judges from now on, and 'nodtrack policy list' tells since when\n",
                       report.delivery_no);
}

std::string file_json(const store::PolicyFile& file)
{
    std::string out = "{\"id\":";
    append_json(out, file.id);
    out += ",\"version\":";
    append_json(out, file.version);
    out += ",\"sha256\":";
    append_json(out, file.sha256);
    return out + "}";
}

std::string as_json(const AdoptReport& report)
{
    std::string answers;
    for (const tracker::AnswerChange& answer : report.answers)
        answers += (answers.empty() ? "" : ",") + tracker::answer_change_json(answer);
    const tracker::AdoptionCounts& counts = report.counts;
    return fmt::format(
        "{{\"delivery_no\":{},\"policy\":{},\"before\":{},\"changes\":{},\"patients\":{},\"louder\":{},\"quieter\":{},"
        "\"later\":{},\"unchanged\":{},\"answers\":[{}],\"notes\":{},\"questions\":{}}}\n",
        report.delivery_no == 0 ? "null" : std::to_string(report.delivery_no), file_json(report.policy),
        file_json(report.before), json_of(report.changes), counts.patients, counts.louder, counts.quieter, counts.later,
        counts.unchanged, answers, json_of(report.notes), json_of(report.questions));
}

Result<void> run(Call& call)
{
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    if (!request->patient_id.empty()) call.concerns(request->patient_id);
    AdoptReport report;
    const auto work = [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto done = tracker::adopt_policy(registry, *request, call.provenance(call.values.text("reason")));
        if (!done) return tl::unexpected(done.error());
        report = std::move(*done);
        return report.delivery_no;
    };
    if (request->dry_run) {
        const auto registry = call.registry();
        if (!registry) return tl::unexpected(registry.error());
        if (const auto told = work(**registry); !told) return tl::unexpected(told.error());
    } else {
        // Without a patient it is of all of them: nothing is stored beside it.
        std::vector<std::string> patients;
        if (!request->patient_id.empty()) patients.push_back(request->patient_id);
        if (const auto stored = call.store(patients, work); !stored) return stored;
    }
    for (const auto& answer : report.answers)
        call.shows(answer.patient_id);
    for (const std::string& line : report.notes)
        call.note("warning: " + line);
    call.put(call.format == Format::json ? as_json(report) : as_text(report, *request));
    return {};
}

std::vector<Parameter> parameters()
{
    return {typed(required(text("file",
                                "a policy file, or a released version (1.1.0); with {patient_id} also "
                                "'registry': as all others again",
                                "FILE"),
                           Given::command_line)),
            sent(text("content", "the policy file, whole and unchanged, as a text")),
            sent(text("released", "a released version instead, or, with {patient_id}, registry: as all others again")),
            text("patient_id", "this patient alone, where a protocol says so", "--patient", "ID"),
            required(text("reason", "why; kept with it", {}, "REASON")),
            flag("confirm", "also where answers become quieter"),
            flag("dry_run", "tells what would change, stores nothing"),
            json_switch("one JSON object: delivery_no, policy, before, changes, patients, louder, quieter, later, "
                        "unchanged, answers (all that change, the worst first), notes, questions")};
}

std::string file_schema()
{
    const std::string text = schema_of(std::string());
    return object_schema({{"id", text}, {"version", text}, {"sha256", text}});
}

std::string report_schema()
{
    const std::string lines = array_schema(schema_of(std::string()));
    const std::string number = schema_of(std::int64_t{});
    return object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                          {"policy", file_schema()},
                          {"before", file_schema()},
                          {"changes", lines},
                          {"patients", number},
                          {"louder", number},
                          {"quieter", number},
                          {"later", number},
                          {"unchanged", number},
                          {"answers", array_schema(tracker::answer_change_schema())},
                          {"notes", lines},
                          {"questions", lines}});
}

}  // namespace

UseCase policy_adopt()
{
    return {
        .name = "policy adopt",
        .summary = "lets a policy of one's own, or a released one, judge from now on",
        .description =
            "Shows first what the policy says otherwise than the one that judges now, and what becomes of the answers: "
            "how many patients are answered louder, more quietly or later, and the worst of them. Where an answer "
            "becomes "
            "quieter, nothing is stored without {confirm}.\n\n"
            "The file is kept in the registry, byte by byte, with its hash, who, when and why. Every door judges by it "
            "from then on, its profiles are words that schedule_profile takes, and `nodtrack policy list` tells which "
            "policy held when; judgements of a day before ({known_on} of other commands) go by the policy of that day. "
            "To go back is to adopt the one before again.\n\n"
            "A policy of one's own has an id of its own: that of the released policies with other content is refused, "
            "and "
            "so is a file in which `nodtrack policy check` finds a problem. A registry without an adopted policy is "
            "judged by the one released with the program; one that adopted it keeps to it when the program is renewed.",
        .parameters = parameters(),
        .examples = {{"nodtrack policy adopt our-clinic.json --reason 'board of 2026-11-20' --dry-run",
                      "what would change"},
                     {"nodtrack policy adopt our-clinic.json --reason 'board of 2026-11-20' --confirm"},
                     {"nodtrack policy adopt trial.json --patient SARC-011 --reason 'protocol 12-07'", "one patient"},
                     {"nodtrack policy adopt 1.1.0 --reason 'the trial is over' --confirm", "back to a released one"}},
        .failures = {{ErrorCode::bad_input,
                      "the file is no policy or has a problem, its id is a released one's, it judges already, or an "
                      "answer becomes quieter and that is not confirmed; nothing was stored"},
                     {ErrorCode::not_found, "there is no such file or patient"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/policy/adoptions",
                    .roles = admin,
                    .scope = std::nullopt,
                    .summary = "Lets a policy judge the registry, or one patient, from now on",
                    .request = "PolicyAdoption",
                    .response = "PolicyAdoptionReport"}},
        .schemas = {{"PolicyAdoptionReport", report_schema()}},
        .opening = Opening::to_write,
        .listed_after = "policy diff",
        .run = run};
}

}  // namespace nodtrack::uses
