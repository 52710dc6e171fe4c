#include "parameters.hpp"

#include <algorithm>
#include <string>

namespace nodtrack::assess {
namespace {

class Extractor {
  public:
    explicit Extractor(const policy::Policy& policy) : policy_(policy) {}

    const policy::Parameter* find(std::string_view name, std::string_view unit)
    {
        named_.emplace_back(name);
        const policy::Parameter* parameter = policy_.parameter(name);
        if (parameter == nullptr) {
            problem(name, "is missing");
        } else if (parameter->unit != unit) {
            problem(name, "has the unit \"" + parameter->unit + "\"; it is counted in \"" + std::string(unit) + "\"");
        } else {
            return parameter;
        }
        return nullptr;
    }

    std::int64_t thousandths(std::string_view name, std::string_view unit)
    {
        const policy::Parameter* parameter = find(name, unit);
        if (parameter == nullptr) return 0;
        if (parameter->numbers.size() != 1) {
            problem(name, "is one number");
            return 0;
        }
        return static_cast<std::int64_t>(parameter->numbers.front());
    }

    template <class Quantity>
    Quantity amount(std::string_view name, std::string_view unit)
    {
        return Quantity::from_thousandths(thousandths(name, unit));
    }

    int whole(std::string_view name, std::string_view unit)
    {
        const std::int64_t value = thousandths(name, unit);
        if (value % 1000 != 0) problem(name, "counts whole " + std::string(unit));
        return static_cast<int>(value / 1000);
    }

    template <class Quantity>
    std::vector<Quantity> amounts(std::string_view name, std::string_view unit)
    {
        std::vector<Quantity> list;
        if (const policy::Parameter* parameter = find(name, unit)) {
            for (const double number : parameter->numbers) {
                list.push_back(Quantity::from_thousandths(static_cast<std::int64_t>(number)));
            }
            if (!std::is_sorted(list.begin(), list.end())) sorted_problem_ = name;
        }
        return list;
    }

    /// For parameters that policies before 1.1.0 do not have.
    bool has(std::string_view name) const { return policy_.parameter(name) != nullptr; }

    template <class Word>
    WordSet<Word> words(std::string_view name)
    {
        WordSet<Word> set;
        if (const policy::Parameter* parameter = find(name, "")) {
            for (const std::string& text : parameter->words) {
                const auto entry = value_of_word<Word>(text);
                if (!entry) problem(name, "names \"" + text + "\", which is no word of the record");
                if (entry) set.insert(*entry);
            }
            if (set.empty()) problem(name, "names no word");
        }
        return set;
    }

    void volume_limits(growth::Limits& limits)
    {
        const auto diameters = amounts<Length>("volume_limit_diameters_mm", "mm");
        const std::string unsorted = sorted_problem_;
        const auto percents = amounts<growth::Percentage>("volume_limits_percent", "%");
        if (!unsorted.empty()) problem(unsorted, "must rise");
        if (diameters.size() != percents.size() || diameters.empty()) {
            problem("volume_limits_percent", "has one limit for each of volume_limit_diameters_mm");
            return;
        }
        for (std::size_t i = 0; i < diameters.size(); ++i)
            limits.volume_limits.push_back({diameters[i], percents[i]});
    }

    void profiles(std::vector<std::uint32_t>& positions)
    {
        for (const std::string_view name : Vocabulary<ScheduleProfile>::words) {
            const auto& all = policy_.profiles;
            const auto found =
                std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == name; });
            if (found == all.end()) {
                problems_.push_back("/profiles: the profile \"" + std::string(name) + "\" of the record is missing");
            } else {
                positions.push_back(static_cast<std::uint32_t>(found - all.begin()));
            }
        }
    }

    std::uint32_t definition(std::string_view name)
    {
        const auto found = policy_.definition(name);
        if (!found) problems_.push_back("/definitions: \"" + std::string(name) + "\" is missing");
        return found.value_or(0);
    }

    std::vector<std::string> finish()
    {
        for (const policy::Parameter& parameter : policy_.parameters) {
            if (std::find(named_.begin(), named_.end(), parameter.name) == named_.end()) {
                problem(parameter.name, "is used by no fact");
            }
        }
        return std::move(problems_);
    }

  private:
    void problem(std::string_view name, const std::string& message)
    {
        problems_.push_back("/parameters/" + std::string(name) + ": " + message);
    }

    const policy::Policy& policy_;
    std::vector<std::string> problems_;
    std::vector<std::string> named_;
    std::string sorted_problem_;
};

}  // namespace

Result<Parameters> parameters_of(const policy::Policy& policy)
{
    Extractor extract(policy);
    Parameters p;
    p.limits.caliper_growth = extract.amount<Length>("caliper_growth_mm", "mm");
    p.limits.possible_growth_above = extract.amount<Length>("possible_growth_above_mm", "mm");
    p.limits.thick_slice_above = extract.amount<Length>("thick_slice_above_mm", "mm");
    p.limits.thick_slice_cap = extract.amount<Length>("thick_slice_cap_mm", "mm");
    p.limits.volume_slice_at_most = extract.amount<Length>("volume_slice_at_most_mm", "mm");
    if (extract.has("possible_volume_growth_percent")) {  // a policy before 1.1.0
        p.limits.fixed_possible_volume_growth =
            extract.amount<growth::Percentage>("possible_volume_growth_percent", "%");
        p.limits.fixed_volume_decrease = extract.amount<growth::Percentage>("volume_decrease_percent", "%");
    } else {
        p.limits.possible_volume_growth_permille = extract.thousandths("possible_volume_growth_share", "1");
    }
    // Without the parameter no increase of the solid component is growth by itself.
    p.limits.solid_component_growth = extract.has("solid_component_growth_mm")
                                          ? extract.amount<Length>("solid_component_growth_mm", "mm")
                                          : Length::whole(1000);
    p.limits.volume_limit_below_first = extract.amount<growth::Percentage>("volume_limit_below_first_percent", "%");
    extract.volume_limits(p.limits);
    p.limits.caliper_change_limit95 = extract.amount<Length>("caliper_change_limit95_mm", "mm");
    p.limits.caliper_sd = extract.amount<Length>("caliper_sd_mm", "mm");
    p.comparable_prior_min_days = extract.whole("comparable_prior_min_days", "days");
    p.younger_prior_min_days = extract.whole("younger_prior_min_days", "days");
    p.outlier_min_priors = extract.whole("outlier_min_priors", "1");
    if (extract.has("growth_support_share"))
        p.growth_support_permille = extract.thousandths("growth_support_share", "1");
    if (extract.has("creep_prior_min_months"))
        p.creep_prior_min_months = extract.whole("creep_prior_min_months", "months");
    if (extract.has("suv_repeat_days")) p.suv_repeat_days = extract.whole("suv_repeat_days", "days");
    if (extract.has("not_a_nodule_ends_by_growth_mm"))
        p.not_a_nodule_ends_by_growth = extract.amount<Length>("not_a_nodule_ends_by_growth_mm", "mm");
    if (extract.has("day_sizes_differ_above_mm"))
        p.day_sizes_differ_above = extract.amount<Length>("day_sizes_differ_above_mm", "mm");
    if (extract.has("board_findings")) p.board_findings = extract.words<OtherFinding>("board_findings");
    p.new_observation_days = extract.whole("new_observation_days", "days");
    p.complete_reading_slice_at_most = extract.amount<Length>("complete_reading_slice_at_most_mm", "mm");
    p.suv_window_days = extract.whole("suv_window_days", "days");
    p.suv_cut_off = extract.amount<Suv>("suv_flag_cut_off", "1");
    p.not_a_nodule_ends_at = extract.amount<Length>("not_a_nodule_ends_at_mm", "mm");
    p.straddle_cut_offs = extract.amounts<Length>("straddle_cut_offs_mm", "mm");
    p.straddle_within = extract.amount<Length>("straddle_within_mm", "mm");
    p.count_band_many_from = extract.whole("count_band_many_from", "1");
    p.urgent_symptoms = extract.words<Symptom>("urgent_symptoms");
    p.spine_symptoms = extract.words<Symptom>("spine_symptoms");
    p.local_recurrence_symptoms = extract.words<Symptom>("local_recurrence_symptoms");
    p.fragments_by_sum = policy.split_and_merge.fragments_by_sum;
    p.merged_against_sum = policy.split_and_merge.merged_against_sum;
    extract.profiles(p.profiles);
    p.countable = extract.definition("countable");
    p.calcifying_primary = policy.definition("calcifying_primary");
    auto problems = extract.finish();
    if (!problems.empty()) {
        return failure(ErrorCode::bad_input, "the policy file's parameters do not serve the facts",
                       std::move(problems));
    }
    return p;
}

}  // namespace nodtrack::assess
