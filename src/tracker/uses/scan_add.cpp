#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_row(call, RowKind::scan, {{"modality", "ct"}, {"purpose", "diagnostic"}});
}

}  // namespace

UseCase scan_add()
{
    UseCase use = new_row(RowKind::scan, "", "", "");
    use.name = "scan add";
    use.summary = "records a scan: a CT without nodules, a PET/CT, a radiograph";
    use.description =
        "What is known of the scan itself; nodules are recorded with log. Modality and purpose are a diagnostic CT "
        "where they "
        "are not given. A CT on which no nodule was found is a scan with the reading complete and no row of a nodule; "
        "known "
        "nodules still have to be said to be resolved or not seen (log).";
    use.examples = {
        {"nodtrack scan add SARC-011 CT-2026-11-19 --scan-date 2026-11-19 --reading complete", "a CT without nodules"},
        {"nodtrack scan add SARC-011 PET-2026-12-01 --scan-date 2026-12-01 --modality pet_ct"}};
    use.listed_after = "patient add";
    use.run = run;
    for (Parameter& parameter : use.parameters) {
        if (parameter.name == "modality" || parameter.name == "purpose") parameter.required = Given::nowhere;
    }
    return use;
}

}  // namespace nodtrack::uses
