// Any text as a FHIR Bundle: read, or refused with the path of each problem, and what is taken from it is a size.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nodtrack/exchange/fhir_bundle.hpp"

namespace {

void expect(bool claim)
{
    if (!claim) std::abort();
}

void expect_sizes(const nodtrack::exchange::ReportedNodules& told)
{
    using namespace nodtrack;
    for (const exchange::ReportedNodule& nodule : told.nodules) {
        expect(nodule.long_axis || nodule.short_axis || nodule.volume);
        expect(!nodule.long_axis || *nodule.long_axis > Length());
        expect(!nodule.short_axis || *nodule.short_axis > Length());
        expect(!nodule.volume || *nodule.volume > Volume());
        expect(!nodule.long_axis || !nodule.short_axis || *nodule.short_axis <= *nodule.long_axis);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    exchange::is_fhir(text);
    const auto read = exchange::read_bundle(text, "fuzzed.json");
    if (!read) {
        expect(read.error().code == ErrorCode::bad_input && !read.error().message.empty());
        for (const std::string& line : read.error().context)
            expect(line.find("Bundle") != std::string::npos || line.starts_with("and "));
        return 0;
    }
    for (const exchange::BundleReport& report : read->reports)
        expect_sizes(report.told);
    for (std::size_t kind = 0; kind < row_kind_count; ++kind)
        expect(read->rows[kind].size() == read->places[kind].size());
    // Whatever it is, it is not what this record says, unless it is empty of rows: told, and no crash.
    PatientRecord record;
    record.patient.patient_id = "P1";
    (void)exchange::check_written_of(text, record, "fuzzed.json");
    return 0;
}
