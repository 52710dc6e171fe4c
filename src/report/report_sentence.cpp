#include "nodtrack/report/report_sentence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "comparison_text.hpp"
#include "json_text.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "report_sentence_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;
using policy::NoduleClass;
using policy::PatientClass;

/// `+2.3 mm`, `-0.3 mm`, `unchanged`
std::string change_text(const growth::Comparison& change, const growth::Limits& limits)
{
    if (change.long_axis_change.thousandths() == 0) return "unchanged";
    return long_axis_change(change, limits) + " mm";
}

/// Writes the sentence of one nodule, part by part.
class NoduleSentence {
  public:
    NoduleSentence(std::size_t position, const assess::Assessment& assessment, const PatientRecord& record,
                   const growth::Limits& limits)
        : assessment_(assessment),
          record_(record),
          limits_(limits),
          assessed_(assessment.nodules[position]),
          nodule_(assessment.timeline.nodules[position])
    {
        if (nodule_.index_measurement) findings_ = &record.measurements[*nodule_.index_measurement].findings;
    }

    std::string write()
    {
        std::vector<std::string> parts;
        if (findings_ == nullptr || findings_->status == Status::not_assessed) {
            parts.push_back((findings_ == nullptr ? "not reported on the CT of " : "not assessed on the CT of ") +
                            index_scan().scan_date.iso() + last_size());
        } else if (findings_->status == Status::resolved) {
            parts.push_back("no longer seen on the CT of " + index_scan().scan_date.iso() + last_size());
        } else {
            parts.push_back(look_and_size());
            add(parts, change());
        }
        add(parts, treatment());
        add(parts, uptake());
        add(parts, pathology());
        // Pathology has the last word where it says malignant.
        if (!nodule_.pathology_malignant) add(parts, class_phrase(assessed_.nodule_class));
        std::string sentence = record_.nodule_ids[assessed_.nodule] + ": ";
        for (std::size_t i = 0; i < parts.size(); ++i)
            sentence += (i == 0 ? "" : "; ") + parts[i];
        return sentence + ".";
    }

  private:
    static void add(std::vector<std::string>& parts, std::string part)
    {
        if (!part.empty()) parts.push_back(std::move(part));
    }
    const Scan& scan_of(const assess::NoduleRow& row) const
    {
        return record_.scans[assessment_.timeline.scans[row.rank]];
    }
    const Findings& findings_of(const assess::NoduleRow& row) const
    {
        return record_.measurements[row.measurement].findings;
    }
    const Scan& index_scan() const
    {
        return record_.scans[assessment_.timeline.scans[*assessment_.timeline.index_rank]];
    }

    /// `, last 4.2 mm on 2026-08-10`: the newest earlier size on a diagnostic CT.
    std::string last_size() const
    {
        for (auto row = nodule_.rows.rbegin(); row != nodule_.rows.rend(); ++row) {
            const bool is_earlier = row->rank < *assessment_.timeline.index_rank && scan_of(*row).is_diagnostic_ct();
            if (!is_earlier || !findings_of(*row).long_axis) continue;
            return fmt::format(", last {} on {}", size_text(findings_of(*row)), scan_of(*row).scan_date.iso());
        }
        return {};
    }

    std::string look_and_size() const
    {
        std::string text = look_text(*findings_, index_scan().iv_contrast == IvContrast::given);
        if (!findings_->long_axis)
            return text + ", not measured on the CT of " + index_scan().scan_date.iso() + last_size();
        text += " of " + size_text(*findings_);
        if (findings_->volume) text += fmt::format(" (volume {:.0f} mm³)", findings_->volume->in_units());
        if (findings_->solid_component) {
            text += ", solid component " + shown_size(*findings_->solid_component) + " mm";
        }
        return text + fmt::format(" (CT of {})", index_scan().scan_date.iso());
    }

    std::string change() const
    {
        if (!findings_->long_axis) return {};
        std::string text;
        if (!nodule_.comparisons.empty()) {
            const assess::NoduleRow& row = nodule_.rows[nodule_.comparisons.back().row];
            std::string size = size_text(findings_of(row));
            if (nodule_.size && !nodule_.added_sizes.empty()) {
                const Length before = *nodule_.size - nodule_.comparisons.back().comparison.long_axis_change;
                size = shown_size(before) + " mm (with what split or merged)";
            }
            text = fmt::format("previously {} on {}", size, scan_of(row).scan_date.iso());
        }
        const assess::PriorComparison* prior = deciding_comparison(nodule_, assessment_.timeline, record_);
        if (prior != nullptr) {
            const growth::Comparison& comparison = prior->comparison;
            text += fmt::format(", {} since {}", change_text(comparison, limits_),
                                scan_of(nodule_.rows[prior->row]).scan_date.iso());
            if (comparison.volume_change_percent) {
                text += fmt::format(" (volume {:+.0f} %)", *comparison.volume_change_percent);
            }
        }
        const std::string state = state_text();
        return text.empty() || state.empty() ? text + state : text + ": " + state;
    }

    std::string state_text() const
    {
        switch (nodule_.history_state) {
            case GrowthState::newly_seen:
                return "new" + first_seen();
            case GrowthState::no_prior:
                return has_comparable_prior() ? "the prior is too recent to call it stable" : "no comparable prior CT";
            case GrowthState::decreased:
                return "decreased";
            case GrowthState::stable:
                return stable_text();
            case GrowthState::possible_growth:
                return "possible growth" + doubts() + doubling_time();
            case GrowthState::unequivocal_growth:
                return "unequivocal growth" + doubling_time();
            default:
                return {};
        }
    }

    bool has_comparable_prior() const
    {
        return std::any_of(nodule_.comparisons.begin(), nodule_.comparisons.end(),
                           [](const auto& prior) { return prior.comparable; });
    }

    /// A new nodule stays new for some weeks: when it was first seen is told where that was before.
    std::string first_seen() const
    {
        const auto first = std::find_if(nodule_.rows.begin(), nodule_.rows.end(), [&](const assess::NoduleRow& row) {
            return row.rank >= nodule_.history_from_rank && scan_of(row).is_diagnostic_ct();
        });
        if (first == nodule_.rows.end() || scan_of(*first).scan_date == index_scan().scan_date) return {};
        return ", first seen on " + scan_of(*first).scan_date.iso();
    }

    std::string stable_text() const
    {
        if (assessed_.stable_months > 0) {
            return fmt::format("stable for {} month{}", assessed_.stable_months,
                               assessed_.stable_months == 1 ? "" : "s");
        }
        return nodule_.accepted ? "unchanged against the baseline that the board accepted" : "stable";
    }

    std::string doubts() const
    {
        if (nodule_.outlying_prior) return " (one prior stands alone: re-measure)";
        const bool disagree = std::any_of(nodule_.comparisons.begin(), nodule_.comparisons.end(),
                                          [](const auto& prior) { return prior.comparison.methods_disagree; });
        return disagree ? " (calipers and volume disagree: re-measure)" : "";
    }

    std::string doubling_time() const
    {
        if (!nodule_.doubling_time_days) return {};
        return fmt::format(", volume doubling time about {:.0f} days", *nodule_.doubling_time_days);
    }

    /// SBRT or ablation of this nodule by the index scan, the newest.
    std::string treatment() const
    {
        if (nodule_.state != GrowthState::treated) return {};
        const Therapy* newest = newest_local_therapy(nodule_, assessment_.timeline, record_);
        if (newest == nullptr) return {};
        return fmt::format("treated by {} from {}", newest->kind == TherapyKind::sbrt ? "SBRT" : "ablation",
                           newest->start_date.iso());
    }

    std::string uptake() const
    {
        if (!nodule_.suv_row) return {};
        const Scan& scan = scan_of(*nodule_.suv_row);
        const auto& suv = findings_of(*nodule_.suv_row).suv_max;
        return fmt::format("SUVmax {} on {}", decimal_text(suv->thousandths()), scan.scan_date.iso());
    }

    std::string pathology() const
    {
        const NoduleEvent* newest = nullptr;
        for (const NoduleEvent& event : record_.events) {
            const bool counts = (event.kind == EventKind::pathology_malignant && nodule_.pathology_malignant) ||
                                (event.kind == EventKind::pathology_benign && nodule_.pathology_benign);
            const bool is_seen =
                event.nodule_id == record_.nodule_ids[assessed_.nodule] && event.date <= assessment_.timeline.as_of;
            if (counts && is_seen && (newest == nullptr || event.date > newest->date)) newest = &event;
        }
        if (newest == nullptr) return {};
        return fmt::format("{} by pathology of {}",
                           newest->kind == EventKind::pathology_malignant ? "malignancy confirmed" : "benign",
                           newest->date.iso());
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const growth::Limits& limits_;
    const assess::NoduleAssessment& assessed_;
    const assess::NoduleTimeline& nodule_;
    const Findings* findings_ = nullptr;
};

std::string compared_with(const assess::Assessment& assessment, const PatientRecord& record)
{
    std::vector<Date> earlier;
    for (std::uint32_t rank = 0; rank < *assessment.timeline.index_rank; ++rank) {
        const Scan& scan = record.scans[assessment.timeline.scans[rank]];
        if (scan.is_diagnostic_ct()) earlier.push_back(scan.scan_date);
    }
    if (earlier.empty()) return ", no earlier CT to compare with";
    if (earlier.size() == 1) return ", compared with that of " + earlier.front().iso();
    return fmt::format(", compared with {} earlier CTs back to {}, the last of {}", earlier.size(),
                       earlier.front().iso(), earlier.back().iso());
}

std::string examination_text(const assess::Assessment& assessment, const PatientRecord& record)
{
    if (!assessment.timeline.index_rank) {
        return "No diagnostic chest CT recorded up to " + assessment.timeline.as_of.iso();
    }
    const Scan& scan = record.scans[assessment.timeline.scans[*assessment.timeline.index_rank]];
    std::string text = "Chest CT of " + scan.scan_date.iso();
    if (scan.iv_contrast) text += *scan.iv_contrast == IvContrast::none ? " without IV contrast" : " with IV contrast";
    if (scan.slice_thickness) text += ", " + decimal_text(scan.slice_thickness->thousandths()) + " mm slices";
    if (scan.reading != Reading::complete) text += ", reading not known to be complete";
    return text + compared_with(assessment, record);
}

std::string nodules_text(const assess::Assessment& assessment, const assess::Judge& judge)
{
    if (!assessment.timeline.index_rank) return {};
    const bool any = std::any_of(
        assessment.nodules.begin(), assessment.nodules.end(),
        [](const assess::NoduleAssessment& nodule) { return nodule.nodule_class != NoduleClass::resolved; });
    if (!any) return "no nodule followed";
    return fmt::format("{}, count band {} (CT count is a lower bound)", count_text(assessment),
                       judge.count_band(assessment));
}

/// What stands from an earlier CT, and what was never answered, as clauses.
std::string standing_clauses(const assess::Assessment& assessment)
{
    std::string text;
    for (const assess::Flag& flag : assessment.flags) {
        const bool told =
            flag.code == assess::FlagCode::stands_since || flag.code == assess::FlagCode::unanswered_alarm;
        if (told) text += "; " + flag.text;
    }
    return text;
}

/// What is asked for beside the answer, as advice with its day.
std::string also_advice(const assess::AlsoAsked& asked, const policy::Policy& policy)
{
    assess::Recommendation advice;
    advice.action = asked.action;
    advice.rule = asked.rule;
    advice.due_date = asked.due_date;
    return advice_text(advice, policy);
}

}  // namespace

std::string nodule_sentence(std::size_t nodule, const assess::Assessment& assessment, const PatientRecord& record,
                            const assess::Judge& judge)
{
    return NoduleSentence(nodule, assessment, record, judge.limits()).write();
}

std::string patient_sentence(const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge)
{
    const bool by_pathology =
        std::any_of(assessment.timeline.nodules.begin(), assessment.timeline.nodules.end(),
                    [](const assess::NoduleTimeline& nodule) { return nodule.pathology_malignant; });
    std::string text = examination_text(assessment, record);
    const std::string nodules = nodules_text(assessment, judge);
    if (!nodules.empty()) text += "; " + nodules;
    const std::string finding = patient_class_phrase(assessment.patient_class, by_pathology);
    const std::string fact = deciding_fact(assessment, record, judge);
    // Of a quiet scan without a nodule the class says it all.
    const bool quiet = assessment.patient_class == PatientClass::no_nodule &&
                       assessment.recommendation.action == policy::Action::continue_surveillance;
    if (!finding.empty()) text += "; " + finding;
    if (!quiet) text += finding.empty() ? "; " + fact : " (" + fact + ")";
    text += standing_clauses(assessment);
    text += "; suggested for review by radiologist and oncologist: ";
    text += advice_text(assessment.recommendation, judge.policy()) + ".";
    for (const assess::AlsoAsked& asked : assessment.also) {
        text += " Besides: " + also_advice(asked, judge.policy()) + ".";
    }
    if (auto decided = newest_decision_text(record, assessment.timeline.as_of)) {
        decided->front() = 'D';
        text += " " + *decided + ".";
    }
    return text;
}

std::string sentences_text(const assess::Assessment& assessment, const PatientRecord& record,
                           const assess::Judge& judge)
{
    std::string text = patient_sentence(assessment, record, judge) + "\n";
    for (const std::size_t i : worst_first(assessment, record)) {
        text += "\n" + nodule_sentence(i, assessment, record, judge) + "\n";
    }
    return text;
}

std::string sentences_json(const assess::Assessment& assessment, const PatientRecord& record,
                           const assess::Judge& judge, bool with_text)
{
    const assess::Timeline& timeline = assessment.timeline;
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", timeline.as_of.iso());
    append_json_key(out, "index_scan");
    if (timeline.index_rank) {
        append_json_string(out, record.scans[timeline.scans[*timeline.index_rank]].scan_id);
    } else {
        out += "null";
    }
    append_json_member(out, "patient", patient_sentence(assessment, record, judge));
    append_json_key(out, "nodules");
    out += '[';
    for (std::size_t i = 0; i < assessment.nodules.size(); ++i) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "nodule_id", record.nodule_ids[assessment.nodules[i].nodule]);
        append_json_member(out, "sentence", nodule_sentence(i, assessment, record, judge));
        out += '}';
    }
    out += ']';
    if (with_text) append_json_member(out, "text", sentences_text(assessment, record, judge));
    return out + "}\n";
}

}  // namespace nodtrack::report
