#pragma once

#include "dcmtk_plugin.hpp"

// The functions of the library, one file each; they may throw.

namespace nodtrack::exchange {

Result<ReportDocument> document_of(std::span<const unsigned char> bytes, const std::string& name);
Result<void> written(const ReportToWrite& report, const std::filesystem::path& file);
Result<void> written_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file);
Result<std::vector<CtSeries>> series_of(const std::filesystem::path& folder);

}  // namespace nodtrack::exchange
