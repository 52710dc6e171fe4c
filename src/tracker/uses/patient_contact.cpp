#include <algorithm>

#include "../follow_up_use.hpp"
#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    if (const auto stored = recorded_patient(call); !stored) return tl::unexpected(stored.error());
    if (!call.values.has("last_contact_on")) call.values.add("last_contact_on", call.today.iso());
    return record_row(call, RowKind::patient);
}

}  // namespace

UseCase patient_contact()
{
    UseCase use = new_row(RowKind::patient, row_route("/api/v1/patients/{patient_id}/contact", "Contact",
                                                      "Records a day on which the patient was heard of", clinic));
    std::erase_if(use.parameters, [](const Parameter& parameter) {
        const auto& name = parameter.name;
        return name != "patient_id" && name != "last_contact_on" && name != "json";
    });
    std::ranges::find(use.parameters, "last_contact_on", &Parameter::name)->option = "--on";
    use.name = "patient contact";
    use.summary = "records that a patient was heard of on a day, and nothing else was new";
    use.description =
        "Counts as the last thing heard: who was heard of is not lost to follow-up, and what is overdue stays overdue. "
        "The newest day holds. Where symptoms were told, record a visit ('nodtrack visit add').";
    use.examples = {{"nodtrack patient contact SARC-011", "today"},
                    {"nodtrack patient contact SARC-011 --on 2026-11-02"}};
    use.listed_after = "patient returned";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
