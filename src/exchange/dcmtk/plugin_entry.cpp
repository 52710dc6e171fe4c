#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/oflog/oflog.h>

#include <exception>
#include <mutex>

#include "plugin_parts.hpp"

namespace nodtrack::exchange {
namespace {

/// What `call` answers; what it throws as an error.
template <class Answer>
Answer caught(const auto& call)
{
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::bad_input,
                       "a DICOM object takes more memory than there is; give it more, or less data");
    } catch (const std::exception& error) {
        return failure(ErrorCode::internal, std::string("exchanging a DICOM object failed: ") + error.what());
    }
}

Result<ReportDocument> guarded_read(std::span<const unsigned char> bytes, const std::string& name)
{
    return caught<Result<ReportDocument>>([&] { return document_of(bytes, name); });
}

Result<void> guarded_write(const ReportToWrite& report, const std::filesystem::path& file)
{
    return caught<Result<void>>([&] { return written(report, file); });
}

Result<void> guarded_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file)
{
    return caught<Result<void>>([&] { return written_segmentation(segmentation, file); });
}

Result<std::vector<CtSeries>> guarded_series(const std::filesystem::path& folder)
{
    return caught<Result<std::vector<CtSeries>>>([&] { return series_of(folder); });
}

Result<void> guarded_echo(const Pacs& pacs)
{
    return caught<Result<void>>([&] { return echoed(pacs); });
}

Result<std::vector<Attributes>> guarded_find(const Pacs& pacs, const Attributes& keys)
{
    return caught<Result<std::vector<Attributes>>>([&] { return found(pacs, keys); });
}

Result<void> guarded_get(const Pacs& pacs, const Attributes& keys, ObjectSink& sink)
{
    return caught<Result<void>>([&] { return fetched(pacs, keys, sink); });
}

Result<void> guarded_store(const Pacs& pacs, const std::vector<ObjectToSend>& objects)
{
    return caught<Result<void>>([&] { return sent(pacs, objects); });
}

}  // namespace
}  // namespace nodtrack::exchange

extern "C" __attribute__((visibility("default"))) const nodtrack::exchange::DcmtkPlugin*
nodtrack_exchange_dcmtk_plugin()
{
    using namespace nodtrack::exchange;
    static const DcmtkPlugin side{NODTRACK_VERSION, guarded_read, guarded_write, guarded_segmentation, guarded_series,
                                  guarded_echo,     guarded_find, guarded_get,   guarded_store};
    static std::once_flag silenced;
    // What DCMTK would print may hold identifiers; what matters is told by our own errors.
    std::call_once(silenced, [] { OFLog::configure(OFLogger::OFF_LOG_LEVEL); });
    return &side;
}
