#include "nodtrack/report/counter_evidence.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::report {
namespace {

using Items = std::string_view;
constexpr std::array<Items, 1> size_taken = {"S1-050"};
constexpr std::array<Items, 2> size_others = {"S1-051", "S1-085"};
constexpr std::array<Items, 1> calcified_taken = {"O-40"};
constexpr std::array<Items, 1> calcified_others = {"S0-026"};
constexpr std::array<Items, 1> pet_taken = {"S1-057"};
constexpr std::array<Items, 1> pet_others = {"S1-059"};
constexpr std::array<Items, 1> new_taken = {"S0-024"};
constexpr std::array<Items, 1> new_others = {"S0-034"};
constexpr std::array<Items, 1> tiny_taken = {"S1-085"};
constexpr std::array<Items, 1> tiny_others = {"O-26"};
constexpr std::array<Items, 1> interval_taken = {"S1-079"};
constexpr std::array<Items, 1> interval_others = {"S1-081"};
constexpr std::array<Items, 2> radiograph_taken = {"S1-019", "S0-018"};
constexpr std::array<Items, 2> radiograph_others = {"S1-090", "S1-087"};

constexpr std::array<Disagreement, 7> all = {{
    {"5 mm or 6 mm?", "X-02", size_taken, size_others},
    {"Does calcification reassure?", "X-05", calcified_taken, calcified_others},
    {"What does PET say of a small nodule?", "X-06", pet_taken, pet_others},
    {"A new nodule: board or early CT?", "X-09", new_taken, new_others},
    {"Is a solid nodule below 5 mm harmless?", "X-02", tiny_taken, tiny_others},
    {"CT every 3 or every 6 months?", "X-03", interval_taken, interval_others},
    {"Would a chest radiograph do?", "X-01", radiograph_taken, radiograph_others},
}};
enum Question : std::size_t { size, calcified, pet, newly_seen, tiny, interval, radiograph };

const Findings* index_findings(std::size_t nodule, const assess::Assessment& assessment, const PatientRecord& record)
{
    const auto& row = assessment.timeline.nodules[nodule].index_measurement;
    return row ? &record.measurements[*row].findings : nullptr;
}

bool any_nodule(const assess::Assessment& assessment, const PatientRecord& record, auto&& holds)
{
    for (std::size_t i = 0; i < assessment.nodules.size(); ++i) {
        const Findings* findings = index_findings(i, assessment, record);
        if (findings != nullptr && holds(assessment.nodules[i], *findings)) return true;
    }
    return false;
}

/// The documents part over the two lower cut-offs: a size between them, or near enough to either that one reading does
/// not tell.
bool size_is_in_question(const assess::Assessment& assessment, const PatientRecord& record,
                         const policy::Policy& policy)
{
    const auto length = [](double thousandths) {
        return Length::from_thousandths(static_cast<std::int64_t>(thousandths));
    };
    const auto& cut_offs = policy.parameter("straddle_cut_offs_mm")->numbers;
    const Length within = length(policy.parameter("straddle_within_mm")->numbers.front());
    const Length lowest = length(cut_offs[0]) - within;
    const Length highest = length(cut_offs[std::min<std::size_t>(1, cut_offs.size() - 1)]) + within;
    return any_nodule(assessment, record, [&](const assess::NoduleAssessment& nodule, const Findings&) {
        return nodule.long_axis && *nodule.long_axis >= lowest && *nodule.long_axis <= highest;
    });
}

/// Whether the rule that gave the class rests on a statement.
bool rests_on(const assess::NoduleAssessment& nodule, std::string_view item, const policy::Policy& policy)
{
    const auto& cited = policy.nodule_rules[nodule.rule].basis.citations;
    return std::any_of(cited.begin(), cited.end(),
                       [&](std::uint32_t position) { return policy.citations[position].item == item; });
}

bool pet_is_in_question(const assess::Assessment& assessment)
{
    const assess::Recommendation& given = assessment.recommendation;
    const bool proposed =
        given.action == policy::Action::pet_ct ||
        std::find(given.options.begin(), given.options.end(), policy::Action::pet_ct) != given.options.end();
    return proposed || std::any_of(assessment.timeline.nodules.begin(), assessment.timeline.nodules.end(),
                                   [](const assess::NoduleTimeline& nodule) { return nodule.suv_row.has_value(); });
}

}  // namespace

std::span<const Disagreement> disagreements()
{
    return all;
}

std::vector<const Disagreement*> counter_evidence(const assess::Assessment& assessment, const PatientRecord& record,
                                                  const assess::Judge& judge)
{
    std::vector<const Disagreement*> touched;
    const auto add = [&](Question question, bool touches) {
        if (touches) touched.push_back(&all[question]);
    };
    add(size, size_is_in_question(assessment, record, judge.policy()));
    add(calcified, any_nodule(assessment, record, [](const assess::NoduleAssessment&, const Findings& findings) {
            return findings.calcification && *findings.calcification != Calcification::none;
        }));
    add(pet, pet_is_in_question(assessment));
    add(newly_seen, any_nodule(assessment, record, [](const assess::NoduleAssessment& nodule, const Findings&) {
            return nodule.growth_state == assess::GrowthState::newly_seen;
        }));
    add(tiny, any_nodule(assessment, record, [&](const assess::NoduleAssessment& nodule, const Findings&) {
            return nodule.nodule_class == policy::NoduleClass::low_suspicion &&
                   rests_on(nodule, tiny_taken.front(), judge.policy());
        }));
    const bool in_surveillance = assessment.recommendation.action != policy::Action::out_of_scope;
    add(interval, in_surveillance);
    add(radiograph, in_surveillance);
    return touched;
}

}  // namespace nodtrack::report
