#include <algorithm>
#include <map>
#include <set>

#include "nodtrack/response/recist.hpp"

namespace nodtrack::response {
namespace {

// RECIST 1.1: measurable is 10 mm by CT with slices of up to 5 mm, else twice the slices' thickness (3.1.1); two
// targets an organ (3.2); what is there and too small to measure is 5 mm (4.3.2).
constexpr Length least_measurable = Length::from_thousandths(10000);
constexpr Length thickest_slices = Length::from_thousandths(5000);
constexpr Length too_small_counts_as = Length::from_thousandths(5000);
constexpr std::size_t most_targets_in_lung = 2;

using Seen = LesionAt::Seen;

std::string listed(const std::vector<std::string>& texts)
{
    std::string text;
    for (const std::string& one : texts)
        text += (text.empty() ? "" : ", ") + one;
    return text.empty() ? "none" : text;
}

class RecistReader {
  public:
    RecistReader(const PatientRecord& record, const RecistQuestion& question) : record_(record), question_(question)
    {
        for (std::uint32_t i = 0; i < record.scans.size(); ++i) {
            if (record.scans[i].is_diagnostic_ct() && record.scans[i].scan_date <= question.as_of)
                by_day_[record.scans[i].scan_date].push_back(i);
        }
        // The thinnest slices first: what has several sizes on one day has that one.
        for (auto& [day, scans] : by_day_) {
            std::sort(scans.begin(), scans.end(), [&](std::uint32_t a, std::uint32_t b) {
                const auto thickness = [&](std::uint32_t scan) {
                    return record.scans[scan].slice_thickness.value_or(Length::from_thousandths(1'000'000));
                };
                if (thickness(a) != thickness(b)) return thickness(a) < thickness(b);
                return record.scans[a].scan_id < record.scans[b].scan_id;
            });
        }
    }

    Result<RecistAnswer> answer()
    {
        if (const auto known = check_metastases(); !known) return tl::unexpected(known.error());
        if (const auto found = find_baseline(); !found) return tl::unexpected(found.error());
        if (const auto chosen = choose_lesions(); !chosen) return tl::unexpected(chosen.error());
        if (const auto checked = check_words(); !checked) return tl::unexpected(checked.error());
        follow();
        return std::move(answer_);
    }

  private:
    tl::unexpected<Error> refused(const std::string& why) const
    {
        return failure(ErrorCode::bad_input, record_.patient.patient_id + ": " + why);
    }

    Result<void> check_metastases() const
    {
        const bool by_pathology = std::any_of(record_.events.begin(), record_.events.end(), [&](const NoduleEvent& e) {
            return e.kind == EventKind::pathology_malignant && e.date <= question_.as_of;
        });
        if (by_pathology || record_.patient.known_lung_metastases == KnownLungMetastases::present) return {};
        return refused(
            "no lung metastasis is known, and RECIST 1.1 is a question about known ones; where they are known, record "
            "known_lung_metastases = present, or pathology_malignant of a nodule");
    }

    Result<void> find_baseline()
    {
        if (question_.baseline) {
            if (!by_day_.contains(*question_.baseline))
                return refused("has no diagnostic CT on " + question_.baseline->iso() +
                               "; the baseline is the day of one");
            baseline_ = *question_.baseline;
            return {};
        }
        std::optional<Date> therapy;
        for (const Therapy& one : record_.therapies) {
            if (one.kind == TherapyKind::systemic && one.start_date <= question_.as_of)
                therapy = std::max(therapy.value_or(one.start_date), one.start_date);
        }
        if (!therapy)
            return refused(
                "no systemic therapy is recorded, so that the baseline cannot be told; name the day of its CT");
        const auto behind = by_day_.upper_bound(*therapy);
        if (behind == by_day_.begin())
            return refused("has no diagnostic CT up to the start of therapy on " + therapy->iso() +
                           "; name the day of the CT that is the baseline");
        baseline_ = std::prev(behind)->first;
        answer_.baseline_because = "the last CT up to the start of systemic therapy on " + therapy->iso();
        return {};
    }

    /// Whether it is left out: said to be no nodule, or benign.
    bool is_none(std::uint32_t nodule) const
    {
        return std::any_of(record_.events.begin(), record_.events.end(), [&](const NoduleEvent& e) {
            return e.nodule_id == record_.nodule_ids[nodule] && e.date <= question_.as_of &&
                   (e.kind == EventKind::not_a_nodule || e.kind == EventKind::pathology_benign);
        });
    }

    const Measurement* row(std::uint32_t nodule, std::uint32_t scan) const
    {
        const auto found = std::find_if(record_.measurements.begin(), record_.measurements.end(),
                                        [&](const Measurement& m) { return m.nodule == nodule && m.scan == scan; });
        return found == record_.measurements.end() ? nullptr : &*found;
    }

    /// The day it was taken out or treated by itself, up to `day`.
    std::optional<Date> treated_locally(std::uint32_t nodule, Date day) const
    {
        for (const Therapy& one : record_.therapies) {
            if (one.kind != TherapyKind::systemic && one.nodule_id == record_.nodule_ids[nodule] &&
                one.start_date > baseline_ && one.start_date <= day)
                return one.start_date;
        }
        return std::nullopt;
    }

    LesionAt lesion_at(std::uint32_t nodule, Date day) const
    {
        LesionAt lesion;
        if (const auto treated = treated_locally(nodule, day)) {
            lesion.why = "treated by itself on " + treated->iso();
            return lesion;
        }
        lesion.why = "not reported";
        const Measurement* said = nullptr;
        for (const std::uint32_t scan : by_day_.at(day)) {
            const Measurement* const one = row(nodule, scan);
            if (one == nullptr) continue;
            if (one->findings.long_axis) {
                said = one;
                break;
            }
            if (said == nullptr || said->findings.status == Status::not_assessed) said = one;
        }
        if (said == nullptr) return lesion;
        lesion.why.clear();
        switch (said->findings.status) {
            case Status::resolved:
                lesion.seen = Seen::gone;
                lesion.size = Length();
                break;
            case Status::not_assessed:
                lesion.why = "not assessed";
                break;
            case Status::present:
            case Status::newly_seen:
                lesion.seen = said->findings.long_axis ? Seen::measured : Seen::present;
                lesion.size = said->findings.long_axis;
                break;
        }
        return lesion;
    }

    bool is_measurable(std::uint32_t nodule, bool& thickness_known) const
    {
        for (const std::uint32_t scan : by_day_.at(baseline_)) {
            const Measurement* const one = row(nodule, scan);
            if (one == nullptr || !one->findings.long_axis) continue;
            const auto thickness = record_.scans[scan].slice_thickness;
            thickness_known &= thickness.has_value();
            Length least = least_measurable;
            if (thickness && *thickness > thickest_slices) least = *thickness + *thickness;
            return *one->findings.long_axis >= least;
        }
        return false;
    }

    Result<void> choose_lesions()
    {
        std::vector<std::uint32_t> at_baseline;
        for (std::uint32_t nodule = 0; nodule < record_.nodule_ids.size(); ++nodule) {
            const LesionAt lesion = lesion_at(nodule, baseline_);
            if (!is_none(nodule) && (lesion.seen == Seen::measured || lesion.seen == Seen::present))
                at_baseline.push_back(nodule);
        }
        std::vector<std::uint32_t> measurable;
        bool thickness_known = true;
        for (const std::uint32_t nodule : at_baseline) {
            if (is_measurable(nodule, thickness_known)) measurable.push_back(nodule);
        }
        if (!thickness_known)
            answer_.notes.emplace_back(
                "the slice thickness of the baseline is not recorded: with slices above 5 mm a target has to have "
                "twice "
                "their thickness");
        const auto id = [&](std::uint32_t nodule) { return record_.nodule_ids[nodule]; };
        if (question_.targets.empty()) {
            std::sort(measurable.begin(), measurable.end(), [&](std::uint32_t a, std::uint32_t b) {
                const Length of_a = *lesion_at(a, baseline_).size;
                const Length of_b = *lesion_at(b, baseline_).size;
                return of_a != of_b ? of_a > of_b : id(a) < id(b);
            });
            if (measurable.size() > most_targets_in_lung) measurable.resize(most_targets_in_lung);
            targets_ = measurable;
        } else {
            for (const std::string& wanted : question_.targets) {
                const auto found = std::find_if(measurable.begin(), measurable.end(),
                                                [&](std::uint32_t nodule) { return id(nodule) == wanted; });
                if (found == measurable.end())
                    return refused(wanted + " is no measurable lesion of the baseline, " + baseline_.iso() +
                                   " (10 mm, or twice the thickness of slices above 5 mm)");
                if (std::find(targets_.begin(), targets_.end(), *found) == targets_.end()) targets_.push_back(*found);
            }
            if (targets_.size() > most_targets_in_lung)
                answer_.notes.push_back(
                    std::to_string(targets_.size()) +
                    " targets were chosen; RECIST 1.1 takes up to two an organ, and the lungs are one");
        }
        for (const std::uint32_t nodule : at_baseline) {
            if (std::find(targets_.begin(), targets_.end(), nodule) == targets_.end()) non_targets_.push_back(nodule);
        }
        if (targets_.empty() && non_targets_.empty())
            return refused("no lesion is recorded on the baseline, " + baseline_.iso() +
                           "; there is nothing to follow");
        for (const std::uint32_t nodule : targets_)
            answer_.targets.push_back(id(nodule));
        for (const std::uint32_t nodule : non_targets_)
            answer_.non_targets.push_back(id(nodule));
        return {};
    }

    Result<void> check_words() const
    {
        for (const std::string& nodule : question_.not_new) {
            if (std::find(record_.nodule_ids.begin(), record_.nodule_ids.end(), nodule) == record_.nodule_ids.end())
                return refused("has no nodule '" + nodule + "'; its nodules are " + listed(record_.nodule_ids));
        }
        for (const Date day : question_.progression_on) {
            if (!by_day_.contains(day) || day <= baseline_)
                return refused("has no diagnostic CT after the baseline on " + day.iso() +
                               "; progression of non-target lesions is told for the day of one");
        }
        if (!question_.progression_on.empty() && non_targets_.empty())
            return refused("has no non-target lesion on the baseline, " + baseline_.iso());
        return {};
    }

    std::optional<Response> non_target_response(Date day) const
    {
        if (non_targets_.empty()) return std::nullopt;
        if (std::find(question_.progression_on.begin(), question_.progression_on.end(), day) !=
            question_.progression_on.end())
            return Response::pd;
        bool any_there = false;
        bool any_unseen = false;
        for (const std::uint32_t nodule : non_targets_) {
            const Seen seen = lesion_at(nodule, day).seen;
            any_there |= seen == Seen::measured || seen == Seen::present;
            any_unseen |= seen == Seen::not_evaluable;
        }
        if (any_there) return Response::non_cr_non_pd;
        return any_unseen ? Response::ne : Response::cr;
    }

    /// Lesions that no CT up to the baseline shows; once new, they stay so.
    std::vector<std::string> new_lesions(Date day) const
    {
        std::vector<std::string> found;
        for (std::uint32_t nodule = 0; nodule < record_.nodule_ids.size(); ++nodule) {
            const std::string& id = record_.nodule_ids[nodule];
            const bool is_said =
                std::find(question_.not_new.begin(), question_.not_new.end(), id) != question_.not_new.end();
            if (is_said || is_none(nodule)) continue;
            bool before = false;
            bool since = false;
            for (const auto& [date, scans] : by_day_) {
                if (date > day) break;
                const Seen seen = lesion_at(nodule, date).seen;
                const bool is_there = seen == Seen::measured || seen == Seen::present;
                (date <= baseline_ ? before : since) |= is_there;
            }
            if (since && !before) found.push_back(id);
        }
        return found;
    }

    TimePoint point_at(Date day) const
    {
        TimePoint point;
        point.date = day;
        point.scan_id = record_.scans[by_day_.at(day).front()].scan_id;
        point.is_baseline = day == baseline_;
        point.sum.all_gone = true;
        for (const std::uint32_t nodule : targets_) {
            LesionAt lesion = lesion_at(nodule, day);
            if (lesion.seen == Seen::present) {
                lesion.too_small = true;
                lesion.size = too_small_counts_as;
            }
            if (lesion.seen == Seen::not_evaluable)
                point.sum.is_whole = false;
            else
                point.sum.sum = point.sum.sum + *lesion.size;
            point.sum.all_gone &= lesion.seen == Seen::gone;
            point.targets.push_back(lesion);
        }
        return point;
    }

    void follow()
    {
        std::optional<Length> nadir;
        Length at_baseline;
        for (auto day = by_day_.find(baseline_); day != by_day_.end(); ++day) {
            TimePoint point = point_at(day->first);
            if (point.is_baseline) at_baseline = point.sum.sum;
            point.nadir = nadir.value_or(point.sum.sum);
            if (!point.is_baseline) {
                if (!targets_.empty()) point.target = target_response(point.sum, at_baseline, point.nadir);
                point.non_target = non_target_response(point.date);
                point.new_lesions = new_lesions(point.date);
                point.overall = overall_response(point.target, point.non_target, !point.new_lesions.empty());
            }
            if (point.sum.is_whole && !targets_.empty()) nadir = std::min(nadir.value_or(point.sum.sum), point.sum.sum);
            answer_.points.push_back(std::move(point));
        }
        say_what_people_judge();
    }

    void say_what_people_judge()
    {
        if (!non_targets_.empty() && question_.progression_on.empty())
            answer_.notes.emplace_back(
                "unequivocal progression of non-target lesions is a person's judgement, and none was told");
        if (!answer_.points.back().new_lesions.empty())
            answer_.notes.push_back("a new lesion has to be unequivocal: small ones that are not are named as such (" +
                                    listed(answer_.points.back().new_lesions) + ")");
    }

    const PatientRecord& record_;
    const RecistQuestion& question_;
    std::map<Date, std::vector<std::uint32_t>> by_day_;
    Date baseline_;
    std::vector<std::uint32_t> targets_, non_targets_;
    RecistAnswer answer_;
};

}  // namespace

Result<RecistAnswer> recist(const PatientRecord& record, const RecistQuestion& question)
{
    return RecistReader(record, question).answer();
}

}  // namespace nodtrack::response
