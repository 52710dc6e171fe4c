// Any bytes as a policy file: the loader refuses or compiles them, and what it compiled judges without falling over.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack {
namespace {

Measurement measurement(std::uint32_t scan, std::uint32_t nodule, int long_axis_mm)
{
    Measurement row{scan, nodule, {}};
    row.findings.long_axis = Length::whole(long_axis_mm);
    row.findings.volume = Volume::whole(150);
    row.findings.volume_method = VolumeMethod::automatic;
    row.findings.attenuation = AttenuationClass::solid;
    row.findings.side = nodule == 0 ? Side::left : Side::right;
    row.findings.suv_max = Suv::whole(1);
    return row;
}

/// A patient with two CTs, one nodule that grew, one that is new, and one that is not mentioned any more.
PatientRecord patient()
{
    PatientRecord record;
    record.patient.histology = Histology::osteosarcoma;
    record.patient.resection_date = Date::from_calendar(2024, 1, 31);
    for (const unsigned month : {1U, 7U}) {
        Scan scan;
        scan.scan_id = std::to_string(month);
        scan.scan_date = *Date::from_calendar(2026, month, 31);
        scan.slice_thickness = Length::whole(1);
        scan.reading = Reading::complete;
        record.scans.push_back(scan);
    }
    record.nodule_ids = {"N1", "N2", "N3"};
    record.measurements = {measurement(0, 0, 5), measurement(1, 0, 8), measurement(1, 1, 4), measurement(0, 2, 6)};
    return record;
}

void judge_with(policy::Policy policy)
{
    const auto judge = assess::Judge::from(std::move(policy));
    if (!judge) {
        if (judge.error().context.empty()) std::abort();  // every refusal says why
        return;
    }
    static const PatientRecord record = patient();
    for (const auto& seen : {record, PatientRecord{}}) {
        try {
            const auto assessment = judge->assess(seen, *Date::from_calendar(2026, 8, 1), assess::Detail::all);
            if (assessment.nodules.size() > seen.nodule_ids.size()) std::abort();
            (void)judge->count_band(assessment);
        } catch (const std::logic_error&) {
            // A policy with a gap: no rule holds. `policy check` finds these.
        }
    }
}

}  // namespace
}  // namespace nodtrack

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    auto policy = policy::load(text, policy::released_sources_json(), assess::catalogue());
    if (policy) {
        judge_with(std::move(*policy));
    } else if (policy.error().message.empty() || policy.error().code != ErrorCode::bad_input) {
        std::abort();
    }
    return 0;
}
