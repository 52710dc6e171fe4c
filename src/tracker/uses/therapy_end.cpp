#include <fmt/format.h>

#include <algorithm>

#include "../new_row.hpp"
#include "nodtrack/store/reader.hpp"

namespace nodtrack::uses {
namespace {

std::string described(const Therapy& therapy)
{
    std::string text = fmt::format("{} from {}", word(therapy.kind), therapy.start_date.iso());
    if (!therapy.nodule_id.empty()) text += " of " + therapy.nodule_id;
    return text;
}

/// The running therapies that are meant.
std::vector<const Therapy*> meant(const Call& call, const PatientRecord& record, Date ended_on)
{
    const auto kind = value_of_word<TherapyKind>(call.values.text("kind"));
    const auto start = call.values.date("start_date");
    const auto nodule = call.values.find("nodule_id");
    std::vector<const Therapy*> found;
    for (const Therapy& therapy : record.therapies) {
        const bool fits = (!kind || therapy.kind == *kind) && (!start || therapy.start_date == *start) &&
                          (!nodule || therapy.nodule_id == *nodule);
        const bool runs = !therapy.end_date || *therapy.end_date == ended_on;
        if (fits && runs) found.push_back(&therapy);
    }
    return found;
}

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const std::string patient_id = call.values.text("patient_id");
    const auto record = store::read_patient(**registry, patient_id);
    if (!record) return tl::unexpected(record.error());
    const std::vector<const Therapy*> therapies = meant(call, *record, *call.values.date("end_date"));
    if (therapies.empty()) {
        return failure(
            ErrorCode::not_found,
            fmt::format("patient {} has no such therapy without an end; 'nodtrack history {}' tells those there "
                        "are, and a recorded end is corrected with 'nodtrack amend'",
                        patient_id, patient_id));
    }
    if (therapies.size() > 1) {
        std::vector<std::string> lines;
        for (const Therapy* const therapy : therapies)
            lines.push_back(described(*therapy));
        return failure(
            ErrorCode::bad_input,
            call.failure(ErrorCode::usage, "several are running; say which by {kind}, {start_date}, {nodule_id}")
                .value()
                .message,
            std::move(lines));
    }
    const Therapy& therapy = *therapies.front();
    call.values.set("kind", {std::string(word(therapy.kind))});
    call.values.set("start_date", {therapy.start_date.iso()});
    if (!therapy.nodule_id.empty()) call.values.set("nodule_id", {therapy.nodule_id});
    return record_row(call, RowKind::therapy);
}

}  // namespace

UseCase therapy_end()
{
    UseCase use = new_row(RowKind::therapy, row_route("/api/v1/patients/{patient_id}/therapies/end", "TherapyEnd",
                                                      "Records the end of a running therapy"));
    use.name = "therapy end";
    use.summary = "records the end of a running therapy";
    use.description =
        "Ends the therapy of the patient that is running; where several are, {kind}, {start_date} or {nodule_id} says "
        "which.";
    for (Parameter& parameter : use.parameters) {
        if (parameter.name == "kind" || parameter.name == "start_date") parameter.required = Given::nowhere;
        if (parameter.name == "end_date") {
            parameter.required = Given::everywhere;
            parameter.help = "last day";
            parameter.option = "--on";
        }
    }
    use.examples = {
        {"nodtrack therapy end SARC-011 --on 2026-11-30"},
        {"nodtrack therapy end SARC-011 --kind systemic --on 2026-11-30", "where another one is running too"}};
    use.failures.push_back({ErrorCode::not_found, "there is no such patient, or no such therapy is running"});
    use.listed_after = "therapy add";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
