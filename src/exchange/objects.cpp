#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "dcmtk_plugin.hpp"
#include "nesting.hpp"

namespace nodtrack::exchange {
namespace {

Result<std::vector<unsigned char>> bytes_of(const std::filesystem::path& file)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error)
        return failure(ErrorCode::not_found, "'" + file.string() + "': there is no such file, or it may not be read");
    std::ifstream in(file, std::ios::binary);
    // One byte more than may be is enough to refuse it.
    std::vector<unsigned char> bytes(std::min<std::uintmax_t>(size, ReportLimits::bytes + 1));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (static_cast<std::size_t>(in.gcount()) != bytes.size())
        return failure(ErrorCode::bad_input,
                       "'" + file.string() + "' cannot be read to its end; is the disk in order?");
    return bytes;
}

}  // namespace

Result<ReportDocument> read_report(const std::filesystem::path& file)
{
    const auto bytes = bytes_of(file);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    if (const auto checked = check_nesting(*bytes, file.string()); !checked)
        return tl::unexpected<Error>(checked.error());
    const auto plugin = dcmtk_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    return (*plugin)->read_report(*bytes, file.string());
}

Result<void> write_report(const ReportToWrite& report, const std::filesystem::path& file)
{
    const auto plugin = dcmtk_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    return (*plugin)->write_report(report, file);
}

Result<void> write_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file)
{
    const auto plugin = dcmtk_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    return (*plugin)->write_segmentation(segmentation, file);
}

Result<std::vector<CtSeries>> ct_series_in(const std::filesystem::path& folder)
{
    const auto plugin = dcmtk_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    return (*plugin)->ct_series_in(folder);
}

}  // namespace nodtrack::exchange
