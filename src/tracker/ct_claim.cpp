#include "nodtrack/tracker/ct_claim.hpp"

#include <fmt/format.h>

#include "nodtrack/store/images.hpp"

namespace nodtrack::tracker {

std::optional<Date> dicom_date(const std::string& text)
{
    if (text.size() != 8) return std::nullopt;
    return Date::parse(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2));
}

Result<void> check_claim(const store::Registry& registry, const CtClaim& claim, const imaging::ScanFacts& facts)
{
    if (!claim.reason.empty()) return {};
    const auto images = store::images_like(registry, facts.series_uid, claim.voxels_sha256);
    if (!images) return tl::unexpected<Error>(images.error());
    for (const store::NoduleImage& image : *images) {
        const auto& known = image.observation;
        if (known.patient_id == claim.patient_id && known.scan_id == claim.scan_id) continue;
        const bool is_own = known.patient_id == claim.patient_id;
        const std::string as = is_own ? fmt::format("scan {}", known.scan_id)
                                      : fmt::format("scan {} of another patient ({})", known.scan_id, known.patient_id);
        const bool is_series = image.series_uid == facts.series_uid && !facts.series_uid.empty();
        return failure(ErrorCode::bad_input,
                       fmt::format("the CT {} {} was measured on; give the CT of scan {}, {}, or say with --amend "
                                   "REASON why both are right",
                                   is_series ? "is the series that" : "has the same voxels that", as, claim.scan_id,
                                   is_own ? fmt::format("or --scan {} if that is meant", known.scan_id)
                                          : std::string("or find out whose it is")));
    }
    if (const auto day = dicom_date(facts.scan_date); day && claim.scan_date && *day != *claim.scan_date) {
        return failure(ErrorCode::bad_input,
                       fmt::format("the CT's header says that it was made on {}, and scan {} is of {}; give the CT of "
                                   "that day, correct the scan's row with `nodtrack amend`, or say with --amend REASON "
                                   "why the header is wrong",
                                   day->iso(), claim.scan_id, claim.scan_date->iso()));
    }
    // The dates of birth are not told: messages end up in logs.
    if (const auto born = dicom_date(facts.patient_birth_date);
        born && claim.birth_date && *born != *claim.birth_date) {
        return failure(ErrorCode::bad_input,
                       fmt::format("the CT's header has another date of birth than the record of patient {}; find out "
                                   "whose CT it is, or say with --amend REASON why the header is wrong",
                                   claim.patient_id));
    }
    return {};
}

}  // namespace nodtrack::tracker
