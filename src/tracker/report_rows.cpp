#include "report_rows.hpp"

#include <algorithm>
#include <iterator>

#include "nodtrack/domain/consistency.hpp"

namespace nodtrack::tracker {

std::string contradiction(const Findings& findings, const Findings* held)
{
    Findings both = held == nullptr ? findings : *held;
    const auto put = [](auto& place, const auto& said) {
        if (said) place = said;
    };
    put(both.side, findings.side);
    put(both.lobe, findings.lobe);
    put(both.long_axis, findings.long_axis);
    put(both.short_axis, findings.short_axis);
    put(both.volume, findings.volume);
    std::string why;
    for (const RowProblem& problem : problems_of(both))
        why += (why.empty() ? "" : "; ") + std::string(problem.column) + ": " + problem.message;
    return why;
}

bool says_nothing_new(const Findings& findings, const Findings& held)
{
    const auto is_held = [](const auto& said, const auto& stored) { return !said || said == stored; };
    return is_held(findings.long_axis, held.long_axis) && is_held(findings.short_axis, held.short_axis) &&
           is_held(findings.volume, held.volume) && is_held(findings.mean_attenuation, held.mean_attenuation) &&
           is_held(findings.lobe, held.lobe) && is_held(findings.side, held.side) &&
           is_held(findings.attenuation, held.attenuation) && is_held(findings.long_axis_ends, held.long_axis_ends);
}

const Findings* said_in(const Delivery& delivery, const std::string& patient_id, const std::string& scan_id,
                        const std::string& nodule_id)
{
    const auto said = std::ranges::find_if(delivery.measurements, [&](const MeasurementRow& row) {
        return row.patient_id == patient_id && row.scan_id == scan_id && row.nodule_id == nodule_id;
    });
    return said == delivery.measurements.end() ? nullptr : &said->findings;
}

std::string shown(const std::string& label)
{
    constexpr unsigned char delete_key = 0x7F;
    std::string text;
    std::ranges::copy_if(label, std::back_inserter(text), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte >= ' ' && byte != delete_key;
    });
    return text;
}

}  // namespace nodtrack::tracker
