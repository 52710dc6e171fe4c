#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// A question on which the documents disagree: statements of the bibliography by number, for one answer and for the
/// other, and how this program settles it.
struct Disagreement {
    std::string_view question;
    std::string_view settled;                  ///< `X-02`: how it is settled here
    std::span<const std::string_view> taken;   ///< statements on the side that the policy takes
    std::span<const std::string_view> others;  ///< what is also said
};

/// All of them, in the order in which they matter to a board.
std::span<const Disagreement> disagreements();

/// Those that touch a patient's answer: 5 or 6 mm where a size stands between the two lower
/// cut-offs or near them; calcification where a
/// nodule is calcified; PET where it is proposed or was done; new nodules; solid nodules below 5 mm; and for every
/// patient in surveillance the interval and the radiograph. Source: evidence, section 1.
std::vector<const Disagreement*> counter_evidence(const assess::Assessment& assessment, const PatientRecord& record,
                                                  const assess::Judge& judge);

}  // namespace nodtrack::report
