#include <fmt/format.h>

#include <algorithm>

#include "answer_block.hpp"
#include "comparison_text.hpp"
#include "nodtrack/policy/describe.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "remarks.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using List = assess::TrailEntry::List;
using policy::Policy;
using policy::Truth;

/// The parts of a rule that every list of rules has.
struct RuleView {
    std::string_view id;
    std::string_view says;
    policy::ConditionIndex when = 0;
    const policy::Basis* basis = nullptr;
};

RuleView view_of(const Policy& policy, const assess::TrailEntry& entry)
{
    const auto view = [](const auto& rule) { return RuleView{rule.id, rule.says, rule.when, &rule.basis}; };
    switch (entry.list) {
        case List::nodule_rule:
            return view(policy.nodule_rules[entry.rule]);
        case List::adjustment:
            return view(policy.adjustments[entry.rule]);
        case List::patient_rule:
            return view(policy.patient_rules[entry.rule]);
        case List::recommendation:
            break;
    }
    return view(policy.recommendations[entry.rule]);
}

class Explanation {
  public:
    Explanation(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment),
          record_(record),
          judge_(judge),
          policy_(judge.policy()),
          facts_{assessment.patient_facts, assessment.nodule_facts, assess::nodule_fact_count,
                 assessment.nodules.size()}
    {}

    std::string whole()
    {
        heading();
        recommendation();
        patient();
        for (const std::size_t i : worst_first(assessment_, record_))
            nodule(i);
        if (assessment_.timeline.not_judged > 0) {
            text_ += fmt::format(
                "\n{} nodule{} of the record not judged any more (no nodule, resected, or resolved earlier)\n",
                assessment_.timeline.not_judged, assessment_.timeline.not_judged == 1 ? "" : "s");
        }
        refused_recommendations();
        missing();
        rows();
        does_not_apply();
        return std::move(text_);
    }

    std::string one_nodule(std::size_t i)
    {
        heading();
        nodule(i);
        const std::string noted = remarks_text(remarks(assessment_, record_, judge_, assessment_.nodules[i].nodule));
        if (!noted.empty()) text_ += "\nTO NOTE\n" + noted;
        rows();
        return std::move(text_);
    }

  private:
    void line(std::size_t indent, const std::string& content)
    {
        text_.append(indent, ' ');
        text_ += wrapped(content, indent + 2, 118 - indent) + "\n";
    }

    void heading()
    {
        text_ +=
            fmt::format("{} as seen on {}\npolicy {} {} (sha256 {}…)\n", record_.patient.patient_id,
                        assessment_.timeline.as_of.iso(), policy_.id, policy_.version, policy_.sha256.substr(0, 12));
    }

    void recommendation()
    {
        const assess::Recommendation& given = assessment_.recommendation;
        const policy::RecommendationRule& rule = policy_.recommendations[given.rule];
        text_ += "\n" + wrapped("RECOMMENDATION  " + answer_line(assessment_, record_, judge_), 4) + "\n";
        text_ += answer_block(assessment_, record_, judge_);
        line(2, rule.advises);
        line(2, fmt::format("{} holds: {}", rule_name(rule.id), rule.says));
        statements(rule.basis);
    }

    void patient()
    {
        text_ += "\n" +
                 wrapped(fmt::format("PATIENT  {}; {}, {} countable (CT count is a lower bound)",
                                     patient_class_word(assessment_.patient_class), count_text(assessment_),
                                     judge_.count_band(assessment_)),
                         4) +
                 "\n";
        if (assessment_.patient_class != assessment_.ungated_class) {
            const bool stands = assessment_.standing && !assessment_.standing->date_alone;
            line(2, (stands ? "by the nodules of the newest CT: " : "before any gate: ") +
                        std::string(patient_class_word(assessment_.ungated_class)));
        }
        schedule();
        line(2, "what was known");
        for (std::size_t fact = 0; fact < assess::patient_fact_count; ++fact) {
            const auto name = static_cast<assess::PatientFact>(fact);
            if (name == assess::PatientFact::ungated_class) continue;
            known(policy_.catalogue.patient[fact], assessment_.patient_facts[fact],
                  judge_.rows_of(name, assessment_, record_));
        }
        for (const assess::TrailEntry& entry : assessment_.trail) {
            if (entry.list == List::patient_rule && entry.verdict == Truth::yes)
                fired(view_of(policy_, entry), std::nullopt);
        }
        refused(List::patient_rule, std::nullopt);
    }

    void schedule()
    {
        const assess::Schedule& schedule = assessment_.schedule;
        const std::string start =
            schedule.surveillance_start
                ? fmt::format(
                      "surveillance since {}{}, {} whole months at the index scan", schedule.surveillance_start->iso(),
                      schedule.after_metastasectomy ? " (metastasectomy)" : " (resection)", schedule.months_since_start)
                : "start of surveillance not known";
        line(2, fmt::format("schedule \"{}\", {} grade: {}; routine interval {} months",
                            policy_.profiles[schedule.profile].name, schedule.low_grade ? "low" : "high or unknown",
                            start, schedule.interval_months));
    }

    void nodule(std::size_t i)
    {
        const assess::NoduleAssessment& judged = assessment_.nodules[i];
        text_ += fmt::format("\nNODULE {}  {}\n", record_.nodule_ids[judged.nodule], class_word(judged.nodule_class));
        line(2, "what was known");
        for (std::size_t fact = 0; fact < assess::nodule_fact_count; ++fact) {
            const auto name = static_cast<assess::NoduleFact>(fact);
            if (name == assess::NoduleFact::nodule_class || name == assess::NoduleFact::class_rule) continue;
            known(policy_.catalogue.nodule[fact], facts_.nodule(i)[fact],
                  assess::rows_of(name, i, assessment_, record_));
        }
        const std::string comparisons = comparisons_text(i, assessment_, record_, judge_);
        if (!comparisons.empty()) {
            text_ += "  compared with its priors\n" + comparisons;
            limits(assessment_.timeline.nodules[i]);
        }
        for (const assess::TrailEntry& entry : assessment_.trail) {
            if (entry.nodule != i || entry.verdict != Truth::yes) continue;
            if (entry.with_state_without_growth) {
                line(2, fmt::format("without growth it would be {}:",
                                    assess::word_of(*assessment_.timeline.nodules[i].state_without_growth)));
            }
            fired(view_of(policy_, entry), i);
        }
        refused(List::nodule_rule, i);
    }

    void limits(const assess::NoduleTimeline& nodule)
    {
        for (const policy::Parameter* parameter : limits_used(nodule, policy_)) {
            std::string numbers;
            for (const double number : parameter->numbers) {
                numbers += (numbers.empty() ? "" : "/") + decimal_text(static_cast<std::int64_t>(number));
            }
            line(4,
                 fmt::format("{}: {} {} [{}]", parameter->meaning, numbers, parameter->unit, trace(parameter->basis)));
        }
    }

    std::string trace(const policy::Basis& basis) const
    {
        std::string items;
        for (const std::uint32_t position : basis.citations) {
            const policy::Citation& citation = policy_.citations[position];
            items += (items.empty() ? "" : ", ") + citation.item;
            if (citation.verification == policy::Verification::unverified) items += " not verified against the source";
        }
        if (basis.local_policy) items += items.empty() ? "local policy" : ", local policy";
        return items;
    }

    void known(const policy::FactDeclaration& fact, policy::FactValue value,
               const std::vector<assess::RowReference>& rows)
    {
        const bool is_size = value.known && fact.unit == "mm";
        const std::string said =
            is_size ? shown_size(Length::from_thousandths(static_cast<std::int64_t>(value.value))) + " mm"
                    : policy::value_text(fact, value, policy_);
        line(4, fmt::format("{:<42} {}{}", policy::spoken_name(fact), said, numbers_of(rows)));
    }

    /// `  [1-3, 7]`: the rows by their numbers, which the end of the text tells.
    std::string numbers_of(const std::vector<assess::RowReference>& rows)
    {
        std::vector<std::size_t> numbers;
        for (const assess::RowReference& row : rows) {
            const auto known = std::find(rows_.begin(), rows_.end(), row);
            numbers.push_back(1 + static_cast<std::size_t>(known - rows_.begin()));
            if (known == rows_.end()) rows_.push_back(row);
        }
        std::sort(numbers.begin(), numbers.end());
        numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
        std::string text;
        for (std::size_t i = 0; i < numbers.size();) {
            std::size_t last = i;
            while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
                ++last;
            text += (text.empty() ? "" : ", ") + std::to_string(numbers[i]);
            if (last > i) text += (last == i + 1 ? ", " : "-") + std::to_string(numbers[last]);
            i = last + 1;
        }
        return text.empty() ? text : "  [" + text + "]";
    }

    void rows()
    {
        if (rows_.empty()) return;
        text_ += "\nROWS OF THE RECORD, by the numbers in [ ]\n";
        std::string all;
        for (std::size_t i = 0; i < rows_.size(); ++i)
            all += fmt::format("{}{} {}", i == 0 ? "" : "; ", i + 1, row_name(rows_[i], record_));
        line(2, all);
    }

    void fired(const RuleView& rule, std::optional<std::size_t> nodule)
    {
        line(2, fmt::format("{} holds: {}", rule_name(rule.id), rule.says));
        for (const policy::DecidingPart& part : policy::deciding_parts(policy_, rule.when, {&facts_, nodule})) {
            line(4, "because " + part.text);
        }
        statements(*rule.basis);
    }

    void statements(const policy::Basis& basis)
    {
        for (const std::uint32_t position : basis.citations) {
            const policy::Citation& citation = policy_.citations[position];
            line(4, fmt::format("{} {} ({}, {}): {}{}", citation.item,
                                citation.verification == policy::Verification::unverified
                                    ? "[not verified against the source]"
                                    : "",
                                citation.source, citation.at, citation.statement,
                                citation.verification == policy::Verification::found ? " [excerpt read]" : ""));
        }
        if (basis.local_policy) line(4, "local policy: no document says so");
    }

    void refused(List list, std::optional<std::size_t> nodule)
    {
        bool any = false;
        for (const assess::TrailEntry& entry : assessment_.trail) {
            const bool about = nodule ? entry.nodule == *nodule : !entry.nodule.has_value();
            if (entry.list != list || entry.verdict == Truth::yes || !about || entry.with_state_without_growth)
                continue;
            if (!any) line(2, "rules refused before");
            any = true;
            const RuleView rule = view_of(policy_, entry);
            std::string why;
            for (const policy::DecidingPart& part : policy::deciding_parts(policy_, rule.when, {&facts_, nodule})) {
                why += (why.empty() ? "" : "; ") + part.text;
            }
            line(4, fmt::format("{:<9} {}: {}{}", rule_name(rule.id), rule.says, why,
                                entry.verdict == Truth::unknown ? " [for want of data]" : ""));
        }
    }

    void refused_recommendations()
    {
        text_ += "\nWHY NOTHING ELSE\n";
        refused(List::recommendation, std::nullopt);
    }

    void missing()
    {
        const Remarks noted = remarks(assessment_, record_, judge_);
        if (noted.shown.empty() && noted.left_out == 0) return;
        text_ += "\nMISSING, UNSURE OR TO NOTE\n" + remarks_text(noted);
        if (noted.left_out > 0) {
            line(2, fmt::format("{} more remark{} that would change nothing if {} fell the other way: see --json",
                                noted.left_out, noted.left_out == 1 ? "" : "s", noted.left_out == 1 ? "it" : "they"));
        }
    }

    void does_not_apply()
    {
        text_ += "\nGUIDELINES THAT DO NOT APPLY\n";
        for (const policy::Notice& notice : policy_.does_not_apply) {
            line(2, notice.title + ": " + notice.text + " [" + trace(notice.basis) + "]");
        }
        text_ += "\n";
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const Policy& policy_;
    policy::FactTable facts_;
    std::vector<assess::RowReference> rows_;  ///< each once, in the order in which they are named
    std::string text_;
};

}  // namespace

Result<std::string> explanation_text(const assess::Assessment& assessment, const PatientRecord& record,
                                     const assess::Judge& judge, const std::optional<std::string>& nodule_id)
{
    Explanation explanation(assessment, record, judge);
    if (!nodule_id) return explanation.whole();
    const auto& nodules = assessment.nodules;
    const auto found = std::find_if(nodules.begin(), nodules.end(), [&](const assess::NoduleAssessment& nodule) {
        return record.nodule_ids[nodule.nodule] == *nodule_id;
    });
    if (found != nodules.end()) {
        return explanation.one_nodule(static_cast<std::size_t>(found - nodules.begin()));
    }
    std::string listed;
    for (const assess::NoduleAssessment& nodule : nodules)
        listed += " " + record.nodule_ids[nodule.nodule];
    const bool recorded =
        std::find(record.nodule_ids.begin(), record.nodule_ids.end(), *nodule_id) != record.nodule_ids.end();
    return failure(ErrorCode::not_found, "nodule '" + *nodule_id + "' is " +
                                             (recorded ? "recorded, but not judged on that day" : "not recorded") +
                                             "; judged are:" + (listed.empty() ? " none" : listed));
}

}  // namespace nodtrack::report
