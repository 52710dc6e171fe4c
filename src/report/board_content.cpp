#include "board_content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "comparison_text.hpp"
#include "markup.hpp"
#include "nodtrack/growth/measurement_error.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/trend.hpp"
#include "remarks.hpp"
#include "report_sentence_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr std::size_t longest_note = 48;

template <class Word>
std::string spoken_or(const std::optional<Word>& value, std::string_view otherwise)
{
    return value ? in_words(word(*value)) : std::string(otherwise);
}

std::string who(const Patient& patient, Date as_of)
{
    std::string text = spoken_or(patient.sex, "sex not recorded");
    if (patient.birth_date && *patient.birth_date <= as_of) {
        constexpr int months_a_year = 12;
        text += fmt::format(", {} years", whole_months_between(*patient.birth_date, as_of) / months_a_year);
    } else {
        text += ", age not recorded";
    }
    text += "; " + spoken_or(patient.histology, "histology not recorded");
    text += patient.grade ? ", " + in_words(word(*patient.grade)) + " grade" : ", grade not recorded";
    text += ", " + spoken_or(patient.primary_site, "site not recorded");
    if (patient.tissue) text += " (" + in_words(word(*patient.tissue)) + ")";
    return text;
}

std::string primary_course(const Patient& patient, Date as_of)
{
    std::string text;
    if (patient.resection_date && *patient.resection_date <= as_of) {
        text = fmt::format("primary resected {} ({} months ago)", patient.resection_date->iso(),
                           whole_months_between(*patient.resection_date, as_of));
    } else {
        text = "resection of the primary not recorded";
    }
    if (patient.curative_treatment == CurativeTreatment::not_completed) {
        text += "; curative treatment not completed";
    } else if (patient.curative_treatment_completed_on) {
        text += "; curative treatment completed " + patient.curative_treatment_completed_on->iso();
    }
    const auto& known = patient.known_lung_metastases;
    if (!known) text += "; known lung metastases not recorded";
    if (known && *known != KnownLungMetastases::none) {
        text += "; lung metastases known, " + in_words(word(*known));
        if (patient.lung_metastases_diagnosed_on && *patient.lung_metastases_diagnosed_on <= as_of) {
            text += " (" + patient.lung_metastases_diagnosed_on->iso() + ")";
        }
    }
    return text;
}

/// Therapies and events by date, in one list.
std::string course(const PatientRecord& record, Date as_of)
{
    struct Entry {
        Date date;
        std::string text;
    };
    std::vector<Entry> entries;
    for (const Therapy& therapy : record.therapies) {
        if (therapy.start_date > as_of) continue;
        std::string text = in_words(word(therapy.kind));
        if (!therapy.nodule_id.empty()) text += " " + therapy.nodule_id;
        text += " " + therapy.start_date.iso();
        const bool open = !therapy.end_date && therapy.kind == TherapyKind::systemic;
        if (open || (therapy.end_date && *therapy.end_date > as_of)) {
            text += ", running";
        } else if (therapy.end_date && *therapy.end_date != therapy.start_date) {
            text += " to " + therapy.end_date->iso();
        }
        entries.push_back({therapy.start_date, text});
    }
    for (const NoduleEvent& event : record.events) {
        if (event.date > as_of) continue;
        std::string text = in_words(word(event.kind)) + " " + event.nodule_id + " " + event.date.iso();
        if (!event.note.empty()) text += " (" + shortened(event.note, longest_note) + ")";
        entries.push_back({event.date, text});
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.date != b.date ? a.date < b.date : a.text < b.text;
    });
    std::string text;
    for (const Entry& entry : entries)
        text += "; " + entry.text;
    return text;
}

std::string index_scan_clause(const Scan& scan)
{
    std::string text = "index CT " + scan.scan_date.iso() + " (";
    text += scan.slice_thickness ? decimal_text(scan.slice_thickness->thousandths()) + " mm slices" : "slices unknown";
    if (!scan.iv_contrast) {
        text += ", IV contrast not recorded";
    } else {
        text += *scan.iv_contrast == IvContrast::given ? ", with IV contrast" : ", no IV contrast";
    }
    if (scan.reading != Reading::complete)
        text += scan.reading ? ", read in part" : ", reading not known to be complete";
    return text + ")";
}

/// Symptoms and signs recorded with the index scan or later.
std::string signs(const assess::Assessment& assessment, const PatientRecord& record)
{
    const assess::Timeline& timeline = assessment.timeline;
    const Date from =
        timeline.index_rank ? record.scans[timeline.scans[*timeline.index_rank]].scan_date : Date::from_days(-1000000);
    struct Told {
        Date date;
        std::string signs;
    };
    std::vector<Told> told;
    const auto tell = [&](Date date, const auto& scan_or_visit, std::string here) {
        const auto add = [&](std::string_view sign) { here += (here.empty() ? "" : ", ") + in_words(sign); };
        for (std::size_t i = 0; i < Vocabulary<Symptom>::words.size(); ++i) {
            if (scan_or_visit.symptoms.contains(static_cast<Symptom>(i))) add(Vocabulary<Symptom>::words[i]);
        }
        if (scan_or_visit.suspected_local_recurrence == Answer::yes) add("local recurrence suspected");
        if (!here.empty() && date >= from && date <= timeline.as_of) told.push_back({date, here});
    };
    for (const std::uint32_t position : timeline.scans) {
        const Scan& scan = record.scans[position];
        std::string seen;
        const auto add = [&](std::string_view sign) { seen += (seen.empty() ? "" : ", ") + in_words(sign); };
        if (scan.new_pneumothorax == Answer::yes) add("new pneumothorax");
        if (scan.new_pleural_effusion == Answer::yes) add("new pleural effusion");
        for (std::size_t i = 0; i < Vocabulary<OtherFinding>::words.size(); ++i) {
            if (scan.other_findings.contains(static_cast<OtherFinding>(i))) add(Vocabulary<OtherFinding>::words[i]);
        }
        tell(scan.scan_date, scan, std::move(seen));
    }
    for (const Visit& visit : record.visits)
        tell(visit.visit_date, visit, {});
    std::stable_sort(told.begin(), told.end(), [](const Told& a, const Told& b) {
        return a.date != b.date ? a.date < b.date : a.signs < b.signs;
    });
    std::string text;
    for (const Told& entry : told)
        text += "; " + entry.signs + " (" + entry.date.iso() + ")";
    return text;
}

std::string change_text(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                        const assess::Timeline& timeline, const PatientRecord& record, const growth::Limits& limits)
{
    const assess::NoduleRow& row = nodule.rows[prior.row];
    const Scan& scan = record.scans[timeline.scans[row.rank]];
    const growth::Comparison& change = prior.comparison;
    std::string text = fmt::format("since {}: {} mm (limit {})", scan.scan_date.iso(), long_axis_change(change, limits),
                                   decimal_text(change.caliper_threshold.thousandths()));
    if (change.volume_change_percent) {
        text += fmt::format(", volume {:+.0f} % (limit {:.0f})", *change.volume_change_percent,
                            change.volume_threshold->in_units());
    }
    if (change.methods_disagree) text += ", methods disagree";
    return text;
}

std::string changes_text(const assess::NoduleTimeline& nodule, const assess::Assessment& assessment,
                         const PatientRecord& record, const growth::Limits& limits)
{
    const auto& priors = nodule.comparisons;
    if (priors.empty()) return "no prior to compare with";
    // The one that gave the doubling time, else the oldest, says most; then the newest.
    const std::size_t telling = nodule.doubling_time_comparison.value_or(0);
    std::string text = change_text(priors[telling], nodule, assessment.timeline, record, limits);
    if (nodule.doubling_time_days) text += fmt::format(", VDT {:.0f} days", *nodule.doubling_time_days);
    if (telling + 1 < priors.size())
        text += "; " + change_text(priors.back(), nodule, assessment.timeline, record, limits);
    return text;
}

/// How near the index size stands to the cut-offs that decide: `true size ≥ 6.0 mm: 63 %`.
std::string straddle_text(std::size_t i, const Findings& findings, const assess::Assessment& assessment,
                          const PatientRecord& record, const assess::Judge& judge)
{
    std::string text;
    if (!findings.long_axis) return text;
    const auto length = [](double thousandths) {
        return Length::from_thousandths(static_cast<std::int64_t>(thousandths));
    };
    const Length within = length(judge.policy().parameter("straddle_within_mm")->numbers.front());
    for (const double number : judge.policy().parameter("straddle_cut_offs_mm")->numbers) {
        const Length cut_off = length(number);
        const Length apart = *findings.long_axis - cut_off;
        if (apart > within || -apart > within) continue;
        if (!is_decided_by_cut_off(i, cut_off, assessment, record, judge)) continue;
        text += fmt::format("{}≥ {} mm: {:.0f} %", text.empty() ? "" : ", ", decimal_text(cut_off.thousandths()),
                            100.0 * growth::probability_at_or_above(*findings.long_axis, cut_off, judge.limits()));
    }
    return text.empty() ? text : "true size " + text;
}

std::string list_of_ids(const assess::Assessment& assessment, const PatientRecord& record,
                        policy::NoduleClass nodule_class)
{
    std::string ids;
    std::size_t more = 0;
    constexpr std::size_t longest = 60;
    for (const assess::NoduleAssessment& nodule : assessment.nodules) {
        if (nodule.nodule_class != nodule_class) continue;
        if (ids.size() > longest) {
            ++more;
        } else {
            ids += (ids.empty() ? "" : ", ") + shortened(record.nodule_ids[nodule.nodule], 20);
        }
    }
    return more > 0 ? ids + fmt::format(" and {} more", more) : ids;
}

bool by_pathology(const assess::Assessment& assessment)
{
    return std::any_of(assessment.timeline.nodules.begin(), assessment.timeline.nodules.end(),
                       [](const assess::NoduleTimeline& nodule) { return nodule.pathology_malignant; });
}

std::string question_of(const assess::Assessment& assessment, const PatientRecord& record)
{
    const assess::Recommendation& given = assessment.recommendation;
    switch (given.action) {
        case policy::Action::tumour_board:
            if (by_pathology(assessment)) return "Confirmed by pathology: is the restaging outside the lung done?";
            if (assessment.patient_class == policy::PatientClass::metastasis_criteria_met) {
                return "Imaging criteria of metastasis are met, without pathology: is tissue needed before a decision?";
            }
            if (assessment.patient_class == policy::PatientClass::suspicious) {
                const std::string ids = list_of_ids(assessment, record, policy::NoduleClass::suspicious);
                return (ids.empty() ? "Is this metastatic?" : "Is " + ids + " metastatic?") +
                       " What settles it: pathology, earlier examinations, or the next CT?";
            }
            return "What became of the treated or vanished nodule, and what is looked for next?";
        case policy::Action::urgent_escalation:
            return "Who sees the patient, and on which day?";
        case policy::Action::pet_ct:
            return "Does PET/CT answer it, and is the safety-net CT booked?";
        case policy::Action::short_interval_ct:
            return "Can it wait for the CT on the due date?";
        case policy::Action::data_required:
            return "Who completes what is missing?";
        case policy::Action::out_of_scope:
            return given.due_date ? "Which team takes over, and by when?" : "Who follows the patient now?";
        case policy::Action::continue_surveillance:
            break;
    }
    return "Does anything that is not in this record speak against the next routine date?";
}

}  // namespace

std::string history_line(const assess::Assessment& assessment, const PatientRecord& record)
{
    const assess::Timeline& timeline = assessment.timeline;
    std::string text = who(record.patient, timeline.as_of) + "; " + primary_course(record.patient, timeline.as_of);
    text += course(record, timeline.as_of);
    std::size_t cts = 0;
    std::optional<Date> first;
    for (const std::uint32_t position : timeline.scans) {
        if (!record.scans[position].is_diagnostic_ct()) continue;
        ++cts;
        if (!first) first = record.scans[position].scan_date;
    }
    text += cts == 0 ? "; no diagnostic chest CT"
                     : fmt::format("; {} chest CT{} since {}", cts, cts == 1 ? "" : "s", first->iso());
    if (timeline.index_rank) text += ", " + index_scan_clause(record.scans[timeline.scans[*timeline.index_rank]]);
    return text + signs(assessment, record) + ".";
}

std::vector<std::string> rule_lines(const assess::Assessment& assessment, const policy::Policy& policy)
{
    const policy::RecommendationRule& decided = policy.recommendations[assessment.recommendation.rule];
    std::vector<std::string> lines = {rule_name(decided.id) + ": " + decided.says};
    if (decided.basis.citations.empty()) lines.back() += " (local policy)";
    for (const std::uint32_t position : assessment.patient_rules) {
        const policy::PatientRule& rule = policy.patient_rules[position];
        lines.push_back(rule_name(rule.id) + ": " + rule.says +
                        (rule.basis.citations.empty() ? " (local policy)" : ""));
    }
    return lines;
}

std::vector<const policy::Citation*> evidence(const assess::Assessment& assessment, const policy::Policy& policy)
{
    std::vector<const policy::Citation*> statements;
    const auto add = [&](const policy::Basis& basis) {
        for (const std::uint32_t position : basis.citations) {
            const policy::Citation* citation = &policy.citations[position];
            const bool is_there = std::find(statements.begin(), statements.end(), citation) != statements.end();
            if (!is_there && !citation->item.starts_with("X-")) statements.push_back(citation);
        }
    };
    add(policy.recommendations[assessment.recommendation.rule].basis);
    // An answer that stands rests on the nodules of its own examination.
    const auto& standing = assessment.standing;
    const auto& nodules = standing && standing->came_from ? standing->came_from->nodules : assessment.nodules;
    auto worst = policy::NoduleClass::resolved;
    for (const assess::NoduleAssessment& nodule : nodules)
        worst = std::max(worst, nodule.nodule_class);
    for (const assess::NoduleAssessment& nodule : nodules) {
        if (nodule.nodule_class != worst) continue;
        add(policy.nodule_rules[nodule.rule].basis);
        if (nodule.adjustment) add(policy.adjustments[*nodule.adjustment].basis);
    }
    for (const std::uint32_t rule : assessment.patient_rules)
        add(policy.patient_rules[rule].basis);
    return statements;
}

std::vector<BoardNodule> board_nodules(const assess::Assessment& assessment, const PatientRecord& record,
                                       const assess::Judge& judge)
{
    const policy::Policy& policy = judge.policy();
    std::vector<BoardNodule> rows;
    for (const std::size_t i : worst_first(assessment, record)) {
        const assess::NoduleAssessment& nodule = assessment.nodules[i];
        const assess::NoduleTimeline& timeline = assessment.timeline.nodules[i];
        BoardNodule row;
        row.id = record.nodule_ids[nodule.nodule];
        row.verdict = in_words(class_word(nodule.nodule_class));
        row.reason = in_words(assess::word_of(nodule.growth_state)) + "; " +
                     rule_name(policy.nodule_rules[nodule.rule].id) + ": " + policy.nodule_rules[nodule.rule].says;
        if (nodule.adjustment) {
            const policy::Adjustment& adjustment = policy.adjustments[*nodule.adjustment];
            row.reason += "; " + rule_name(adjustment.id) + ": " + adjustment.says;
        }
        if (nodule.stable_months > 0) row.reason += fmt::format("; stable {} months", nodule.stable_months);
        row.size = "–";
        row.change = "–";
        if (timeline.index_measurement) {
            const Measurement& measurement = record.measurements[*timeline.index_measurement];
            const Scan& scan = record.scans[measurement.scan];
            row.look = look_text(measurement.findings, scan.iv_contrast == IvContrast::given);
            if (nodule.long_axis && !measurement.findings.long_axis) {
                row.size = "at least " + shown_size(*nodule.long_axis) + " mm";
                row.change = changes_text(timeline, assessment, record, judge.limits());
            } else if (nodule.long_axis) {
                row.size = size_text(measurement.findings);
                row.change = changes_text(timeline, assessment, record, judge.limits());
                const std::string straddle = straddle_text(i, measurement.findings, assessment, record, judge);
                if (!straddle.empty()) row.reason += "; " + straddle;
            } else {
                row.size = timeline.state == assess::GrowthState::resolved ? "resolved" : "not measured";
            }
        } else {
            row.look = "no row on the index CT";
        }
        if (timeline.suv_row) {
            const auto& suv = record.measurements[timeline.suv_row->measurement].findings.suv_max;
            row.look += ", SUVmax " + decimal_text(suv->thousandths());
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> open_questions(const assess::Assessment& assessment, const PatientRecord& record,
                                        const assess::Judge& judge)
{
    std::vector<std::string> questions = {question_of(assessment, record)};
    for (Remark& remark : remarks(assessment, record, judge).shown) {
        // The nearness to a cut-off stands in the nodule's row.
        if (remark.code != assess::FlagCode::straddles_cut_off) questions.push_back(std::move(remark.text));
    }
    return questions;
}

}  // namespace nodtrack::report
