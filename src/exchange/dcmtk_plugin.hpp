#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/exchange/ct_objects.hpp"
#include "nodtrack/exchange/pacs.hpp"
#include "nodtrack/exchange/report_document.hpp"
#include "nodtrack/exchange/segmentation.hpp"
#include "nodtrack/exchange/written_report.hpp"
#include "pacs/attributes.hpp"
#include "pacs/object_sink.hpp"

// DCMTK takes a dozen shared libraries, a dictionary read from a file, and some 14 ms of CPU to start (`dsrdump` as a
// process: 17 ms, of which 3 ms are the report), so it lives in a library of its own, which is loaded when the first
// object is exchanged, as ITK does (docs/decisions/itk-plugin.md). This header is what the two sides share.

namespace nodtrack::exchange {

/// The functions of the library that holds DCMTK. None throws.
struct DcmtkPlugin {
    const char* version;  ///< of the program it was built with
    /// Of bytes that `check_nesting` has let pass.
    Result<ReportDocument> (*read_report)(std::span<const unsigned char> bytes, const std::string& name);
    Result<void> (*write_report)(const ReportToWrite& report, const std::filesystem::path& file);
    Result<void> (*write_segmentation)(const SegmentationToWrite& segmentation, const std::filesystem::path& file);
    Result<std::vector<CtSeries>> (*ct_series_in)(const std::filesystem::path& folder);

    // The DICOM network. What fails is told as the sentence that goes behind the PACS's name.
    Result<void> (*echo)(const Pacs& pacs);
    Result<std::vector<Attributes>> (*find)(const Pacs& pacs, const Attributes& keys);
    Result<void> (*get)(const Pacs& pacs, const Attributes& keys, ObjectSink& sink);
    Result<void> (*store)(const Pacs& pacs, const std::vector<ObjectToSend>& objects);
};

inline constexpr auto dcmtk_plugin_entry = "nodtrack_exchange_dcmtk_plugin";
using DcmtkPluginEntry = const DcmtkPlugin* (*)();

/// The loaded library; loads it on the first call, from any thread. Fails with `internal` where it is not found beside
/// the program or in `../lib/nodtrack`, cannot be loaded, or belongs to another version.
Result<const DcmtkPlugin*> dcmtk_plugin();

}  // namespace nodtrack::exchange
