#pragma once

#include "dcmtk_plugin.hpp"

// The functions of the library, one file each; they may throw.

namespace nodtrack::exchange {

Result<ReportDocument> document_of(std::span<const unsigned char> bytes, const std::string& name);
Result<void> written(const ReportToWrite& report, const std::filesystem::path& file);
Result<void> written_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file);
Result<std::vector<CtSeries>> series_of(const std::filesystem::path& folder);
Result<void> echoed(const Pacs& pacs);
Result<std::vector<Attributes>> found(const Pacs& pacs, const Attributes& keys);
Result<void> fetched(const Pacs& pacs, const Attributes& keys, ObjectSink& sink);
Result<void> sent(const Pacs& pacs, const std::vector<ObjectToSend>& objects);

}  // namespace nodtrack::exchange
