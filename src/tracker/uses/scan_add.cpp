#include <map>

#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

/// What a scan is where nobody says it.
const std::map<std::string, std::string> usual = {{"modality", "ct"}, {"purpose", "diagnostic"}};

Result<void> run(Call& call)
{
    for (const auto& [column, text] : usual) {
        if (!call.values.has(column)) call.values.add(column, text);
    }
    return record_row(call, RowKind::scan);
}

}  // namespace

UseCase scan_add()
{
    UseCase use = new_row(RowKind::scan);
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
        if (usual.contains(parameter.name)) parameter.required = Given::nowhere;
    }
    return use;
}

}  // namespace nodtrack::uses
