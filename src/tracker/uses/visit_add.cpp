#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_row(call, RowKind::visit);
}

}  // namespace

UseCase visit_add()
{
    UseCase use = new_row(RowKind::visit, row_route("/api/v1/patients/{patient_id}/visits", "NewVisit",
                                                    "Records a visit or a phone call"));
    use.name = "visit add";
    use.summary = "records a visit or a phone call, with the symptoms told";
    use.description =
        "Symptoms and a suspected local recurrence count for the judgement from the day of the visit on. Several "
        "symptoms are "
        "joined by a semicolon.";
    use.examples = {
        {"nodtrack visit add SARC-011 V-2026-11-20 --visit-date 2026-11-20 --kind phone --symptoms haemoptysis"}};
    use.listed_after = "scan add";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
