#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "nodtrack/assess/what_if.hpp"
#include "what_if_value.hpp"

namespace nodtrack::assess {

/// The step of sizes and SUVmax, as radiologists give them, in thousandths.
inline constexpr std::int64_t tenth = 100;

/// One value to try: as shown, and what makes it so.
struct Candidate {
    std::string value;
    std::vector<Setting> settings;
};

/// The values of one fact to try, from the recorded one outwards: `value_at(1)` lies next to it. `places` says which
/// are worth a look, rising; all those between two of them are expected to be judged like the first of the two, which
/// the search makes sure of where it finds a change.
struct SearchAxis {
    std::string subject{};
    std::string what{};
    std::string unit{};
    std::string from{};
    Direction direction = Direction::other;
    bool names_every_change = false;  ///< a ladder: not known now, or at the next scan
    bool worse_only = false;          ///< a step counts only where the action is worse than so far
    bool one_of_several = false;      ///< of axes of the same subject, direction and flag the nearest counts
    bool moves_dates_anyway = false;  ///< a date that goes along with the value tells nothing
    std::vector<int> places{};
    std::function<Candidate(int)> value_at{};
};

/// Where the policy's numbers make a difference, as hints where to look.
struct CriticalNumbers {
    Length largest_length;  ///< of any threshold for a size, or parameter
    Suv largest_suv;
    std::vector<int> months;  ///< of thresholds in months, and of the bands of schedules
    std::vector<double> doubling_days;
    int most_nodules = 1;  ///< of any count of nodules
};
CriticalNumbers critical_numbers_of(const policy::Policy& policy);

/// All axes around the record as it is, nodules first.
std::vector<SearchAxis> axes_of(const PatientRecord& record, const Assessment& now, const Judge& judge);

/// Sizes of each nodule of the scan `scan_id`, and of one not seen before, upwards.
std::vector<SearchAxis> axes_at_next_scan(const PatientRecord& record, const Assessment& unchanged, const Judge& judge);

// The parts of `axes_of`.
void add_nodule_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                     const Judge& judge, const CriticalNumbers& critical);
void add_scan_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                   const Judge& judge, const CriticalNumbers& critical);
void add_patient_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                      const CriticalNumbers& critical);

/// Values of one column in steps on a grid: `current` 5.96 goes up to 6.0, 6.1, …; not known goes up from one step.
/// `step` and `current` in thousandths of the unit; `target` names the column, without a value.
SearchAxis decimal_axis(std::string subject, std::string what, std::string unit, const Setting& target,
                        std::optional<std::int64_t> current, Direction direction, std::int64_t step,
                        std::vector<int> places);

/// The words that a member of the record may hold; `void` where it holds none.
template <class Member>
struct WordsOf {
    using Type = std::conditional_t<std::is_enum_v<Member>, Member, void>;
};
template <class T>
struct WordsOf<std::optional<T>> {
    using Type = std::conditional_t<std::is_enum_v<T>, T, void>;
};

template <>
struct WordsOf<ProfileWord> {
    using Type = ScheduleProfile;
};

/// One axis for each other word that a column of a table takes. To know less is not tried.
template <class Fields, class Owner>
void add_word_axes(std::vector<SearchAxis>& axes, const Fields& fields, const Owner& owner, const std::string& subject,
                   const Setting& target, std::initializer_list<std::string_view> left_out)
{
    for_each_field(fields, [&](const auto& field) {
        if (std::find(left_out.begin(), left_out.end(), field.column) != left_out.end()) return;
        using Word = typename WordsOf<std::remove_cvref_t<decltype(owner.*field.member)>>::Type;
        if constexpr (!std::is_void_v<Word>) {
            const std::string from = text_of_value(owner.*field.member);
            for (const std::string_view word : Vocabulary<Word>::words) {
                if (from == word) continue;
                Setting setting = target;
                setting.column = field.column;
                setting.value = word;
                axes.push_back({.subject = subject,
                                .what = std::string(field.column),
                                .from = from,
                                .direction = Direction::other,
                                .places = {1},
                                .value_at = [setting](int) {
                                    return Candidate{setting.value, {setting}};
                                }});
            }
        }
    });
}

/// 1, 2, … `last`
std::vector<int> every_place_to(int last);
/// The places given and their neighbours, rising, within 1 and `last`.
std::vector<int> places_around(std::vector<int> places, int last);

}  // namespace nodtrack::assess
