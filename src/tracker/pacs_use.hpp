#pragma once

#include "nodtrack/tracker/pacs.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

// What the use cases of PACSs share.

namespace nodtrack::uses {

inline Parameter pacs_name()
{
    return required(text("name", "the PACS, as it was entered", "NAME"));
}

/// The PACS that is asked for.
Result<exchange::Pacs> asked_pacs(Call& call);

/// What is asked for by patient, study, accession number and day. Fails with `usage` where nothing narrows it.
Result<exchange::StudyQuery> asked_studies(const Call& call);

/// `2026-11-10`; what is no date as it is.
std::string day_text(const std::string& dicom_day);
/// `CT, SR`
std::string modalities_text(const std::string& modalities);

Shape<exchange::PacsStudy> study_shape();

/// A route of one patient and one PACS, for radiologists.
Route pacs_route(std::string_view path, std::string_view response, std::string_view summary);

}  // namespace nodtrack::uses
