#include "nodtrack/assess/what_if.hpp"

#include <algorithm>
#include <array>

#include "build_timeline.hpp"
#include "judged_parts.hpp"
#include "what_if_axes.hpp"

namespace nodtrack::assess {
namespace {

using policy::Action;

/// The rule that gave a nodule its class, and the adjustment listed with it.
std::string rules_of(const NoduleAssessment& nodule, const policy::Policy& policy)
{
    std::string rules = policy.nodule_rules[nodule.rule].id;
    if (nodule.adjustment) rules += " " + policy.adjustments[*nodule.adjustment].id;
    return rules;
}

/// Judges records that differ from one by a axis's value, and notes where the answer becomes another.
class Search {
  public:
    Search(const PatientRecord& record, const Judge& judge, Date as_of, const Assessment& now)
        : record_(record), judge_(judge), as_of_(as_of), now_(now)
    {}

    void along(const SearchAxis& axis)
    {
        if (axis.names_every_change) {
            every_change(axis);
        } else {
            nearest_changes(axis);
        }
    }

    std::vector<Change> finish()
    {
        std::vector<Change> changes;
        for (Found& found : found_)
            changes.push_back(std::move(found.change));
        return changes;
    }

  private:
    struct Found {
        Change change;
        int place = 0;
        bool one_of_several = false;
    };

    /// Absent where the record could not hold the value.
    std::optional<Assessment> judged_at(const SearchAxis& axis, int place) const
    {
        const auto other = altered(record_, as_of_, axis.value_at(place).settings);
        if (!other) return std::nullopt;
        return judge_.assess(other->record, other->as_of, Detail::none);
    }

    std::optional<Effect> effect_of(const Assessment& judged) const
    {
        const Recommendation& now = now_.recommendation;
        const Recommendation& then = judged.recommendation;
        if (then.action != now.action) return Effect::action;
        if (judged.patient_class != now_.patient_class) return Effect::patient_class;
        if (then.due_date != now.due_date || then.safety_net_ct_date != now.safety_net_ct_date) return Effect::date;
        return std::nullopt;
    }

    /// The first place after `before` at which `holds`; it does at `place` and does not at `before`.
    template <class Predicate>
    int first_place(const SearchAxis& axis, int before, int place, Predicate&& holds) const
    {
        while (place - before > 1) {
            const int middle = before + (place - before) / 2;
            const auto judged = judged_at(axis, middle);
            (judged && holds(*judged) ? place : before) = middle;
        }
        return place;
    }

    /// The last place with an action that is there at `before` and gone at `place`, as shown.
    std::string last_value_with(const SearchAxis& axis, Action action, int before, int place) const
    {
        const int gone = first_place(axis, before, place,
                                     [&](const Assessment& other) { return other.recommendation.action != action; });
        return axis.value_at(gone - 1).value;
    }

    void nearest_changes(const SearchAxis& axis)
    {
        std::array<bool, std::size(effect_words)> seen{};
        int before = 0;
        std::optional<Change> nearest;
        int nearest_place = 0;
        for (const int place : axis.places) {
            const auto judged = judged_at(axis, place);
            if (!judged) break;
            if (nearest) {  // the rest tells how long the answer stays so
                const Action action = nearest->outcome.action;
                if (judged->recommendation.action != action) {
                    nearest->until = last_value_with(axis, action, before, place);
                    break;
                }
                before = place;
                continue;
            }
            const auto effect = effect_of(*judged);
            const bool is_news = effect && !seen[static_cast<std::size_t>(*effect)] &&
                                 !(*effect == Effect::date && axis.moves_dates_anyway);
            if (is_news) {
                seen[static_cast<std::size_t>(*effect)] = true;
                const int first = first_place(axis, before, place,
                                              [&](const Assessment& other) { return effect_of(other) == effect; });
                Change change = change_at(axis, first, *effect);
                if (*effect == Effect::action) {
                    nearest = std::move(change);
                    nearest_place = first;
                } else {
                    keep(std::move(change), first, axis.one_of_several);
                }
            }
            before = place;
        }
        if (nearest) keep(std::move(*nearest), nearest_place, axis.one_of_several);
    }

    void every_change(const SearchAxis& axis)
    {
        Action last_action = now_.recommendation.action;
        Action worst = last_action;
        if (axis.worse_only && worst == Action::out_of_scope) return;
        int before = 0;
        bool last_was_kept = false;
        for (const int place : axis.places) {
            const auto judged = judged_at(axis, place);
            if (!judged) break;
            while (judged->recommendation.action != last_action) {  // between two places there may be several
                before = first_place(axis, before, place, [&](const Assessment& other) {
                    return other.recommendation.action != last_action;
                });
                if (last_was_kept) found_.back().change.until = axis.value_at(before - 1).value;
                Change change = change_at(axis, before, Effect::action);
                last_action = change.outcome.action;
                const bool worse = last_action > worst && last_action != Action::out_of_scope;
                last_was_kept = axis.worse_only ? worse : last_action != now_.recommendation.action;
                if (!last_was_kept) continue;
                worst = last_action;
                keep(std::move(change), before, false);
            }
            before = place;
        }
    }

    /// Precondition: the record can hold the value at `place`.
    Change change_at(const SearchAxis& axis, int place, Effect effect) const
    {
        Candidate tried = axis.value_at(place);
        const Altered other = *altered(record_, as_of_, tried.settings);
        const Assessment judged = judge_.assess(other.record, other.as_of, Detail::none);
        Change change;
        change.effect = effect;
        change.direction = axis.direction;
        change.subject = axis.subject;
        change.what = axis.what;
        change.unit = axis.unit;
        change.from = axis.from;
        change.to = std::move(tried.value);
        change.settings = std::move(tried.settings);
        if (place > 1) {
            Candidate near = axis.value_at(place - 1);
            change.just_before = std::move(near.value);
            change.settings_just_before = std::move(near.settings);
        } else if (axis.direction != Direction::other) {
            change.just_before = axis.from;
        }
        change.outcome = outcome_of(judged, judge_.policy());
        change.nodule_rules = other_nodule_rules(judged, other.record);
        return change;
    }

    std::vector<OtherNoduleRule> other_nodule_rules(const Assessment& judged, const PatientRecord& record) const
    {
        std::vector<OtherNoduleRule> others;
        const policy::Policy& policy = judge_.policy();
        for (const NoduleAssessment& nodule : judged.nodules) {
            // Nodules of the record keep their positions in an altered one; those added come after.
            const auto same = std::find_if(now_.nodules.begin(), now_.nodules.end(),
                                           [&](const NoduleAssessment& now) { return now.nodule == nodule.nodule; });
            const bool as_now = same != now_.nodules.end() && same->rule == nodule.rule &&
                                same->adjustment == nodule.adjustment && same->nodule_class == nodule.nodule_class;
            if (as_now) continue;
            others.push_back({record.nodule_ids[nodule.nodule], nodule.nodule_class, rules_of(nodule, policy)});
        }
        return others;
    }

    void keep(Change change, int place, bool one_of_several)
    {
        if (one_of_several) {
            const auto rival = std::find_if(found_.begin(), found_.end(), [&](const Found& found) {
                return found.one_of_several && found.change.subject == change.subject &&
                       found.change.direction == change.direction && found.change.effect == change.effect;
            });
            if (rival != found_.end()) {
                if (place < rival->place) *rival = {std::move(change), place, true};
                return;
            }
        }
        found_.push_back({std::move(change), place, one_of_several});
    }

    const PatientRecord& record_;
    const Judge& judge_;
    Date as_of_;
    const Assessment& now_;
    std::vector<Found> found_;
};

std::string free_scan_id(const PatientRecord& record)
{
    std::string id = "next";
    while (
        std::any_of(record.scans.begin(), record.scans.end(), [&](const Scan& scan) { return scan.scan_id == id; })) {
        id += '_';
    }
    return id;
}

/// The nodule's newest row with a long axis on a diagnostic CT.
const Measurement* newest_measurement(const NoduleTimeline& nodule, const Timeline& timeline,
                                      const PatientRecord& record)
{
    for (auto row = nodule.rows.rbegin(); row != nodule.rows.rend(); ++row) {
        const Measurement& measurement = record.measurements[row->measurement];
        if (scan_at(record, timeline, row->rank).is_diagnostic_ct() && is_measurement(measurement.findings)) {
            return &measurement;
        }
    }
    return nullptr;
}

/// The record as seen on a day, so that nothing recorded for later days comes between it and the next scan.
PatientRecord as_seen_on(const PatientRecord& record, Date day)
{
    PatientRecord seen = record;
    constexpr auto unseen = ~std::uint32_t{0};
    std::vector<std::uint32_t> position(record.scans.size(), unseen);
    seen.scans.clear();
    for (std::uint32_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].scan_date > day) continue;
        position[i] = static_cast<std::uint32_t>(seen.scans.size());
        seen.scans.push_back(record.scans[i]);
    }
    std::erase_if(seen.measurements, [&](const Measurement& row) { return position[row.scan] == unseen; });
    for (Measurement& row : seen.measurements)
        row.scan = position[row.scan];
    std::erase_if(seen.therapies, [&](const Therapy& therapy) { return !is_seen(therapy, day); });
    std::erase_if(seen.events, [&](const NoduleEvent& event) { return !is_seen(event, day); });
    return seen;
}

PatientRecord with_next_scan(const PatientRecord& record, const Assessment& now, Date date)
{
    const Timeline& timeline = now.timeline;
    const Scan& index_scan = scan_at(record, timeline, *timeline.index_rank);
    PatientRecord next = as_seen_on(record, timeline.as_of);
    Scan scan;
    scan.scan_id = free_scan_id(record);
    scan.scan_date = date;
    scan.iv_contrast = index_scan.iv_contrast;
    scan.slice_thickness = index_scan.slice_thickness;
    scan.reading = Reading::complete;
    const auto position = static_cast<std::uint32_t>(next.scans.size());
    next.scans.push_back(scan);
    for (std::size_t i = 0; i < timeline.nodules.size(); ++i) {
        if (now.nodules[i].growth_state == GrowthState::resolved) continue;
        const Measurement* newest = newest_measurement(timeline.nodules[i], timeline, record);
        if (newest == nullptr) continue;
        Measurement again{position, newest->nodule, newest->findings};
        again.findings.status = Status::present;
        again.findings.short_axis.reset();
        again.findings.volume.reset();
        again.findings.volume_method.reset();
        again.findings.suv_max.reset();
        next.measurements.push_back(std::move(again));
    }
    return next;
}

}  // namespace

Outcome outcome_of(const Assessment& assessment, const policy::Policy& policy)
{
    const Recommendation& given = assessment.recommendation;
    Outcome outcome{given.action,
                    assessment.patient_class,
                    given.due_date,
                    given.safety_net_ct_date,
                    policy.recommendations[given.rule].id,
                    {}};
    for (const std::uint32_t rule : assessment.patient_rules)
        outcome.patient_rules.push_back(policy.patient_rules[rule].id);
    return outcome;
}

std::vector<Change> what_would_change(const PatientRecord& record, const Judge& judge, Date as_of)
{
    const Assessment now = judge.assess(record, as_of, Detail::none);
    Search search(record, judge, as_of, now);
    for (const SearchAxis& axis : axes_of(record, now, judge))
        search.along(axis);
    return search.finish();
}

std::optional<NextScan> at_next_scan(const PatientRecord& record, const Judge& judge, Date as_of)
{
    const Assessment now = judge.assess(record, as_of, Detail::none);
    const auto due = next_ct_of(now.recommendation);
    if (!due || !now.timeline.index_rank) return std::nullopt;
    NextScan next;
    next.date = std::max(*due, as_of);
    next.record = with_next_scan(record, now, next.date);
    const Assessment unchanged = judge.assess(next.record, next.date, Detail::none);
    next.unchanged = outcome_of(unchanged, judge.policy());
    Search search(next.record, judge, next.date, unchanged);
    for (const SearchAxis& axis : axes_at_next_scan(next.record, unchanged, judge))
        search.along(axis);
    next.changes = search.finish();
    return next;
}

}  // namespace nodtrack::assess
