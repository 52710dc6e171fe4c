#pragma once

#include <optional>
#include <string>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/imaging/scan_facts.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// That a CT is one scan of one patient, as a person says it.
struct CtClaim {
    std::string patient_id;
    std::string scan_id;
    std::optional<Date> scan_date;   ///< typed, else recorded; absent where the header's is taken
    std::optional<Date> birth_date;  ///< recorded
    std::string voxels_sha256;       ///< of the image round the nodule; empty where it is not known
    std::string reason;              ///< why it is right all the same; empty where nobody said so
};

/// Passes where a reason is given, or where neither the registry nor the header of the CT speaks against the claim.
/// Fails with `bad_input` where the same series or voxels were measured as another patient's or another scan, or where
/// the header has another day or another date of birth.
Result<void> check_claim(const store::Registry& registry, const CtClaim& claim, const imaging::ScanFacts& facts);

/// A date as DICOM writes it, YYYYMMDD; absent where it is none.
std::optional<Date> dicom_date(const std::string& text);

}  // namespace nodtrack::tracker
