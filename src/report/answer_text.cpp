#include "nodtrack/report/answer_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "comparison_text.hpp"
#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/policy/describe.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;
using assess::NoduleFact;
using assess::PatientFact;
using policy::Condition;
using policy::NoduleClass;
using policy::PatientClass;
using policy::Truth;

PatientClass as_patient_class(NoduleClass nodule_class)
{
    switch (nodule_class) {
        case NoduleClass::suspicious:
            return PatientClass::suspicious;
        case NoduleClass::indeterminate:
            return PatientClass::indeterminate;
        case NoduleClass::low_suspicion:
            return PatientClass::low_suspicion;
        case NoduleClass::benign_appearing:
            return PatientClass::benign_appearing;
        case NoduleClass::unclassifiable:
            return PatientClass::unclassifiable;
        case NoduleClass::resolved:
            break;
    }
    return PatientClass::no_nodule;
}

/// How much a state says by itself, among nodules of one class.
int weight_of(GrowthState state)
{
    switch (state) {
        case GrowthState::unequivocal_growth:
            return 4;
        case GrowthState::newly_seen:
            return 3;
        case GrowthState::possible_growth:
            return 2;
        case GrowthState::no_prior:
            return 1;
        default:
            return 0;
    }
}

/// `N1, N2 and 3 more`
std::string listed(const std::vector<std::string>& names, std::size_t most = 6)
{
    std::string text;
    const std::size_t shown = names.size() > most ? most : names.size();
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : (i + 1 == names.size() ? " and " : ", ")) + names[i];
    if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

/// Tells the facts of one judged examination.
class Facts {
  public:
    Facts(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment),
          record_(record),
          judge_(judge),
          policy_(judge.policy()),
          table_{assessment.patient_facts, assessment.nodule_facts, assess::nodule_fact_count,
                 assessment.nodules.size()}
    {}

    /// Why a recommendation rule decided. `patient_class` and `patient_rules` are those that it went by.
    std::string of_recommendation(std::uint32_t rule, PatientClass patient_class,
                                  const std::vector<std::uint32_t>& patient_rules) const
    {
        const policy::RecommendationRule& decided = policy_.recommendations[rule];
        for (const policy::DecidingPart& part :
             policy::deciding_conditions(policy_, decided.when, {&table_, std::nullopt})) {
            if (part.truth != Truth::yes) continue;
            const Condition& condition = policy_.conditions[part.condition];
            if (condition.kind != Condition::Kind::compare) {
                const std::string text = of_count(condition);
                if (!text.empty()) return text;
                continue;
            }
            if (condition.scope != policy::Scope::patient) continue;
            const auto fact = static_cast<PatientFact>(condition.fact);
            if (fact == PatientFact::ungated_class) return of_class(patient_class, patient_rules);
            const std::string text = of_patient(fact);
            if (!text.empty()) return text;
        }
        return of_class(patient_class, patient_rules);
    }

    /// What the nodules show.
    std::string of_class(PatientClass patient_class, const std::vector<std::uint32_t>& patient_rules) const
    {
        const std::optional<std::size_t> worst = worst_nodule();
        const auto by_nodule =
            worst ? as_patient_class(assessment_.nodules[*worst].nodule_class) : PatientClass::no_nodule;
        if (patient_class > by_nodule) {
            for (const std::uint32_t position : patient_rules) {
                const std::string text = of_patient_rule(position);
                if (!text.empty()) return text;
            }
        }
        return worst ? of_nodule(*worst) + others_like(*worst) : nothing_found();
    }

    std::optional<std::size_t> worst_nodule() const
    {
        std::optional<std::size_t> worst;
        for (std::size_t i = 0; i < assessment_.nodules.size(); ++i) {
            if (!worst || is_worse(i, *worst)) worst = i;
        }
        return worst;
    }

    struct Limit {
        std::string_view words;  ///< `of at least`, `above`, `below`
        std::int64_t thousandths = 0;
    };

    /// `asked`: a limit of size that decides here in place of that of the nodule's rule.
    std::string of_nodule(std::size_t i, const std::optional<Limit>& asked = std::nullopt) const
    {
        const assess::NoduleAssessment& judged = assessment_.nodules[i];
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        const std::string& id = record_.nodule_ids[judged.nodule];
        if (nodule.pathology_malignant && nodule.pathology_malignant_on)
            return id + " is malignant by pathology of " + nodule.pathology_malignant_on->iso();
        const std::string uptake = uptake_of(i);
        if (!uptake.empty()) return id + " " + uptake;
        const std::string benign = benign_pathology_of(i);
        if (!benign.empty()) return id + " " + benign + "; it " + state_of(i, asked);
        return id + " " + state_of(i, asked);
    }

  private:
    const Scan& scan_of(const assess::NoduleRow& row) const
    {
        return record_.scans[assessment_.timeline.scans[row.rank]];
    }
    std::string index_date() const
    {
        return record_.scans[assessment_.timeline.scans[*assessment_.timeline.index_rank]].scan_date.iso();
    }
    const std::string& id_of(std::size_t i) const { return record_.nodule_ids[assessment_.nodules[i].nodule]; }

    bool is_worse(std::size_t a, std::size_t b) const
    {
        const auto weight = [&](std::size_t i) {
            const assess::NoduleAssessment& nodule = assessment_.nodules[i];
            return std::tuple(nodule.nodule_class, weight_of(nodule.growth_state), nodule.long_axis.value_or(Length()));
        };
        if (weight(a) != weight(b)) return weight(a) > weight(b);
        return in_natural_order(id_of(a), id_of(b));
    }

    std::string nothing_found() const
    {
        if (!assessment_.timeline.index_rank) return "no diagnostic chest CT is recorded";
        std::vector<std::string> left;
        for (std::size_t nodule = 0; nodule < record_.nodule_ids.size(); ++nodule) {
            const std::string why = why_not_judged(record_.nodule_ids[nodule]);
            if (!why.empty()) left.push_back(record_.nodule_ids[nodule] + " " + why);
        }
        return "no nodule to judge on the CT of " + index_date() + (left.empty() ? "" : ": " + listed(left));
    }

    /// The newest event of a kind by the as-of day.
    const NoduleEvent* newest_event(std::string_view nodule_id, EventKind kind) const
    {
        const NoduleEvent* newest = nullptr;
        for (const NoduleEvent& event : record_.events) {
            const bool counts =
                event.kind == kind && event.nodule_id == nodule_id && event.date <= assessment_.timeline.as_of;
            if (counts && (newest == nullptr || event.date > newest->date)) newest = &event;
        }
        return newest;
    }

    /// `was said on 2026-06-20 to be no nodule`; empty where nobody took it off the list.
    std::string why_not_judged(std::string_view nodule_id) const
    {
        const NoduleEvent* event = newest_event(nodule_id, EventKind::not_a_nodule);
        if (event != nullptr) return "was said on " + event->date.iso() + " to be no nodule";
        const Therapy* resected = nullptr;
        for (const Therapy& therapy : record_.therapies) {
            const bool counts = therapy.kind == TherapyKind::metastasectomy && therapy.nodule_id == nodule_id &&
                                therapy.start_date <= assessment_.timeline.as_of;
            if (counts && (resected == nullptr || therapy.start_date > resected->start_date)) resected = &therapy;
        }
        return resected == nullptr ? std::string() : "was resected on " + resected->start_date.iso();
    }

    /// `is benign by pathology of 2026-07-03`, where that gave the class.
    std::string benign_pathology_of(std::size_t i) const
    {
        const policy::NoduleRule& rule = policy_.nodule_rules[assessment_.nodules[i].rule];
        const auto parts = policy::deciding_conditions(policy_, rule.when, {&table_, i});
        const bool decides = std::any_of(parts.begin(), parts.end(), [&](const policy::DecidingPart& part) {
            const Condition& condition = policy_.conditions[part.condition];
            return part.truth == Truth::yes && condition.kind == Condition::Kind::compare &&
                   condition.scope == policy::Scope::nodule &&
                   condition.fact == static_cast<std::uint16_t>(NoduleFact::pathology_benign);
        });
        const NoduleEvent* event = newest_event(id_of(i), EventKind::pathology_benign);
        return decides && event != nullptr ? "is benign by pathology of " + event->date.iso() : std::string();
    }

    /// `; 2 more nodules are suspicious`, where that is a class of concern.
    std::string others_like(std::size_t worst) const
    {
        const NoduleClass nodule_class = assessment_.nodules[worst].nodule_class;
        if (nodule_class < NoduleClass::indeterminate) return {};
        const auto alike = std::count_if(assessment_.nodules.begin(), assessment_.nodules.end(),
                                         [&](const auto& nodule) { return nodule.nodule_class == nodule_class; });
        if (alike < 2) return {};
        return fmt::format("; {} more nodule{} {}", alike - 1, alike == 2 ? " is" : "s are",
                           nodule_class == NoduleClass::suspicious ? "suspicious" : "indeterminate");
    }

    // Patient

    std::string of_patient(PatientFact fact) const
    {
        const Patient& patient = record_.patient;
        switch (fact) {
            case PatientFact::follow_up_status:
                return "follow-up status is " + spoken(word(*patient.follow_up_status));
            case PatientFact::primary_site:
                return "primary site " + spoken(word(*patient.primary_site)) + " is outside these criteria";
            case PatientFact::histology:
                return "diagnosis " + spoken(word(*patient.histology)) + " is outside these criteria";
            case PatientFact::curative_treatment:
                return "curative treatment of the primary is not completed";
            case PatientFact::curative_treatment_completed_after_as_of:
                return "curative treatment of the primary is completed on " +
                       patient.curative_treatment_completed_on->iso() + " only";
            case PatientFact::known_lung_metastases:
                return "lung metastases are known and present" +
                       (patient.lung_metastases_diagnosed_on
                            ? " (diagnosed " + patient.lung_metastases_diagnosed_on->iso() + ")"
                            : std::string());
            case PatientFact::has_index_scan:
                // That there is a CT decides nothing by itself: what it lacks is told by the parts that follow.
                return assessment_.timeline.index_rank ? std::string() : nothing_found();
            case PatientFact::reading:
                return "the CT of " + index_date() +
                       (record_.scans[assessment_.timeline.scans[*assessment_.timeline.index_rank]].reading
                            ? " was read in part"
                            : " is not known to be read completely");
            case PatientFact::urgent_symptom_since_index:
            case PatientFact::pleural_event_since_index:
            case PatientFact::board_finding_since_index:
            case PatientFact::open_local_sign:
            case PatientFact::local_recurrence_sign_since_index:
                return oldest_sign(fact);
            default:
                return {};
        }
    }

    /// The words of a policy parameter that a set of words holds.
    template <class Word>
    std::vector<std::string> told_words(WordSet<Word> told, std::string_view parameter) const
    {
        std::vector<std::string> words;
        const policy::Parameter* asked = policy_.parameter(parameter);
        if (asked == nullptr) return words;
        for (const std::string& text : asked->words) {
            const auto value = value_of_word<Word>(text);
            if (value && told.contains(*value)) words.push_back(spoken(text));
        }
        return words;
    }

    template <class ScanOrVisit>
    std::vector<std::string> signs_of(PatientFact fact, const ScanOrVisit& told) const
    {
        if (fact == PatientFact::urgent_symptom_since_index) return told_words(told.symptoms, "urgent_symptoms");
        std::vector<std::string> signs = told_words(told.symptoms, "local_recurrence_symptoms");
        if (told.suspected_local_recurrence == Answer::yes) signs.emplace_back("suspected local recurrence");
        return signs;
    }

    std::vector<std::string> signs_of_scan(PatientFact fact, const Scan& scan) const
    {
        if (fact == PatientFact::board_finding_since_index) return told_words(scan.other_findings, "board_findings");
        if (fact != PatientFact::pleural_event_since_index) return signs_of(fact, scan);
        std::vector<std::string> signs;
        if (scan.new_pneumothorax == Answer::yes) signs.emplace_back("new pneumothorax");
        if (scan.new_pleural_effusion == Answer::yes) signs.emplace_back("new pleural effusion");
        return signs;
    }

    static std::string_view door_of(const Visit& visit)
    {
        if (visit.kind == VisitKind::phone) return "told by phone on";
        return visit.kind == VisitKind::clinic ? "told in clinic on" : "told on";
    }

    /// `haemoptysis told by phone on 2026-10-20`: the oldest, as due dates count from it.
    std::string oldest_sign(PatientFact fact) const
    {
        std::optional<Date> oldest;
        std::string text;
        const auto add = [&](Date date, const std::vector<std::string>& signs, const std::string& where) {
            if (signs.empty() || (oldest && *oldest <= date)) return;
            oldest = date;
            text = listed(signs) + " " + where + " " + date.iso();
        };
        for (const assess::RowReference& row : judge_.rows_of(fact, assessment_, record_)) {
            if (row.kind == RowKind::scan) {
                const Scan& scan = record_.scans[row.index];
                const bool is_seen_on_it =
                    fact == PatientFact::pleural_event_since_index || fact == PatientFact::board_finding_since_index;
                add(scan.scan_date, signs_of_scan(fact, scan),
                    is_seen_on_it ? "on the scan of" : "told with the scan of");
            } else if (row.kind == RowKind::visit) {
                const Visit& visit = record_.visits[row.index];
                add(visit.visit_date, signs_of(fact, visit), std::string(door_of(visit)));
            }
        }
        if (fact == PatientFact::open_local_sign && !text.empty()) text += ", no decision since";
        return text;
    }

    // Counts

    std::vector<std::size_t> counted(const Condition& condition) const
    {
        std::vector<std::size_t> nodules;
        if (condition.of >= 0) {
            nodules = policy::nodules_that_meet(policy_, static_cast<std::uint32_t>(condition.of), table_);
        } else {
            for (std::size_t i = 0; i < assessment_.nodules.size(); ++i)
                nodules.push_back(i);
        }
        std::erase_if(nodules, [&](std::size_t i) {
            return std::any_of(condition.parts.begin(), condition.parts.end(), [&](policy::ConditionIndex part) {
                return policy::evaluate(policy_, part, {&table_, i}) != Truth::yes;
            });
        });
        std::sort(nodules.begin(), nodules.end(), [&](std::size_t a, std::size_t b) { return is_worse(a, b); });
        return nodules;
    }

    std::string of_count(const Condition& condition) const
    {
        const std::vector<std::size_t> nodules = counted(condition);
        if (nodules.empty()) return {};
        if (condition.kind == Condition::Kind::count && condition.at_least_count <= 1) {
            std::optional<Limit> asked;
            for (const policy::ConditionIndex part : condition.parts)
                asked = limit_in(part, nodules.front(), NoduleFact::long_axis_mm);
            std::string text = of_nodule(nodules.front(), asked);
            if (condition.of >= 0) {
                const auto& definition = policy_.definitions[static_cast<std::size_t>(condition.of)];
                text += doubling_below(definition.when, nodules.front());
            }
            if (nodules.size() > 1) {
                text += fmt::format("; {} more nodule{} likewise", nodules.size() - 1, nodules.size() == 2 ? "" : "s");
            }
            return text;
        }
        std::vector<std::string> ids;
        for (const std::size_t i : nodules)
            ids.push_back(id_of(i));
        std::sort(ids.begin(), ids.end(), in_natural_order);
        std::string text = fmt::format("{} nodules", nodules.size());
        for (const policy::ConditionIndex part : condition.parts) {
            const auto limit = limit_in(part, nodules.front(), NoduleFact::long_axis_mm);
            if (limit) text += fmt::format(" {} {} mm", limit->words, decimal_text(limit->thousandths));
        }
        text += state_shared(nodules);
        if (condition.kind == Condition::Kind::bilateral) text += " on both sides";
        text += ": " + listed(ids);
        if (condition.kind == Condition::Kind::count) text += fmt::format(" (limit {})", condition.at_least_count);
        return text;
    }

    /// ` that are new`, where all are in one such state.
    std::string state_shared(const std::vector<std::size_t>& nodules) const
    {
        const auto all = [&](auto&& holds) {
            return std::all_of(nodules.begin(), nodules.end(),
                               [&](std::size_t i) { return holds(assessment_.timeline.nodules[i]); });
        };
        const auto is_or_would_be = [](GrowthState state) {
            return [state](const assess::NoduleTimeline& nodule) {
                return nodule.state == state || nodule.state_without_growth == state;
            };
        };
        if (all(is_or_would_be(GrowthState::newly_seen))) return " that are new";
        if (all(is_or_would_be(GrowthState::possible_growth))) return " that may have grown";
        if (all(is_or_would_be(GrowthState::unequivocal_growth))) return " that grew";
        if (all(is_or_would_be(GrowthState::no_prior))) return " without a prior to compare with";
        if (all([](const assess::NoduleTimeline& nodule) {
                return nodule.state == GrowthState::newly_seen || nodule.state_without_growth ||
                       nodule.state == GrowthState::unequivocal_growth;
            }))
            return " that are new or grew";
        return {};
    }

    std::string of_patient_rule(std::uint32_t position) const
    {
        const policy::PatientRule& rule = policy_.patient_rules[position];
        for (const policy::DecidingPart& part :
             policy::deciding_conditions(policy_, rule.when, {&table_, std::nullopt})) {
            const Condition& condition = policy_.conditions[part.condition];
            if (part.truth != Truth::yes || condition.kind == Condition::Kind::compare) continue;
            const std::string text = of_count(condition);
            if (!text.empty()) return text;
        }
        return rule.says;
    }

    // Nodules

    /// The number that a fact of a nodule met in a condition; a lower limit before an upper one.
    std::optional<Limit> limit_in(policy::ConditionIndex when, std::size_t i, NoduleFact fact) const
    {
        std::optional<Limit> found;
        for (const policy::DecidingPart& part : policy::deciding_conditions(policy_, when, {&table_, i})) {
            const Condition& condition = policy_.conditions[part.condition];
            const bool about = condition.kind == Condition::Kind::compare && condition.scope == policy::Scope::nodule &&
                               condition.fact == static_cast<std::uint16_t>(fact) && part.truth == Truth::yes;
            if (!about) continue;
            const auto operand = static_cast<std::int64_t>(condition.operand);
            if (condition.comparator == Condition::Comparator::at_least) return Limit{"of at least", operand};
            if (condition.comparator == Condition::Comparator::above) return Limit{"above", operand};
            if (condition.comparator == Condition::Comparator::below && !found) found = Limit{"below", operand};
            if (condition.comparator == Condition::Comparator::at_most && !found) found = Limit{"of at most", operand};
        }
        return found;
    }

    std::string doubling_below(policy::ConditionIndex when, std::size_t i) const
    {
        const auto limit = limit_in(when, i, NoduleFact::vdt_days);
        const auto& days = assessment_.timeline.nodules[i].doubling_time_days;
        if (!limit || !days) return {};
        constexpr std::int64_t thousand = 1000;
        return fmt::format(", doubling time {:.0f} days, limit {}", *days, limit->thousandths / thousand);
    }

    /// `has SUVmax 2.4 on 2026-09-01, limit 1.0`, where that gave the class.
    std::string uptake_of(std::size_t i) const
    {
        const assess::NoduleAssessment& judged = assessment_.nodules[i];
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        if (!nodule.suv_row) return {};
        std::optional<Limit> limit;
        if (judged.adjustment && policy_.adjustments[*judged.adjustment].raise_to) {
            limit = limit_in(policy_.adjustments[*judged.adjustment].when, i, NoduleFact::suv_max);
        } else {
            limit = limit_in(policy_.nodule_rules[judged.rule].when, i, NoduleFact::suv_max);
        }
        if (!limit || limit->words != "above") return {};
        const auto& suv = record_.measurements[nodule.suv_row->measurement].findings.suv_max;
        std::string text = fmt::format("has SUVmax {} on {}, limit {}", decimal_text(suv->thousandths()),
                                       scan_of(*nodule.suv_row).scan_date.iso(), decimal_text(limit->thousandths));
        const bool is_unseen = nodule.state == GrowthState::not_reported || nodule.state == GrowthState::unmeasured;
        if (is_unseen) text += ", and no size on the CT of " + index_date();
        return text;
    }

    /// ` (cystic)`: what the rule asks of the nodule's look.
    std::string look_of(std::size_t i) const
    {
        constexpr NoduleFact looks[] = {NoduleFact::attenuation,   NoduleFact::last_said_attenuation,
                                        NoduleFact::shape,         NoduleFact::last_said_shape,
                                        NoduleFact::calcification, NoduleFact::last_said_calcification,
                                        NoduleFact::location};
        std::vector<std::string> words;
        const policy::NoduleRule& rule = policy_.nodule_rules[assessment_.nodules[i].rule];
        for (const policy::DecidingPart& part : policy::deciding_conditions(policy_, rule.when, {&table_, i})) {
            const Condition& condition = policy_.conditions[part.condition];
            const bool about = condition.kind == Condition::Kind::compare && condition.scope == policy::Scope::nodule &&
                               part.truth == Truth::yes &&
                               std::find(std::begin(looks), std::end(looks), static_cast<NoduleFact>(condition.fact)) !=
                                   std::end(looks);
            const policy::FactValue value = table_.nodule(i)[condition.fact];
            if (!about || !value.known) continue;
            // Only what is asked for by its word; what a rule excludes says nothing of this nodule.
            const bool asked_for = (condition.comparator == Condition::Comparator::is ||
                                    condition.comparator == Condition::Comparator::in) &&
                                   ((condition.word_set >> value.index()) & 1U) != 0;
            const policy::FactDeclaration& fact = policy_.catalogue.nodule[condition.fact];
            std::string text = spoken(policy::value_text(fact, value, policy_));
            if (!asked_for || text == "none") continue;
            if (fact.name.find("calcification") != std::string_view::npos) text += " calcification";
            if (std::find(words.begin(), words.end(), text) == words.end()) words.push_back(std::move(text));
        }
        return words.empty() ? std::string() : " (" + listed(words) + ")";
    }

    std::string size_of(std::size_t i) const
    {
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        if (!nodule.size) return "not measured";
        const bool measured =
            nodule.index_measurement && record_.measurements[*nodule.index_measurement].findings.long_axis;
        return (measured ? "" : "at least ") + shown_size(*nodule.size) + " mm" + look_of(i);
    }

    /// Of rules that come one after another, the last names no limit: the nodule is too large for those before it.
    std::optional<Limit> limit_passed(std::size_t i, std::uint32_t rule) const
    {
        std::optional<Limit> largest;
        for (std::uint32_t before = 0; before < rule; ++before) {
            std::optional<Limit> here;
            bool by_size_alone = true;
            for (const policy::DecidingPart& part :
                 policy::deciding_conditions(policy_, policy_.nodule_rules[before].when, {&table_, i})) {
                const Condition& condition = policy_.conditions[part.condition];
                const bool is_upper = condition.kind == Condition::Kind::compare &&
                                      condition.scope == policy::Scope::nodule &&
                                      condition.fact == static_cast<std::uint16_t>(NoduleFact::long_axis_mm) &&
                                      condition.comparator == Condition::Comparator::below;
                by_size_alone = by_size_alone && is_upper && part.truth == Truth::no;
                if (is_upper) here = Limit{"of at least", static_cast<std::int64_t>(condition.operand)};
            }
            if (by_size_alone && here && (!largest || here->thousandths > largest->thousandths)) largest = here;
        }
        return largest;
    }

    /// `, limit 6.0`: of the rule that gave the class, or what is asked.
    std::string size_limit(std::size_t i, const std::optional<Limit>& asked) const
    {
        auto limit = asked;
        const std::uint32_t rule = assessment_.nodules[i].rule;
        if (!limit) limit = limit_in(policy_.nodule_rules[rule].when, i, NoduleFact::long_axis_mm);
        if (!limit) limit = limit_passed(i, rule);
        if (!limit) return {};
        const bool is_upper = limit->words == "below" || limit->words == "of at most";
        return fmt::format(", {}{}", is_upper ? "below " : "limit ", decimal_text(limit->thousandths));
    }

    std::string state_of(std::size_t i, const std::optional<Limit>& asked) const
    {
        const assess::NoduleAssessment& judged = assessment_.nodules[i];
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        const std::string limit = size_limit(i, asked);
        switch (judged.growth_state) {
            case GrowthState::unequivocal_growth:
            case GrowthState::possible_growth: {
                const bool size_decides = asked || (nodule.state_without_growth && !limit.empty());
                return growth_since(i) + (size_decides ? "; it is " + size_of(i) + limit : std::string()) +
                       after_response(nodule);
            }
            case GrowthState::newly_seen:
                return "is new and " + size_of(i) + limit;
            case GrowthState::no_prior:
                return "is " + size_of(i) + limit +
                       (has_comparable_prior(nodule) ? ", its prior too recent to call it stable"
                                                     : ", without a prior to compare with");
            case GrowthState::stable:
                return "is " + size_of(i) + limit + stable_text(i) + after_response(nodule);
            case GrowthState::decreased:
                return growth_since(i) + " to " + size_of(i) + (asked ? limit : std::string()) + after_response(nodule);
            case GrowthState::treated:
                return treated_text(i) + (asked ? "; it is " + size_of(i) + limit : std::string());
            case GrowthState::resolved:
                return "is no longer seen on the CT of " + index_date() +
                       (nodule.systemic_therapy_since_first_measurement ? ", after systemic therapy" : "");
            case GrowthState::not_reported:
                if (nodule.only_rows_after_index) return "is on no diagnostic chest CT yet";
                return std::string(nodule.index_measurement ? "was not assessed" : "was not reported") +
                       " on the CT of " + index_date();
            case GrowthState::unmeasured:
                break;
        }
        return "was not measured on the CT of " + index_date();
    }

    static bool has_comparable_prior(const assess::NoduleTimeline& nodule)
    {
        return std::any_of(nodule.comparisons.begin(), nodule.comparisons.end(),
                           [](const assess::PriorComparison& prior) { return prior.comparable; });
    }

    static std::string after_response(const assess::NoduleTimeline& nodule)
    {
        return nodule.responded_to_therapy ? ", after a response to systemic therapy" : "";
    }

    std::string stable_text(std::size_t i) const
    {
        const assess::NoduleAssessment& judged = assessment_.nodules[i];
        std::string text = ", stable";
        if (judged.stable_months > 0) {
            text += fmt::format(" for {} month{}", judged.stable_months, judged.stable_months == 1 ? "" : "s");
        }
        return text + (assessment_.timeline.nodules[i].accepted ? ", accepted by the board" : "");
    }

    std::string growth_since(std::size_t i) const
    {
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        const assess::PriorComparison* prior = deciding_comparison(nodule, assessment_.timeline, record_);
        if (prior == nullptr) return "is " + size_of(i);
        return comparison_words(*prior, nodule, assessment_.timeline, record_, judge_.limits());
    }

    std::string treated_text(std::size_t i) const
    {
        const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        const Therapy* newest = newest_local_therapy(nodule, assessment_.timeline, record_);
        std::string text = "was treated";
        if (newest != nullptr) text += " by " + spoken(word(newest->kind)) + " from " + newest->start_date.iso();
        const bool grew = nodule.history_state == GrowthState::unequivocal_growth ||
                          nodule.history_state == GrowthState::possible_growth;
        if (grew && nodule.index_measurement) return text + " and " + growth_since(i);
        if (nodule.history_state == GrowthState::stable) return text + " and is " + size_of(i) + stable_text(i);
        if (nodule.history_state == GrowthState::decreased) return text + " and " + growth_since(i);
        return text + (nodule.size ? " and is " + size_of(i) : std::string()) + ", not proven quiet";
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const policy::Policy& policy_;
    policy::FactTable table_;
};

std::string dated(policy::Action action, const std::optional<Date>& due)
{
    return std::string(action_word(action)) + (due ? " due " + due->iso() : "");
}

/// The examination that the answer came from.
const assess::Assessment& source_of(const assess::Assessment& assessment)
{
    const auto& standing = assessment.standing;
    return standing && standing->came_from ? *standing->came_from : assessment;
}

std::string who(const Decision& decision)
{
    std::string text = decision.decided_by;
    if (decision.board == Answer::yes) text += text.empty() ? "tumour board" : " (tumour board)";
    return text.empty() ? text : "by " + text;
}

std::string what(const Decision& decision)
{
    std::string text = decision.kind == DecisionKind::before_registry ? "what lies before this registry is closed"
                                                                      : std::string(word(decision.kind));
    if (decision.action) text += " " + dated(*decision.action, decision.due_date);
    if (!decision.action && decision.due_date) text += " due " + decision.due_date->iso();
    if (decision.next_step) text += "; next step " + spoken(word(*decision.next_step));
    return text;
}

}  // namespace

std::string deciding_fact(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    const Facts facts(source_of(assessment), record, judge);
    const assess::Recommendation& given = assessment.recommendation;
    const std::string fact = facts.of_recommendation(
        given.rule,
        given.action == policy::Action::out_of_scope || assessment.patient_class == PatientClass::not_applicable
            ? source_of(assessment).ungated_class
            : std::max(assessment.patient_class, source_of(assessment).ungated_class),
        assessment.patient_rules);
    if (given.action != policy::Action::out_of_scope) return fact;
    const bool quiet = assessment.ungated_class < PatientClass::indeterminate;
    if (quiet) return fact;
    return facts.of_class(assessment.ungated_class, assessment.patient_rules) + "; out of scope because " + fact;
}

std::string answer_line(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    const assess::Recommendation& given = assessment.recommendation;
    std::string text = dated(given.action, given.due_date);
    if (given.safety_net_ct_date) text += ", safety-net CT " + given.safety_net_ct_date->iso();
    for (const policy::Action option : given.options)
        text += ", option " + std::string(action_word(option));
    return text + ": " + deciding_fact(assessment, record, judge);
}

std::vector<std::string> standing_lines(const assess::Assessment& assessment, const PatientRecord& record,
                                        const assess::Judge& judge)
{
    const policy::Policy& policy = judge.policy();
    const Facts now(assessment, record, judge);
    std::vector<std::string> lines;
    for (const assess::Flag& flag : assessment.flags) {
        if (flag.code == assess::FlagCode::stands_since) lines.push_back(flag.text);
    }
    if (assessment.standing) {
        const assess::Conclusion& own = assessment.standing->own;
        const assess::Recommendation& given = own.recommendation;
        const Scan& newest = record.scans[assessment.timeline.scans[*assessment.timeline.index_rank]];
        std::string text =
            fmt::format("by the CT of {} alone: {}", newest.scan_date.iso(), dated(given.action, given.due_date));
        if (!assessment.standing->date_alone) {
            text += fmt::format(", {}, {}: {}", patient_class_word(own.patient_class),
                                rule_name(policy.recommendations[given.rule].id),
                                now.of_recommendation(given.rule, assessment.ungated_class, own.patient_rules));
        }
        lines.push_back(std::move(text));
    }
    for (const assess::AlsoAsked& asked : assessment.also) {
        // The newest CT's own answer is told above.
        const auto& standing = assessment.standing;
        if (standing && !standing->date_alone && standing->own.recommendation.rule == asked.rule) continue;
        lines.push_back(fmt::format("besides: {} ({}): {}", dated(asked.action, asked.due_date),
                                    rule_name(policy.recommendations[asked.rule].id),
                                    now.of_recommendation(asked.rule, assessment.ungated_class, {})));
    }
    for (const assess::UnansweredAlarm& alarm : assessment.unanswered) {
        if (alarm.not_a_nodule) {
            lines.push_back(
                fmt::format("{} was said to be no nodule on {}; without that {} ({}) would stand: for the "
                            "board to see",
                            record.nodule_ids[*alarm.not_a_nodule], alarm.said_on->iso(),
                            dated(alarm.action, alarm.due_date), rule_name(policy.recommendations[alarm.rule].id)));
            continue;
        }
        lines.push_back(fmt::format("never answered: {} of the CT of {} ({}); no decision is recorded",
                                    dated(alarm.action, alarm.due_date), alarm.since.iso(),
                                    rule_name(policy.recommendations[alarm.rule].id)));
    }
    return lines;
}

std::string decision_words(const Decision& decision)
{
    const std::string person = who(decision);
    return what(decision) + (person.empty() ? "" : "; " + person);
}

std::optional<std::string> newest_decision_text(const PatientRecord& record, Date as_of)
{
    const Decision* newest = nullptr;
    // The order of rows says nothing: of one day the one with the later words.
    const auto key = [](const Decision& decision) {
        return std::tuple(decision.decided_on, decision.board == Answer::yes, decision.kind, decision_words(decision),
                          decision.reason);
    };
    for (const Decision& decision : record.decisions) {
        if (decision.decided_on > as_of) continue;
        if (newest == nullptr || key(decision) > key(*newest)) newest = &decision;
    }
    if (newest == nullptr) return std::nullopt;
    const std::string person = who(*newest);
    std::string text =
        "decided " + newest->decided_on.iso() + (person.empty() ? "" : " " + person) + ": " + what(*newest);
    if (!newest->reason.empty()) text += " (" + newest->reason + ")";
    return text;
}

std::string count_text(const assess::Assessment& assessment)
{
    const auto followed = std::count_if(assessment.nodules.begin(), assessment.nodules.end(), [](const auto& nodule) {
        return nodule.nodule_class != NoduleClass::resolved;
    });
    if (followed == 0) return "no nodule";
    // Where an earlier answer stands the count is that of its examination.
    const std::uint32_t counting = assessment.countable;
    const std::string since = assessment.standing && !assessment.standing->date_alone
                                  ? " (on the CT of " + assessment.standing->since.iso() + ")"
                                  : std::string();
    return fmt::format("{} nodule{}, {} count{} towards the criteria{}", followed, followed == 1 ? "" : "s",
                       counting == 0 ? "none" : std::to_string(counting), counting > 1 ? "" : "s", since);
}

std::vector<std::size_t> worst_first(const assess::Assessment& assessment, const PatientRecord& record)
{
    std::vector<std::size_t> order(assessment.nodules.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto id_of = [&](std::size_t i) { return std::string_view(record.nodule_ids[assessment.nodules[i].nodule]); };
    const auto weight = [&](std::size_t i) {
        const assess::NoduleAssessment& nodule = assessment.nodules[i];
        return std::tuple(nodule.nodule_class, weight_of(nodule.growth_state), nodule.long_axis.value_or(Length()));
    };
    // What stands waits for these, whatever the newest CT says of the others.
    const auto is_awaited = [&](std::size_t i) {
        const auto& standing = assessment.standing;
        return standing && std::find(standing->not_looked_at.begin(), standing->not_looked_at.end(),
                                     assessment.nodules[i].nodule) != standing->not_looked_at.end();
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (is_awaited(a) != is_awaited(b)) return is_awaited(a);
        const auto left = assessment.nodules[a].nodule_class;
        const auto right = assessment.nodules[b].nodule_class;
        return left != right ? left > right : in_natural_order(id_of(a), id_of(b));
    });
    if (!order.empty() && is_awaited(order.front())) return order;
    const auto worst = std::max_element(order.begin(), order.end(),
                                        [&](std::size_t a, std::size_t b) { return weight(a) < weight(b); });
    if (worst != order.end()) std::rotate(order.begin(), worst, worst + 1);
    return order;
}

}  // namespace nodtrack::report
