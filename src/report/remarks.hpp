#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// What a reader should note. The flags of an assessment say everything that is missing or unsure; most of it changes
/// nothing. A flag of a value that is not known, or stands near a cut-off, is a remark only where the answer becomes
/// another with the other value: the record is judged again. All flags stand in the JSON.
struct Remark {
    assess::FlagCode code = assess::FlagCode::straddles_cut_off;
    std::string text;  ///< `N1, N2: no comparable prior: …`; what several nodules share is said once
};
struct Remarks {
    std::vector<Remark> shown;
    std::size_t left_out = 0;  ///< flags that would change nothing
};

/// Of the whole patient or, with `nodule` (position in the record), of one nodule. What stands and alarms never
/// answered are told with the answer (`standing_lines`), not here.
Remarks remarks(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                std::optional<std::uint32_t> nodule = std::nullopt);

/// The same as lines that begin with `  ! `.
std::string remarks_text(const Remarks& remarks);

/// Whether the answer (action, days, class of the patient) would be another if the nodule's size lay on the other side
/// of the cut-off. `nodule` is a position in `Assessment::nodules`; it has a row of the index scan with a long axis.
bool is_decided_by_cut_off(std::size_t nodule, Length cut_off, const assess::Assessment& assessment,
                           const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::report
