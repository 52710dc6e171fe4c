#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/assessment.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/growth/comparison.hpp"

namespace nodtrack::report {

inline std::string_view class_word(policy::NoduleClass value)
{
    return policy::nodule_class_words[static_cast<std::size_t>(value)];
}
inline std::string_view patient_class_word(policy::PatientClass value)
{
    return policy::patient_class_words[static_cast<std::size_t>(value)];
}
inline std::string_view action_word(policy::Action value)
{
    return policy::action_words[static_cast<std::size_t>(value)];
}

/// `STABLE`, `DECREASED`, `POSSIBLE GROWTH`, `UNEQUIVOCAL GROWTH`; JSON takes the first word.
std::string_view change_words(growth::Change change);

/// A size as people read it, in mm: one decimal, `8.4` for 8.447. Where that would read as a whole millimetre, which is
/// where the cut-offs lie, the size stands as it was measured: `5.96`. Records and JSON hold the exact one.
std::string shown_size(Length length);
/// A change with its sign, to one decimal; as it was measured where the rounded one would seem to meet a limit of
/// growth that it does not meet, or the other way round. `at_least` holds of a decrease too, `above` is that of
/// possible growth.
std::string shown_change(Length change, Length at_least, Length above);

/// `rule N11c`: no nodule has a name like that.
std::string rule_name(std::string_view id);

/// What the deciding rule advises, with its days put in, without the last full stop: `Continue surveillance: chest CT
/// without IV contrast on 2027-02-18`, `Sarcoma tumour board review (due 2026-11-24)`.
std::string advice_text(const assess::Recommendation& recommendation, const policy::Policy& policy);

/// `N1, N2 and 3 more`
std::string listed_names(const std::vector<std::string>& names, std::size_t most = 6);

/// Characters as shown: bytes of UTF-8 that begin one.
std::size_t shown_width(std::string_view text);

/// `text` broken into lines of at most `width` characters, each after the first indented by `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 118);

}  // namespace nodtrack::report
