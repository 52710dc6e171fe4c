#include <fmt/format.h>

#include <nodtrack/domain/field_values.hpp>

#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/written_report.hpp"

namespace nodtrack::exchange {
namespace {

/// What the report says of a nodule: each value that is written, and what makes it another report where it changes.
std::string text_of(const NoduleToWrite& nodule)
{
    const Findings& found = nodule.findings;
    return fmt::format("nodule {}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n", nodule.nodule_id, nodule.tracking_uid,
                       text_of_value(found.side), text_of_value(found.lobe), text_of_value(found.long_axis),
                       text_of_value(found.short_axis), text_of_value(found.volume),
                       text_of_value(found.mean_attenuation), text_of_value(found.attenuation),
                       text_of_value(found.long_axis_ends), text_of_value(found.short_axis_ends));
}

}  // namespace

void name_report(ReportToWrite& report)
{
    const Patient& patient = report.patient;
    const std::string study = fmt::format("report\n{}\n{}\n", report.study_uid, patient.patient_id);
    report.series_uid = uid_of_name("series of " + study);
    std::string content = study;
    content += fmt::format("{}|{}|{}\n", patient.patient_id_issuer, text_of_value(patient.birth_date),
                           text_of_value(patient.sex));
    content +=
        fmt::format("{}|{}|{}\n", report.scan.scan_id, report.scan.scan_date.iso(), report.scan.accession_number);
    for (const NoduleToWrite& nodule : report.nodules)
        content += text_of(nodule);
    content += fmt::format("{}\n{}\n{}\n{}\n", report.recommendation, fmt::join(report.readers, ";"),
                           static_cast<int>(report.form), report.software_version);
    if (report.ct != nullptr) content += report.ct->series_uid;
    report.sop_uid = uid_of_name(content);
}

}  // namespace nodtrack::exchange
