#include "follow_up_use.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "new_row.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/tracker/assess.hpp"

namespace nodtrack::uses {
namespace {

/// The answer as it stands before the status is recorded; empty where there is no such patient, which is told later.
std::string open_answer(Call& call)
{
    const auto patients = call.patients();
    if (!patients) return {};
    std::string answer;
    const auto judged = tracker::assess_patient(
        **patients, call.judge(), call.values.text("patient_id"), call.today, assess::Detail::none,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            if (assessment.recommendation.due_date) answer = report::answer_line(assessment, record, call.judge());
            return {};
        });
    return judged ? answer : std::string();
}

}  // namespace

Result<Patient> recorded_patient(Call& call)
{
    const auto patients = call.patients();
    if (!patients) return tl::unexpected(patients.error());
    PatientRecord record;
    const std::string patient_id = call.values.text("patient_id");
    const auto found = (*patients)->find(patient_id, record);
    if (!found) return tl::unexpected(found.error());
    if (*found) return std::move(record.patient);
    return failure(
        ErrorCode::not_found,
        fmt::format("patient '{}' is not in this registry; write the id as it is there, or record a new patient "
                    "with 'nodtrack patient add'",
                    patient_id));
}

Result<void> record_status(Call& call, FollowUpStatus status)
{
    const auto stored = recorded_patient(call);
    if (!stored) return tl::unexpected(stored.error());
    // Of a status without a day it is not known which of the two is newer: in a list that is asked about. Who records
    // this one alone, with its day, has said it.
    if (stored->follow_up_status && !stored->follow_up_status_on && !call.values.has("amend")) {
        call.values.set("amend", {fmt::format("{} since {}", word(status), call.values.text("follow_up_status_on"))});
    }
    const std::string open = status == FollowUpStatus::active ? std::string() : open_answer(call);
    call.values.set("follow_up_status", {std::string(word(status))});
    const auto recorded = record_row(call, RowKind::patient);
    if (recorded && !open.empty()) call.note("what stood open, and is on no list from now on: " + open);
    return recorded;
}

UseCase status_use(std::string_view path, std::string_view summary)
{
    UseCase use = new_row(RowKind::patient, row_route(path, "FollowUpStatusSince", summary));
    std::erase_if(use.parameters, [](const Parameter& parameter) {
        const auto& name = parameter.name;
        return name != "patient_id" && name != "follow_up_status_on" && name != "amend" && name != "confirm" &&
               name != "json";
    });
    Parameter& day = *std::ranges::find(use.parameters, "follow_up_status_on", &Parameter::name);
    day.required = Given::everywhere;
    day.option = "--on";
    return use;
}

}  // namespace nodtrack::uses
