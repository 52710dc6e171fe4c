#include "nodtrack/report/trend.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/growth/measurement_error.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr double two_sided_95 = 1.96;  // standard normal quantile

class TrendBuilder {
  public:
    TrendBuilder(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment), record_(record), limits_(judge.limits())
    {
        trend_.patient_id = record.patient.patient_id;
        trend_.as_of = assessment.timeline.as_of;
        trend_.scans = assessment.timeline.scans;
        for (const double thousandths : judge.policy().parameter("straddle_cut_offs_mm")->numbers)
            trend_.cut_offs.push_back(Length::from_thousandths(static_cast<std::int64_t>(thousandths)));
        std::sort(trend_.cut_offs.begin(), trend_.cut_offs.end());
    }

    Trend build()
    {
        collect_nodules();
        collect_therapies();
        collect_events();
        trend_.first = trend_.as_of;
        if (!trend_.scans.empty()) trend_.first = record_.scans[trend_.scans.front()].scan_date;
        for (const TherapySpan& therapy : trend_.therapies)
            trend_.first = std::min(trend_.first, therapy.first);
        for (const TrendEvent& event : trend_.events)
            trend_.first = std::min(trend_.first, event.date);
        return std::move(trend_);
    }

  private:
    void collect_nodules()
    {
        for (std::uint32_t i = 0; i < record_.nodule_ids.size(); ++i) {
            TrendNodule nodule;
            nodule.nodule = i;
            for (std::uint32_t j = 0; j < assessment_.nodules.size(); ++j) {
                if (assessment_.nodules[j].nodule == i) nodule.judged = j;
            }
            trend_.nodules.push_back(nodule);
        }
        std::vector<std::uint32_t> row_at(record_.nodule_ids.size());
        for (const std::uint32_t scan : trend_.scans) {
            if (!record_.scans[scan].is_diagnostic_ct()) continue;
            constexpr std::uint32_t no_row = ~std::uint32_t{0};
            std::fill(row_at.begin(), row_at.end(), no_row);
            for (std::uint32_t row = 0; row < record_.measurements.size(); ++row) {
                if (record_.measurements[row].scan == scan) row_at[record_.measurements[row].nodule] = row;
            }
            for (TrendNodule& nodule : trend_.nodules)
                add_scan(nodule, record_.scans[scan], row_at[nodule.nodule], row_at[nodule.nodule] != no_row);
        }
        std::erase_if(trend_.nodules, [](const TrendNodule& nodule) { return nodule.points.empty(); });
        std::sort(trend_.nodules.begin(), trend_.nodules.end(), [&](const TrendNodule& a, const TrendNodule& b) {
            return in_natural_order(record_.nodule_ids[a.nodule], record_.nodule_ids[b.nodule]);
        });
        for (TrendNodule& nodule : trend_.nodules) {
            note_lines(nodule);
            note_new(nodule);
            note_volumes(nodule);
        }
    }

    /// A CT without a row of the nodule leaves no point, but the line over it is drawn as a gap.
    void add_scan(TrendNodule& nodule, const Scan& scan, std::uint32_t row, bool has_row)
    {
        if (!has_row) {
            if (!nodule.points.empty()) missed_.push_back({nodule.nodule, scan.scan_date});
            return;
        }
        const Findings& findings = record_.measurements[row].findings;
        TrendPoint point;
        point.measurement = row;
        point.date = scan.scan_date;
        point.status = findings.status;
        if (findings.is_there() && findings.long_axis) {
            point.long_axis = findings.long_axis;
            const double half = two_sided_95 * limits_.caliper_sd.in_units();
            const double size = findings.long_axis->in_units();
            point.long_axis_mm = ReadingInterval{std::max(0.0, size - half), size + half};
        }
        const bool compares = findings.is_there() && findings.volume && findings.volume_method &&
                              scan.slice_thickness && *scan.slice_thickness <= limits_.volume_slice_at_most;
        if (compares) {
            point.volume = findings.volume;
            const double volume = findings.volume->in_units();
            const double half =
                two_sided_95 * growth::volume_coefficient_of_variation(*findings.volume, limits_) * volume;
            point.volume_mm3 = ReadingInterval{std::max(0.0, volume - half), volume + half};
        }
        nodule.points.push_back(point);
    }

    bool resected_between(std::string_view nodule_id, Date after, Date until) const
    {
        return std::any_of(record_.therapies.begin(), record_.therapies.end(), [&](const Therapy& therapy) {
            return therapy.kind == TherapyKind::metastasectomy && therapy.nodule_id == nodule_id &&
                   therapy.start_date > after && therapy.start_date <= until;
        });
    }

    void note_lines(TrendNodule& nodule)
    {
        const TrendPoint* before = nullptr;
        bool resolved = false;
        bool unmeasured = false;
        for (TrendPoint& point : nodule.points) {
            if (!point.long_axis) {
                resolved = resolved || point.status == Status::resolved;
                unmeasured = true;
                continue;
            }
            point.starts_line = before == nullptr || resolved ||
                                resected_between(record_.nodule_ids[nodule.nodule], before->date, point.date);
            point.after_gap =
                !point.starts_line &&
                (unmeasured || std::any_of(missed_.begin(), missed_.end(), [&](const Missed& missed) {
                     return missed.nodule == nodule.nodule && missed.date > before->date && missed.date < point.date;
                 }));
            before = &point;
            resolved = false;
            unmeasured = false;
        }
    }

    void note_new(TrendNodule& nodule) const
    {
        bool any = false;
        for (TrendPoint& point : nodule.points) {
            point.newly_seen = point.status == Status::newly_seen;
            any = any || point.newly_seen;
        }
        if (any || !nodule.judged) return;
        if (assessment_.nodules[*nodule.judged].growth_state != assess::GrowthState::newly_seen) return;
        // The policy calls it new without the reader's word: where the line that is judged starts.
        const auto start = std::find_if(nodule.points.rbegin(), nodule.points.rend(),
                                        [](const TrendPoint& point) { return point.starts_line; });
        if (start != nodule.points.rend()) start->newly_seen = true;
    }

    void note_volumes(TrendNodule& nodule) const
    {
        for (const TrendPoint& a : nodule.points) {
            const auto method = record_.measurements[a.measurement].findings.volume_method;
            const auto alike = std::count_if(nodule.points.begin(), nodule.points.end(), [&](const TrendPoint& b) {
                return b.volume && record_.measurements[b.measurement].findings.volume_method == method;
            });
            if (a.volume && alike > 1) nodule.volumes_compare = true;
        }
    }

    std::optional<std::uint32_t> position_of(std::string_view nodule_id) const
    {
        const auto found = std::find(record_.nodule_ids.begin(), record_.nodule_ids.end(), nodule_id);
        if (found == record_.nodule_ids.end()) return std::nullopt;
        return static_cast<std::uint32_t>(found - record_.nodule_ids.begin());
    }

    static bool goes_on(TherapyKind kind)
    {
        return kind == TherapyKind::systemic || kind == TherapyKind::thoracic_radiotherapy;
    }

    void collect_therapies()
    {
        for (const Therapy& therapy : record_.therapies) {
            if (therapy.start_date > trend_.as_of) continue;
            if (!goes_on(therapy.kind)) {
                add_event(therapy.start_date, in_words(word(therapy.kind)), therapy.nodule_id);
                continue;
            }
            // Only a systemic therapy runs on where no end is recorded.
            const bool open = !therapy.end_date && therapy.kind == TherapyKind::systemic;
            const bool running = open || (therapy.end_date && *therapy.end_date > trend_.as_of);
            const Date last = running ? trend_.as_of : therapy.end_date.value_or(therapy.start_date);
            trend_.therapies.push_back({therapy.kind, therapy.start_date, last, running});
        }
        std::sort(trend_.therapies.begin(), trend_.therapies.end(), [](const TherapySpan& a, const TherapySpan& b) {
            return std::tie(a.kind, a.first, a.last) < std::tie(b.kind, b.first, b.last);
        });
    }

    void collect_events()
    {
        for (const NoduleEvent& event : record_.events) {
            if (event.date <= trend_.as_of) add_event(event.date, in_words(word(event.kind)), event.nodule_id);
        }
        for (const Decision& decision : record_.decisions) {
            if (decision.decided_on <= trend_.as_of)
                add_event(decision.decided_on, "decided: " + decision_words(decision), "");
        }
        std::sort(trend_.events.begin(), trend_.events.end(), [](const TrendEvent& a, const TrendEvent& b) {
            return std::tie(a.date, a.text) < std::tie(b.date, b.text);
        });
    }

    void add_event(Date date, std::string text, const std::string& nodule_id)
    {
        if (!nodule_id.empty()) text += " " + nodule_id;
        trend_.events.push_back({date, std::move(text), position_of(nodule_id)});
    }

    /// A CT after the nodule's first row that has no row of it.
    struct Missed {
        std::uint32_t nodule = 0;
        Date date;
    };

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const growth::Limits& limits_;
    Trend trend_;
    std::vector<Missed> missed_;
};

using Json = nlohmann::ordered_json;

template <class Unit>
Json amount(const std::optional<Quantity<Unit>>& value)
{
    return value ? Json(value->in_units()) : Json();
}

Json interval(const std::optional<ReadingInterval>& value)
{
    const auto rounded = [](double number) { return std::round(number * 1000.0) / 1000.0; };
    return value ? Json::array({rounded(value->low), rounded(value->high)}) : Json();
}

Json json_of(const TrendPoint& point, const PatientRecord& record)
{
    const Measurement& row = record.measurements[point.measurement];
    return {{"scan_id", record.scans[row.scan].scan_id},
            {"date", point.date.iso()},
            {"status", word(point.status)},
            {"newly_seen", point.newly_seen},
            {"long_axis_mm", amount(point.long_axis)},
            {"long_axis_interval95_mm", interval(point.long_axis_mm)},
            {"short_axis_mm", amount(row.findings.short_axis)},
            {"volume_mm3", amount(row.findings.volume)},
            {"volume_method", row.findings.volume_method ? Json(word(*row.findings.volume_method)) : Json()},
            {"volume_compares", point.volume.has_value()},
            {"volume_interval95_mm3", interval(point.volume_mm3)}};
}

Json json_of(const TrendNodule& nodule, const assess::Assessment& assessment, const PatientRecord& record)
{
    Json object = {{"nodule_id", record.nodule_ids[nodule.nodule]},
                   {"judged", nodule.judged.has_value()},
                   {"class", Json()},
                   {"growth_state", Json()},
                   {"vdt_days", Json()},
                   {"points", Json::array()}};
    if (nodule.judged) {
        const assess::NoduleAssessment& judged = assessment.nodules[*nodule.judged];
        object["class"] = class_word(judged.nodule_class);
        object["growth_state"] = assess::word_of(judged.growth_state);
        if (judged.vdt_days) object["vdt_days"] = std::round(*judged.vdt_days * 10.0) / 10.0;
    }
    for (const TrendPoint& point : nodule.points)
        object["points"].push_back(json_of(point, record));
    return object;
}

}  // namespace

const TrendPoint* TrendNodule::newest_size() const
{
    const auto found =
        std::find_if(points.rbegin(), points.rend(), [](const TrendPoint& point) { return point.long_axis; });
    return found == points.rend() ? nullptr : &*found;
}

const TrendPoint* TrendNodule::oldest_size() const
{
    const auto found =
        std::find_if(points.begin(), points.end(), [](const TrendPoint& point) { return point.long_axis; });
    return found == points.end() ? nullptr : &*found;
}

bool Trend::any_size() const
{
    return std::any_of(nodules.begin(), nodules.end(),
                       [](const TrendNodule& nodule) { return nodule.newest_size() != nullptr; });
}

std::string in_words(std::string_view word)
{
    std::string text(word);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text == "sbrt" ? "SBRT" : text;
}

Trend trend_of(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    return TrendBuilder(assessment, record, judge).build();
}

std::string trend_json(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    const Trend trend = trend_of(assessment, record, judge);
    const policy::Policy& policy = judge.policy();
    Json object = {{"patient_id", trend.patient_id},
                   {"as_of", trend.as_of.iso()},
                   {"policy", {{"id", policy.id}, {"version", policy.version}, {"sha256", policy.sha256}}},
                   {"cut_offs_mm", Json::array()},
                   {"caliper_sd_mm", judge.limits().caliper_sd.in_units()},
                   {"scans", Json::array()},
                   {"nodules", Json::array()},
                   {"therapies", Json::array()},
                   {"events", Json::array()}};
    for (const Length cut_off : trend.cut_offs)
        object["cut_offs_mm"].push_back(cut_off.in_units());
    for (const std::uint32_t position : trend.scans) {
        const Scan& scan = record.scans[position];
        object["scans"].push_back({{"scan_id", scan.scan_id},
                                   {"date", scan.scan_date.iso()},
                                   {"modality", word(scan.modality)},
                                   {"purpose", word(scan.purpose)},
                                   {"slice_thickness_mm", amount(scan.slice_thickness)}});
    }
    // In JSON by the letters of the id, as everywhere.
    std::vector<TrendNodule> by_id = trend.nodules;
    std::sort(by_id.begin(), by_id.end(), [&](const TrendNodule& a, const TrendNodule& b) {
        return record.nodule_ids[a.nodule] < record.nodule_ids[b.nodule];
    });
    for (const TrendNodule& nodule : by_id)
        object["nodules"].push_back(json_of(nodule, assessment, record));
    for (const TherapySpan& therapy : trend.therapies) {
        object["therapies"].push_back({{"kind", word(therapy.kind)},
                                       {"first", therapy.first.iso()},
                                       {"last", therapy.last.iso()},
                                       {"running", therapy.running}});
    }
    for (const TrendEvent& event : trend.events) {
        object["events"].push_back({{"date", event.date.iso()},
                                    {"text", event.text},
                                    {"nodule_id", event.nodule ? Json(record.nodule_ids[*event.nodule]) : Json()}});
    }
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nodtrack::report
