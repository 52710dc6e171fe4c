#include "fhir/reported_ct.hpp"

#include <utility>

#include "fhir/amounts.hpp"
#include "fhir/resources.hpp"

namespace nodtrack::exchange::fhir {
namespace {

std::string dicom_day(const std::optional<Date>& day)
{
    if (!day) return {};
    std::string text = day->iso();
    std::erase(text, '-');
    return text;
}

/// The identifier that is a medical record number (HL7 v2-0203 MR); else the first.
const Json& record_number(const Json& patient)
{
    const Json& all = part(patient, "identifier");
    for (const Json& one : all) {
        for (const Json& coding : part(part(one, "type"), "coding")) {
            if (part(coding, "code") == "MR") return one;
        }
    }
    return part(all, std::size_t{0});
}

void fill_patient(ReportDocument& document, const Entry* patient)
{
    if (patient == nullptr) return;
    const Json& identifier = record_number(*patient->resource);
    document.patient_code = text_of(part(identifier, "value"));
    document.issuer_of_patient_id = issuer_of(identifier);
    document.birth_date = dicom_day(day_of(part(*patient->resource, "birthDate")));
    const std::string gender = text_of(part(*patient->resource, "gender"));
    document.sex = gender == "female" ? "F" : gender == "male" ? "M" : gender == "other" ? "O" : "";
}

void add_nodules(const Ct& ct, std::size_t& groups, ReportedNodules& told)
{
    for (const std::string& key : ct.order) {
        const Gathered& gathered = ct.nodules.at(key);
        ReportedNodule nodule = gathered.nodule;
        nodule.group = ++groups;
        if (nodule.long_axis || nodule.short_axis || nodule.volume) {
            told.nodules.push_back(std::move(nodule));
        } else {
            told.left_out.push_back({gathered.path, "has no size"});
        }
    }
}

}  // namespace

std::string uid_of(const Json& resource)
{
    const std::string value = identified_by(resource, dicom_uids);
    return value.starts_with(oid) ? value.substr(oid.size()) : std::string();
}

BundleReport report_of(const Ct& ct, std::size_t& groups)
{
    BundleReport report;
    ReportDocument& document = report.document;
    fill_patient(document, ct.patient);
    document.manufacturer = "FHIR";
    document.completion = ct.is_complete ? "COMPLETE" : "PARTIAL";
    document.verification = "UNVERIFIED";  // R4 has no element that says who answers for a value
    if (ct.study != nullptr) {
        document.study_uid = uid_of(*ct.study->resource);
        for (const Json& identifier : part(*ct.study->resource, "identifier")) {
            const Json& type = part(part(part(identifier, "type"), "coding"), std::size_t{0});
            if (part(type, "code") == "ACSN") document.accession_number = text_of(part(identifier, "value"));
        }
        const std::string series = text_of(part(part(part(*ct.study->resource, "series"), std::size_t{0}), "uid"));
        if (part(*ct.study->resource, "series").size() == 1) report.told.series_uid = series;
    }
    if (!ct.nodules.empty() && !ct.says_ct)
        document.notes.emplace_back("it is not said that this was measured on a CT (no modality, no method)");
    report.told.study_uid = document.study_uid;
    report.told.ct_date = dicom_day(ct.day);
    report.told.observer = ct.is_program ? Observer::program : Observer::not_told;
    add_nodules(ct, groups, report.told);
    return report;
}

}  // namespace nodtrack::exchange::fhir
