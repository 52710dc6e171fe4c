#include <fmt/format.h>

#include <algorithm>

#include "build_timeline.hpp"
#include "nodtrack/assess/what_if.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "what_if_value.hpp"

namespace nodtrack::assess {
namespace {

constexpr std::string_view as_of_column = "as_of";
constexpr std::string_view therapy_column = "end_date";  // all that can be set of a therapy: the rest is its key

template <class Fields>
bool has_column(const Fields& fields, std::string_view column)
{
    bool found = false;
    for_each_field(fields, [&](const auto& field) { found = found || field.column == column; });
    return found;
}

template <class Fields>
std::string columns_of(const Fields& fields)
{
    std::string list;
    for_each_field(fields, [&](const auto& field) {
        if (!list.empty()) list += ", ";
        list += field.column;
    });
    return list;
}

template <class Fields, class Owner>
Result<void> set_field(const Fields& fields, Owner& owner, const Setting& setting)
{
    Result<void> result;
    for_each_field(fields, [&](const auto& field) {
        if (field.column != setting.column) return;
        auto& member = owner.*field.member;
        using Member = std::remove_reference_t<decltype(member)>;
        if (read_value(setting.value, member)) return;
        result = failure(ErrorCode::bad_input, fmt::format("{}: '{}' is no value of this column; it takes {}",
                                                           setting.text(), setting.value, values_of<Member>()));
    });
    return result;
}

/// Applies settings to one record, then mends what the new sizes contradict.
class Alteration {
  public:
    Alteration(PatientRecord& record, Date& as_of, std::vector<std::string>& notes)
        : record_(record), as_of_(as_of), notes_(notes)
    {}

    Result<void> apply(const Setting& setting)
    {
        if (setting.column == as_of_column && setting.subject.empty()) return set_as_of(setting);
        if (setting.column == therapy_column) return set_therapy_end(setting);
        if (!setting.subject.empty()) return set_finding(setting);
        if (setting.at.empty() && has_column(patient_fields, setting.column)) {
            return set_field(patient_fields, record_.patient, setting);
        }
        return set_scan_value(setting);
    }

    /// A longer short axis becomes as short as the new long axis; a volume that cannot be becomes unknown.
    void mend(std::span<const Setting> settings)
    {
        for (const std::uint32_t position : touched_) {
            Findings& findings = record_.measurements[position].findings;
            if (!findings.long_axis) continue;
            const bool short_is_set = names(settings, position, "short_axis_mm");
            if (!short_is_set && findings.short_axis && *findings.short_axis > *findings.long_axis) {
                findings.short_axis = findings.long_axis;
                note(position, "the short axis is taken as no longer than the long axis");
            }
            const auto problems = problems_of(findings);
            const bool impossible_volume = std::any_of(problems.begin(), problems.end(), [](const RowProblem& problem) {
                return problem.column == "volume_mm3";
            });
            if (impossible_volume && !names(settings, position, "volume_mm3")) {
                findings.volume.reset();
                note(position, "the volume is left out, as no nodule of that long axis has it");
            }
        }
    }

    /// Of the rows changed, and between rows; what contradicted already in `original` is not the settings' fault.
    Result<void> check(const PatientRecord& original) const
    {
        for (const std::uint32_t position : touched_) {
            const auto problems = problems_of(record_.measurements[position].findings);
            if (!problems.empty()) return impossible(problems.front().column, problems.front().message);
        }
        for (const std::uint32_t position : touched_scans_) {
            const auto problems = problems_of(record_.scans[position]);
            if (!problems.empty()) return impossible(problems.front().column, problems.front().message);
        }
        constexpr std::int32_t far_ahead_days = 1'000'000;  // what-if may look ahead of the day of ingest
        const Date day = Date::from_days(far_ahead_days);
        const auto between = problems_of(record_, day);
        if (between.empty()) return {};
        const auto before = problems_of(original, day);
        for (const RecordProblem& problem : between) {
            if (std::find(before.begin(), before.end(), problem) != before.end()) continue;
            return impossible(problem.column, problem.message);
        }
        return {};
    }

  private:
    static Result<void> impossible(std::string_view column, const std::string& message)
    {
        return failure(ErrorCode::bad_input,
                       fmt::format("the record could not hold what is set: {}: {}", column, message));
    }

    Result<void> set_as_of(const Setting& setting)
    {
        if (read_value(setting.value, as_of_)) return {};
        return failure(ErrorCode::bad_input,
                       fmt::format("{}: '{}' is not a valid date; expected YYYY-MM-DD", as_of_column, setting.value));
    }

    Result<void> set_therapy_end(const Setting& setting)
    {
        Therapy* found = nullptr;
        std::string recorded;
        for (Therapy& therapy : record_.therapies) {
            recorded += fmt::format(" {}@{}", word(therapy.kind), therapy.start_date.iso());
            const bool meant =
                word(therapy.kind) == setting.subject && (setting.at.empty() || therapy.start_date.iso() == setting.at);
            if (!meant) continue;
            if (found != nullptr) {
                return failure(ErrorCode::usage,
                               fmt::format("{}: several therapies are meant; name one by its first "
                                           "day, e.g. {}@{}.end_date",
                                           setting.text(), setting.subject, therapy.start_date.iso()));
            }
            found = &therapy;
        }
        if (found == nullptr) {
            return failure(ErrorCode::not_found, fmt::format("{}: no such therapy is recorded; recorded are:{}",
                                                             setting.text(), recorded.empty() ? " none" : recorded));
        }
        if (read_value(setting.value, found->end_date)) return {};
        return failure(ErrorCode::bad_input, fmt::format("{}: '{}' is not a valid date; expected YYYY-MM-DD, "
                                                         "or nothing for a therapy that is running",
                                                         setting.text(), setting.value));
    }

    Result<std::uint32_t> scan_meant(const Setting& setting) const
    {
        std::optional<std::uint32_t> found;
        for (std::uint32_t i = 0; i < record_.scans.size(); ++i) {
            const Scan& scan = record_.scans[i];
            if (!setting.at.empty()) {
                if (scan.scan_id == setting.at) return i;
                continue;
            }
            if (!scan.is_diagnostic_ct() || scan.scan_date > as_of_) continue;
            if (!found || is_meant_rather(i, *found, setting.subject)) found = i;
        }
        if (found) return *found;
        return failure(ErrorCode::not_found,
                       setting.at.empty()
                           ? fmt::format("{}: there is no diagnostic CT on or before {}", setting.text(), as_of_.iso())
                           : fmt::format("{}: no scan '{}' is recorded", setting.text(), setting.at));
    }

    /// Of two diagnostic CTs the newer one; of one day that of the nodule's row of the examination, else the preferred.
    bool is_meant_rather(std::uint32_t left, std::uint32_t right, const std::string& nodule_id) const
    {
        const Scan& scan = record_.scans[left];
        const Scan& other = record_.scans[right];
        if (scan.scan_date != other.scan_date) return scan.scan_date > other.scan_date;
        const int place = place_on(left, nodule_id);
        const int other_place = place_on(right, nodule_id);
        return place != other_place ? place < other_place : is_preferred(scan, other);
    }

    int place_on(std::uint32_t scan, const std::string& nodule_id) const
    {
        constexpr int no_row = 100;
        for (const Measurement& row : record_.measurements) {
            if (row.scan == scan && record_.nodule_ids[row.nodule] == nodule_id) return place_of(row.findings);
        }
        return no_row;
    }

    Result<void> set_scan_value(const Setting& setting)
    {
        if (!has_column(scan_fields, setting.column)) {
            const bool of_a_nodule = has_column(findings_fields, setting.column);
            return failure(
                ErrorCode::usage,
                of_a_nodule
                    ? fmt::format("{0}: of which nodule? e.g. N1.{1}", setting.text(), setting.column)
                    : fmt::format("{}: there is no column '{}'; of a patient there are {}; of a "
                                  "scan {}; and as_of",
                                  setting.text(), setting.column, columns_of(patient_fields), columns_of(scan_fields)));
        }
        const auto scan = scan_meant(setting);
        if (!scan) return tl::unexpected(scan.error());
        touched_scans_.push_back(*scan);
        return set_field(scan_fields, record_.scans[*scan], setting);
    }

    Result<std::uint32_t> nodule_meant(const Setting& setting)
    {
        const auto& ids = record_.nodule_ids;
        const auto known = std::find(ids.begin(), ids.end(), setting.subject);
        const bool added_before = std::find(added_.begin(), added_.end(), setting.subject) != added_.end();
        if (setting.adds_nodule && known != ids.end() && !added_before) {
            return failure(ErrorCode::bad_input, fmt::format("{}: nodule '{}' is recorded already; take another id",
                                                             setting.text(), setting.subject));
        }
        if (known != ids.end()) return static_cast<std::uint32_t>(known - ids.begin());
        if (!setting.adds_nodule) {
            return failure(ErrorCode::not_found, fmt::format("{}: no nodule '{}' is recorded; '+{}' adds one",
                                                             setting.text(), setting.subject, setting.subject));
        }
        added_.push_back(setting.subject);
        record_.nodule_ids.push_back(setting.subject);
        return static_cast<std::uint32_t>(record_.nodule_ids.size() - 1);
    }

    Result<void> set_finding(const Setting& setting)
    {
        if (!has_column(findings_fields, setting.column)) {
            return failure(ErrorCode::usage, fmt::format("{}: there is no column '{}'; of a nodule there are {}",
                                                         setting.text(), setting.column, columns_of(findings_fields)));
        }
        const auto scan = scan_meant(setting);
        if (!scan) return tl::unexpected(scan.error());
        const auto nodule = nodule_meant(setting);
        if (!nodule) return tl::unexpected(nodule.error());
        auto& rows = record_.measurements;
        auto row = std::find_if(rows.begin(), rows.end(), [&](const Measurement& measurement) {
            return measurement.scan == *scan && measurement.nodule == *nodule;
        });
        if (row == rows.end()) {
            rows.push_back({*scan, *nodule, {}});
            row = rows.end() - 1;
            if (!setting.adds_nodule) {
                notes_.push_back(fmt::format("{} has no row on scan {}: it is taken as present there", setting.subject,
                                             record_.scans[*scan].scan_id));
            }
        }
        const auto position = static_cast<std::uint32_t>(row - rows.begin());
        if (std::find(touched_.begin(), touched_.end(), position) == touched_.end()) touched_.push_back(position);
        return set_field(findings_fields, row->findings, setting);
    }

    bool names(std::span<const Setting> settings, std::uint32_t position, std::string_view column) const
    {
        const Measurement& row = record_.measurements[position];
        return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
            if (setting.column != column || setting.subject != record_.nodule_ids[row.nodule]) return false;
            const auto scan = scan_meant(setting);
            return scan && *scan == row.scan;
        });
    }

    void note(std::uint32_t position, std::string_view what)
    {
        const Measurement& row = record_.measurements[position];
        notes_.push_back(
            fmt::format("{} on scan {}: {}", record_.nodule_ids[row.nodule], record_.scans[row.scan].scan_id, what));
    }

    PatientRecord& record_;
    Date& as_of_;
    std::vector<std::string>& notes_;
    std::vector<std::uint32_t> touched_;        ///< positions in `measurements`
    std::vector<std::uint32_t> touched_scans_;  ///< positions in `scans`
    std::vector<std::string> added_;
};

}  // namespace

std::string Setting::text() const
{
    std::string text = adds_nodule ? "+" : "";
    text += subject;
    if (!at.empty()) text += "@" + at;
    if (!subject.empty() || !at.empty()) text += ".";
    return text + column + "=" + value;
}

Result<Setting> parse_setting(std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return failure(ErrorCode::usage,
                       fmt::format("'{}' is no setting; write FACT=VALUE, e.g. N1.long_axis_mm=6.0 or "
                                   "histology=osteosarcoma",
                                   text));
    }
    Setting setting;
    setting.value = text.substr(equals + 1);
    std::string_view name = text.substr(0, equals);
    const std::size_t dot = name.rfind('.');  // ids may hold points, columns do not
    if (dot == std::string_view::npos) {
        setting.column = name;
        return setting;
    }
    setting.column = name.substr(dot + 1);
    name = name.substr(0, dot);
    setting.adds_nodule = name.starts_with('+');
    if (setting.adds_nodule) name.remove_prefix(1);
    const std::size_t at = name.find('@');
    setting.subject = name.substr(0, at);
    if (at != std::string_view::npos) setting.at = name.substr(at + 1);
    if (setting.column.empty() || (setting.subject.empty() && setting.at.empty())) {
        return failure(
            ErrorCode::usage,
            fmt::format("'{}' names no fact; write e.g. N1.long_axis_mm=6.0 or @SCAN.reading=complete", text));
    }
    return setting;
}

Result<Altered> altered(const PatientRecord& record, Date as_of, std::span<const Setting> settings)
{
    Altered result{record, as_of, {}};
    Alteration alteration(result.record, result.as_of, result.notes);
    // The day decides which scan is the index scan, so it comes first.
    for (const bool day : {true, false}) {
        for (const Setting& setting : settings) {
            const bool is_day = setting.column == as_of_column && setting.subject.empty();
            if (is_day != day) continue;
            if (const auto applied = alteration.apply(setting); !applied) return tl::unexpected(applied.error());
        }
    }
    alteration.mend(settings);
    if (const auto possible = alteration.check(record); !possible) return tl::unexpected(possible.error());
    return result;
}

}  // namespace nodtrack::assess
