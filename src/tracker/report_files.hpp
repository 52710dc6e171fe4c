#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"
#include "nodtrack/store/registry.hpp"

// Which reports are taken in, and whose they are.

namespace nodtrack::tracker {

/// A report, the file it stands in, and what it says of lung nodules. A FHIR Bundle has one for each CT.
struct ReadFile {
    std::filesystem::path path;
    exchange::ReportDocument document;
    exchange::ReportedNodules told;
};

/// Reads all files; those that a later one of their patient and study takes the place of are put aside, and said in
/// `passed_over`, with what the later one does not have. Fails with `bad_input` where reports correct one another in a
/// circle, or two of one UID say different sizes.
Result<std::vector<ReadFile>> read_files(const std::vector<std::filesystem::path>& paths,
                                         std::vector<std::string>& passed_over);

/// The record of the report's patient. Fails with `not_found` where he is not recorded, with `bad_input` where the
/// report names none or says another date of birth, sex or issuer.
Result<PatientRecord> patient_of(const ReadFile& file, const store::Registry& registry);

/// Whether a second fact beside the id tells the patient.
bool is_sure_of_patient(const exchange::ReportDocument& document, const Patient& patient);

tl::unexpected<Error> refused(const ReadFile& file, const std::string& why);

}  // namespace nodtrack::tracker
