#pragma once

#include <string>
#include <string_view>

namespace nodtrack::exchange {

/// The UID that stands for a name for ever: `2.25.` and the UUID (version 5, RFC 9562, in a namespace of nodtrack's
/// own) as a decimal number, as DICOM PS3.5 B.2 has it. The same name gives the same UID on every computer.
std::string uid_of_name(std::string_view name);

/// The same UUID as RFC 9562 writes it, `6b1d0c52-93e7-5a1f-…`: what FHIR resources are named by.
std::string uuid_text_of_name(std::string_view name);

/// Whether DICOM could have it as a UID: up to 64 digits and dots, no part empty. Leading zeros are let pass, because
/// devices write them.
bool is_uid(std::string_view text);

}  // namespace nodtrack::exchange
