#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/exchange/ct_objects.hpp"

namespace nodtrack::exchange {

/// How the Tracking Identifier of a nodule is written. The UID is its identity in either.
enum class TrackingIdForm : std::uint8_t {
    ohif,  ///< `Cornerstone3DTools@^0.1.0:Bidirectional:N1`: OHIF edits only what begins so
    plain  ///< `N1`
};

/// A nodule of a report to be written.
struct NoduleToWrite {
    std::string nodule_id;
    std::string tracking_uid;
    Findings findings;
};

/// One CT's measurements, to be written as an Enhanced SR.
struct ReportToWrite {
    Patient patient;
    Scan scan;
    std::string study_uid;
    std::string series_uid;       ///< of the report
    std::string sop_uid;          ///< of the report: made of everything else in it (`name_report`)
    std::string predecessor_uid;  ///< of the report that this one corrects; empty for the first
    TrackingIdForm form = TrackingIdForm::ohif;
    std::vector<NoduleToWrite> nodules;  ///< sorted by nodule
    std::string recommendation;          ///< in words, with the policy's id, version and hash; may be empty
    std::vector<std::string> readers;    ///< codes of the people who read the scan
    std::string software_version;
    const CtSeries* ct = nullptr;  ///< the images; without them no lines are drawn
};

/// Fills `series_uid` and `sop_uid`: made of what the report says, so that the same record gives the same object and a
/// correction another. The predecessor is no part of it.
void name_report(ReportToWrite& report);

/// Writes the report: TID 1500, one group of TID 1501 a nodule, the device as first observer. The same report gives the
/// same bytes. Fails with `bad_input` where the file cannot be written or a text of the CT cannot be taken over.
Result<void> write_report(const ReportToWrite& report, const std::filesystem::path& file);

}  // namespace nodtrack::exchange
