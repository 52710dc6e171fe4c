// Any bytes as a DICOM report: read or refused with a reason, and what is taken from it is a size.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "dcmtk/plugin_parts.hpp"
#include "nesting.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    using namespace nodtrack::exchange;
    const std::span<const unsigned char> bytes(data, size);
    if (const auto checked = check_nesting(bytes, "fuzzed.dcm"); !checked) {
        if (checked.error().code != ErrorCode::bad_input || checked.error().message.find("fuzzed.dcm") != 0)
            std::abort();
        return 0;
    }
    const auto document = document_of(bytes, "fuzzed.dcm");
    if (!document) return 0;
    for (const ReportedNodule& nodule : reported_nodules(*document).nodules) {
        if (nodule.long_axis && *nodule.long_axis <= Length()) std::abort();
        if (nodule.short_axis && *nodule.short_axis <= Length()) std::abort();
        if (nodule.volume && *nodule.volume <= Volume()) std::abort();
        if (!nodule.long_axis && !nodule.short_axis && !nodule.volume) std::abort();
    }
    return 0;
}
