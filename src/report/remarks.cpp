#include "remarks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/domain/natural_order.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::FlagCode;

/// Judges a copy of the record with one value changed at a time.
class OtherValues {
  public:
    OtherValues(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment), judge_(judge), record_(record)
    {}

    /// Whether the flag would change the answer if it fell the other way; flags that are no question always count.
    /// `straddled` is the cut-off of a flag about one.
    bool would_change(const assess::Flag& flag, Length straddled)
    {
        const Patient& patient = record_.patient;
        switch (flag.code) {
            case FlagCode::straddles_cut_off:
                return is_nearest_that_decides(*row_of(flag), straddled);
            case FlagCode::attenuation_unknown:
                return any_word(row_of(flag)->findings.attenuation);
            case FlagCode::calcification_unknown:
                return any_word(row_of(flag)->findings.calcification);
            case FlagCode::side_unknown:
                return any_word(row_of(flag)->findings.side);
            case FlagCode::short_axis_unknown:
                return round_now_long_before(flag);
            case FlagCode::suv_at_cut_off:
            case FlagCode::negative_pet_does_not_reassure:
                return positive_pet(flag);
            case FlagCode::iv_contrast_unknown:
            case FlagCode::iv_contrast_given:
                return any_word(index_scan().iv_contrast);
            case FlagCode::slice_thickness_unknown:
                return thin_slices();
            case FlagCode::grade_unknown:
                return any_word(record_.patient.grade);
            case FlagCode::histology_unknown:
                return any_word(record_.patient.histology);
            case FlagCode::tissue_unknown:
                return any_word(record_.patient.tissue);
            case FlagCode::primary_site_unknown:
                return any_word(record_.patient.primary_site);
            case FlagCode::known_lung_metastases_unknown:
                return any_word(record_.patient.known_lung_metastases);
            case FlagCode::curative_treatment_unknown:
                return any_word(record_.patient.curative_treatment);
            case FlagCode::follow_up_status_unknown:
                return any_word(record_.patient.follow_up_status);
            case FlagCode::resection_date_unknown:
                // With a metastasectomy recorded as done but not when, the resection date decides nothing.
                return patient.resection_date.has_value() || earlier_resection();
            default:
                return true;
        }
    }

    /// Just beyond the cut-off, so that "at least" and "above" are both crossed.
    bool moved_across(Measurement& row, Length cut_off)
    {
        const Length size = *row.findings.long_axis;
        const Length step = Length::from_thousandths(1);
        const auto at = [&](Length other) {
            const std::optional<Length> short_axis = row.findings.short_axis;
            if (short_axis && *short_axis > other) row.findings.short_axis = other;
            const bool changes = with(row.findings.long_axis, other);
            row.findings.short_axis = short_axis;
            return changes;
        };
        if (size <= cut_off && at(cut_off + step)) return true;
        return size >= cut_off && at(cut_off - step);
    }

    /// Where the size lies near two cut-offs, the nearer one that decides says more.
    bool is_nearest_that_decides(Measurement& row, Length cut_off)
    {
        const auto apart = [&](Length other) {
            return std::max(*row.findings.long_axis - other, other - *row.findings.long_axis);
        };
        if (!moved_across(row, cut_off)) return false;
        const auto& numbers = judge_.policy().parameter("straddle_cut_offs_mm")->numbers;
        return std::none_of(numbers.begin(), numbers.end(), [&](double number) {
            const Length other = Length::from_thousandths(static_cast<std::int64_t>(number));
            return apart(other) < apart(cut_off) && moved_across(row, other);
        });
    }

    Measurement* index_row(std::uint32_t nodule)
    {
        for (std::size_t i = 0; i < assessment_.nodules.size(); ++i) {
            const auto& row = assessment_.timeline.nodules[i].index_measurement;
            if (assessment_.nodules[i].nodule == nodule && row) return &record_.measurements[*row];
        }
        return nullptr;
    }

  private:
    Measurement* row_of(const assess::Flag& flag) { return index_row(*flag.nodule); }
    Scan& index_scan() { return record_.scans[assessment_.timeline.scans[*assessment_.timeline.index_rank]]; }

    /// Whether the answer is another one: what is to be done, when, and the patient's class. A nodule's own class that
    /// leaves all of these as they are is no reason to look twice.
    bool differs() const
    {
        const assess::Assessment then = judge_.assess(record_, assessment_.timeline.as_of, assess::Detail::none);
        const assess::Recommendation& now = assessment_.recommendation;
        return then.recommendation.action != now.action || then.patient_class != assessment_.patient_class ||
               then.recommendation.due_date != now.due_date ||
               then.recommendation.safety_net_ct_date != now.safety_net_ct_date ||
               then.recommendation.options != now.options || then.also != assessment_.also;
    }

    template <class Value>
    bool with(std::optional<Value>& place, Value other)
    {
        const std::optional<Value> kept = place;
        place = other;
        const bool changes = differs();
        place = kept;
        return changes;
    }

    template <class Word>
    bool any_word(std::optional<Word>& place)
    {
        for (std::size_t i = 0; i < Vocabulary<Word>::words.size(); ++i) {
            if (with(place, static_cast<Word>(i))) return true;
        }
        return false;
    }

    /// The unknown short axes, as they would make the nodule grow most.
    bool round_now_long_before(const assess::Flag& flag)
    {
        const std::vector<Measurement> kept = record_.measurements;
        const Measurement* now = row_of(flag);
        constexpr std::int64_t elongated = 2;
        for (Measurement& row : record_.measurements) {
            if (row.nodule != *flag.nodule || !row.findings.long_axis || row.findings.short_axis) continue;
            const Length size = *row.findings.long_axis;
            row.findings.short_axis = &row == now ? size : Length::from_thousandths(size.thousandths() / elongated);
        }
        const bool changes = differs();
        record_.measurements = kept;
        return changes;
    }

    bool positive_pet(const assess::Flag& flag)
    {
        const auto* cut_off = judge_.policy().parameter("suv_flag_cut_off");
        for (const assess::NoduleTimeline& nodule : assessment_.timeline.nodules) {
            if (nodule.nodule != *flag.nodule || !nodule.suv_row || cut_off == nullptr) continue;
            const auto above = static_cast<std::int64_t>(cut_off->numbers.front()) + 1;
            return with(record_.measurements[nodule.suv_row->measurement].findings.suv_max,
                        Suv::from_thousandths(above));
        }
        return true;
    }

    /// All unknown thicknesses thin, so that volumes compare.
    bool thin_slices()
    {
        const std::vector<Scan> kept = record_.scans;
        for (Scan& scan : record_.scans) {
            if (!scan.slice_thickness) scan.slice_thickness = judge_.limits().volume_slice_at_most;
        }
        bool changes = differs();
        record_.scans = kept;
        if (changes) return true;
        // And thick: the limit of growth is wider then.
        for (Scan& scan : record_.scans) {
            if (!scan.slice_thickness) scan.slice_thickness = judge_.limits().thick_slice_cap;
        }
        changes = differs();
        record_.scans = kept;
        return changes;
    }

    bool earlier_resection()
    {
        constexpr int months_a_year = 12;
        for (const int years : {0, 3, 6}) {
            const Date day = add_months(assessment_.timeline.as_of, -years * months_a_year);
            if (with(record_.patient.resection_date, day)) return true;
        }
        return false;
    }

    const assess::Assessment& assessment_;
    const assess::Judge& judge_;
    PatientRecord record_;  ///< a copy: values of it are changed and put back
};

/// The cut-off that a flag is about.
Length straddled_by(const assess::Flag& flag, const policy::Policy& policy)
{
    for (const double number : policy.parameter("straddle_cut_offs_mm")->numbers) {
        const auto cut_off = static_cast<std::int64_t>(number);
        if (flag.text.find("cut-off of " + decimal_text(cut_off) + " mm") != std::string::npos)
            return Length::from_thousandths(cut_off);
    }
    return {};
}

/// Told with the answer, above all remarks.
bool is_told_with_the_answer(FlagCode code)
{
    return code == FlagCode::stands_since || code == FlagCode::unanswered_alarm;
}

/// What flags say in one text, and of which nodules.
struct Shared {
    FlagCode code;
    std::string text;
    std::vector<std::string> nodules;  ///< empty: of the patient
};

std::string line_of(const Shared& shared)
{
    if (shared.nodules.empty()) return shared.text;
    constexpr std::size_t most = 8;
    std::string ids;
    for (std::size_t i = 0; i < std::min(most, shared.nodules.size()); ++i)
        ids += (i == 0 ? "" : ", ") + shared.nodules[i];
    if (shared.nodules.size() > most) ids += fmt::format(" and {} more", shared.nodules.size() - most);
    return ids + ": " + shared.text;
}

/// A size at the head of a flag's text, as people read it.
std::string with_shown_size(const assess::Flag& flag, const std::optional<Length>& size)
{
    if (!size) return flag.text;
    const std::string exact = decimal_text(size->thousandths()) + " mm";
    return flag.text.starts_with(exact) ? shown_size(*size) + " mm" + flag.text.substr(exact.size()) : flag.text;
}

}  // namespace

Remarks remarks(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                std::optional<std::uint32_t> nodule)
{
    OtherValues other(assessment, record, judge);
    std::vector<Shared> told;
    Remarks remarks;
    for (const assess::Flag& flag : assessment.flags) {
        if (is_told_with_the_answer(flag.code) || (nodule && flag.nodule != nodule)) continue;
        if (!other.would_change(flag, straddled_by(flag, judge.policy()))) {
            ++remarks.left_out;
            continue;
        }
        std::optional<Length> size;
        if (flag.nodule) {
            const Measurement* row = other.index_row(*flag.nodule);
            if (row != nullptr) size = row->findings.long_axis;
        }
        const std::string text = with_shown_size(flag, size);
        auto same = std::find_if(told.begin(), told.end(), [&](const Shared& shared) {
            return shared.text == text && shared.nodules.empty() != flag.nodule.has_value();
        });
        if (same == told.end()) same = told.insert(told.end(), {flag.code, text, {}});
        if (flag.nodule) same->nodules.push_back(record.nodule_ids[*flag.nodule]);
    }
    for (Shared& shared : told) {
        std::sort(shared.nodules.begin(), shared.nodules.end(), in_natural_order);
        remarks.shown.push_back({shared.code, nodule ? shared.text : line_of(shared)});
    }
    return remarks;
}

std::string remarks_text(const Remarks& remarks)
{
    std::string text;
    for (const Remark& remark : remarks.shown)
        text += wrapped("  ! " + remark.text, 4) + "\n";
    return text;
}

bool is_decided_by_cut_off(std::size_t nodule, Length cut_off, const assess::Assessment& assessment,
                           const PatientRecord& record, const assess::Judge& judge)
{
    OtherValues other(assessment, record, judge);
    return other.moved_across(*other.index_row(assessment.nodules[nodule].nodule), cut_off);
}

}  // namespace nodtrack::report
