#pragma once

#include <string>

#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange::test {

/// One patient with a nodule on one CT.
inline PatientRecord some_record()
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    record.patient.birth_date = Date::parse("1980-01-02");
    record.patient.sex = Sex::female;
    record.patient.histology = Histology::osteosarcoma;
    Scan scan;
    scan.scan_id = "CT1";
    scan.scan_date = *Date::parse("2026-10-15");
    scan.study_uid = "1.2.3.4";
    record.scans = {scan};
    record.nodule_ids = {"N1"};
    Findings found;
    found.lobe = Lobe::rul;
    found.long_axis = Length::from_thousandths(8'417);
    found.short_axis = Length::from_thousandths(6'100);
    found.volume = Volume::from_thousandths(212'345);
    found.mean_attenuation = Attenuation_HU::from_thousandths(-31'500);
    found.tracking_uid = "2.25.1001";
    record.measurements = {{0, 0, found}};
    return record;
}

inline std::string bundle_of(const PatientRecord& record, bool with_mcode = false)
{
    BundleToWrite bundle;
    bundle.record = &record;
    bundle.with_mcode = with_mcode;
    bundle.software_version = "1.0.0";
    return bundle_json(bundle);
}

/// Another text in the place of one that is there.
inline std::string with(std::string text, const std::string& was, const std::string& is)
{
    const auto found = text.find(was);
    return found == std::string::npos ? std::string() : text.replace(found, was.size(), is);
}

/// What another program says of a nodule of the right upper lobe on a CT of 2026-10-15: `observation` and
/// `body_structure` and `study` are more members of these resources.
struct Foreign {
    std::string size = R"("component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "33728-7"}]},
        "valueQuantity": {"value": 1.2345, "system": "http://unitsofmeasure.org", "code": "cm"}}])";
    std::string observation{};
    std::string location = R"({"system": "http://snomed.info/sct", "code": "42400003"})";
    std::string modality = "CT";

    std::string text() const
    {
        return R"({"resourceType": "Bundle", "type": "collection", "entry": [
 {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "identifier": [{"value": "P1"}], "gender": "female"}},
 {"fullUrl": "urn:uuid:b", "resource": {"resourceType": "BodyStructure", "patient": {"reference": "urn:uuid:p"},
   "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:2.25.77"}], "location": {"coding": [)" +
               location + R"(]}}},
 {"fullUrl": "urn:uuid:s", "resource": {"resourceType": "ImagingStudy", "status": "available",
   "subject": {"reference": "urn:uuid:p"}, "started": "2026-10-15T08:00:00Z",
   "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3.4"}], "modality": [{"code": ")" +
               modality + R"("}]}},
 {"fullUrl": "urn:uuid:o", "resource": {"resourceType": "Observation", "status": "final",
   "text": {"status": "generated", "div": "<div>Nodule of 99 mm</div>"},
   "code": {"coding": [{"system": "http://loinc.org", "code": "21889-1"}]}, "subject": {"reference": "urn:uuid:p"},
   "focus": [{"reference": "urn:uuid:b"}], "derivedFrom": [{"reference": "urn:uuid:s"}])" +
               (observation.empty() ? "" : ", " + observation) + (size.empty() ? "" : ", " + size) + "}}]}";
    }
};

}  // namespace nodtrack::exchange::test
