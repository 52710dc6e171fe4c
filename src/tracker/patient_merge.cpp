#include "patient_merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>

#include "nodtrack/domain/consistency.hpp"

namespace nodtrack::tracker {
PatientMerge::PatientMerge(const Delivery& delivery, const Rules& rules, const store::Registry& registry,
                           store::PatientReader* reader)
    : delivery_(delivery),
      rules_(rules),
      registry_(registry),
      reader_(reader),
      problems_(delivery),
      warnings_(delivery),
      profile_words_(registry)
{
    new_versions_.patients.reserve(delivery.patients.size());
    new_versions_.scans.reserve(delivery.scans.size());
    new_versions_.measurements.reserve(delivery.measurements.size());
    for (const DeliveryProblem& remark : delivery.remarks)
        warnings_.add(remark.kind, remark.line, remark.column, remark.message);
}

Result<void> PatientMerge::join(const DeliveredPatient& delivered)
{
    if (Result<void> loaded = load(delivered.patient_id); !loaded) return loaded;
    if (refuse_unknown_patient(delivered)) return {};
    if (Result<void> joined = join_patient(delivered); !joined) return joined;
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind == RowKind::measurement) {
            join_measurements(delivered);
        } else if constexpr (kind != RowKind::patient) {
            join_rows<kind>(delivered);
        }
    });
    if (failed_) return tl::unexpected<Error>(*failed_);
    // What was stored before was found sound then.
    if (!changed_) return {};
    return check_record(delivered);
}

IngestReport PatientMerge::report() const
{
    IngestReport report = report_;
    report.warnings = warnings_.lines();
    return report;
}

Result<void> PatientMerge::load(std::string_view patient_id)
{
    stored_ = false;
    if (reader_ != nullptr) {
        const Result<bool> found = reader_->find(patient_id, record_);
        if (!found) return tl::unexpected<Error>(found.error());
        stored_ = *found;
    }
    if (!stored_) record_.nodule_ids.clear();
    lines(RowKind::patient).assign(1, 0);
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind != RowKind::patient) {
            auto& rows = RowSchema<kind>::list(record_);
            if (!stored_) rows.clear();
            lines(kind).assign(rows.size(), 0);
        }
    });
    changed_ = false;
    entered_anew_ = false;
    stored_scans_ = static_cast<std::uint32_t>(record_.scans.size());
    stored_measurements_ = static_cast<std::uint32_t>(record_.measurements.size());
    last_scan_ = 0;
    last_nodule_ = 0;
    return {};
}

bool PatientMerge::refuse_unknown_patient(const DeliveredPatient& delivered)
{
    const bool is_in_error = reader_ != nullptr && reader_->versions().is_covered(RowKind::patient, {});
    if (stored_ || !delivered.patients.empty()) return false;
    if (is_in_error && (rules_.is_list || !reader_->versions().moved_to.empty())) return false;  // told row by row
    for_each_kind([&]<RowKind kind>() {
        for (const auto* row : RowSchema<kind>::list(delivered)) {
            problems_.add_unknown(RowKind::patient, kind, row->line, "patient_id",
                                  "no such patient, neither in this delivery nor in the registry; deliver the "
                                  "patient's row in patients too, or correct the id");
        }
    });
    return true;
}

namespace {

/// Whether the row says since when another follow-up status holds, and that is later than what is stored: the patient
/// came back, moved or died since, and nothing was wrong before. A stored status without a day gives way so only to
/// `active`: what takes a patient off the lists is not taken over by the way.
bool is_newer_status(const Patient& said, const Patient& stored)
{
    if (!said.follow_up_status || !said.follow_up_status_on || !stored.follow_up_status) return false;
    if (stored.follow_up_status_on) return *said.follow_up_status_on > *stored.follow_up_status_on;
    return said.follow_up_status == FollowUpStatus::active;
}

bool is_of_status(std::string_view column)
{
    return column == "follow_up_status" || column == "follow_up_status_on";
}

}  // namespace

template <RowKind kind>
bool PatientMerge::is_newer(const RowOf<kind>& row, const ValuesOf<kind>& before, std::string_view column, Is is)
{
    if constexpr (kind == RowKind::patient) {
        if (is_of_status(column) && is_newer_status(row.patient, before)) {
            if (column == "follow_up_status" && before.follow_up_status != row.patient.follow_up_status) {
                warnings_.add(kind, row.line, column,
                              fmt::format("{} since {}, and no longer {}", word(*row.patient.follow_up_status),
                                          row.patient.follow_up_status_on->iso(), word(*before.follow_up_status)));
            }
            return true;
        }
    }
    return (static_cast<unsigned>(is) & static_cast<unsigned>(Is::newest)) != 0;
}

template <RowKind kind>
PatientMerge::Verdict PatientMerge::join_values(const RowOf<kind>& row, ValuesOf<kind>& stored,
                                                bool has_earlier_versions)
{
    Verdict verdict = Verdict::unchanged;
    const ValuesOf<kind> before_all = stored;
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        const auto& said = RowSchema<kind>::values(row).*(field.member);
        auto& held = stored.*(field.member);
        if (!is_known(said) || said == held) return;
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, std::optional<Date>>) {
            if (field.has(Is::newest) && held && *said < *held) return;
        }
        if (is_known(held) && is_newer<kind>(row, before_all, field.column, field.is)) {
            if (verdict == Verdict::unchanged) verdict = Verdict::filled_in;
            held = said;
            return;
        }
        const std::string before = is_known(held) ? text_of_value(held) : std::string();
        if (rules_.is_list && has_earlier_versions && is_repeated_earlier<kind>(row, field, before)) return;
        if (is_known(held)) {
            if (!rules_.amends) {
                problems_.add(kind, row.line, field.column,
                              fmt::format("stored {}, delivered {}; deliver the stored value or leave the field empty "
                                          "to keep it, or give a reason to supersede it (--amend \"REASON\" on the "
                                          "command line, amend in the API)",
                                          before, text_of_value(said)));
                verdict = Verdict::contradicts;
                return;
            }
            if (verdict != Verdict::contradicts) verdict = Verdict::superseded;
            report_.superseded.push_back({key_of(row), {std::string(field.column), before, text_of_value(said)}});
        } else if (verdict == Verdict::unchanged) {
            verdict = Verdict::filled_in;
        }
        held = said;
    });
    return verdict;
}

template <class Row>
bool PatientMerge::add_new(const Row& row)
{
    if (is_covered(row) && is_repeated_in_error(row)) return false;
    if (!stored_ && reader_ != nullptr && !reader_->versions().moved_to.empty()) {
        problems_.add(
            Row::kind, row.line, "patient_id",
            fmt::format("that number is patient {} now; deliver the row under that id", reader_->versions().moved_to));
        return false;
    }
    if constexpr (Row::kind != RowKind::patient) {
        if (!stored_ && reader_ != nullptr && !entered_anew_ && reader_->versions().is_covered(RowKind::patient, {})) {
            problems_.add(Row::kind, row.line, "patient_id",
                          "this patient was entered in error (`nodtrack history` tells by whom and why), and this row "
                          "is new; deliver it under the right id, or the patient's row anew");
            return false;
        }
        lines(Row::kind).push_back(row.line);
    }
    RowSchema<Row::kind>::list(new_versions_).push_back({&row, next_version(row, 0)});
    ++tally(Row::kind).added;
    changed_ = true;
    return true;
}

template <class Row>
bool PatientMerge::is_covered(const Row& row) const
{
    if (reader_ == nullptr || reader_->versions().covered.empty()) return false;
    return reader_->versions().is_covered(Row::kind, store::row_key_text(key_of(row).values));
}

template <class Row>
store::Version PatientMerge::next_version(const Row& row, store::Version held) const
{
    if (reader_ == nullptr || reader_->versions().covered.empty()) return held + 1;
    return reader_->versions().next(Row::kind, store::row_key_text(key_of(row).values), held);
}

template <RowKind kind>
std::vector<store::RecordedVersion<ValuesOf<kind>>> PatientMerge::versions_of(const RowOf<kind>& row)
{
    auto versions = store::versions_of<kind>(registry_, key_of(row).values);
    if (versions) return std::move(*versions);
    failed_ = versions.error();
    return {};
}

namespace {

std::string said_by(const store::DeliveryEntry& delivery)
{
    return fmt::format("delivery {}, by {} at {}{}", delivery.delivery_no, delivery.actor, delivery.recorded_at,
                       delivery.reason.empty() ? "" : ": " + delivery.reason);
}

/// Whether whatever `said` says was said by `stored`.
template <RowKind kind>
bool says_nothing_else(const ValuesOf<kind>& said, const ValuesOf<kind>& stored)
{
    bool same = true;
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        const auto& value = said.*(field.member);
        same = same && (!is_known(value) || value == stored.*(field.member));
    });
    return same;
}

}  // namespace

template <class Row>
bool PatientMerge::is_repeated_in_error(const Row& row)
{
    if (!rules_.is_list || entered_anew_) return false;
    constexpr RowKind kind = Row::kind;
    if constexpr (kind == RowKind::measurement) {
        // With a scan that is entered anew come its measurements.
        const std::uint32_t scan = scan_place(row.scan_id);
        if (scan >= stored_scans_ && scan < record_.scans.size()) return false;
    }
    const auto versions = versions_of<kind>(row);
    if (versions.empty() || !versions.back().in_error) return false;
    const bool repeats = std::ranges::any_of(versions, [&](const auto& version) {
        return says_nothing_else<kind>(RowSchema<kind>::values(row), version.values);
    });
    const store::DeliveryEntry& said = *versions.back().in_error;
    const std::string_view column = key_names<kind>.back();
    if (!repeats) {
        warnings_.add(
            kind, row.line, column,
            fmt::format("was entered in error before ({}); it says something else now, and holds anew", said_by(said)));
        return false;
    }
    warnings_.add(
        kind, row.line, column,
        fmt::format("repeats what was entered in error ({}); it is left out: where it is right, take that back "
                    "with `nodtrack retract --undo {}`",
                    said_by(said), said.delivery_no));
    ++tally(kind).unchanged;
    return true;
}

template <RowKind kind, class Owner, class Member>
bool PatientMerge::is_repeated_earlier(const RowOf<kind>& row, const Field<Owner, Member>& field,
                                       const std::string& now)
{
    const auto versions = versions_of<kind>(row);
    const auto& said = RowSchema<kind>::values(row).*(field.member);
    const auto last = std::find_if(versions.rbegin(), versions.rend(),
                                   [&](const auto& version) { return version.values.*(field.member) == said; });
    if (last == versions.rend()) return false;
    const store::DeliveryEntry* const since = last->in_error              ? &*last->in_error
                                              : last == versions.rbegin() ? nullptr
                                                                          : &std::prev(last)->delivery;
    if (since == nullptr) return false;
    warnings_.add(
        kind, row.line, field.column,
        fmt::format(
            "repeats {}, which was corrected to {} ({}); it stays so: where {} is right, correct it "
            "with `nodtrack amend`{}",
            text_of_value(said), now.empty() ? "not known" : now, said_by(*since), text_of_value(said),
            field.column == "follow_up_status" ? ", or deliver it with follow_up_status_on, the day since when" : ""));
    return true;
}

template <RowKind kind>
void PatientMerge::join_row(const RowOf<kind>& row, std::size_t place, ValuesOf<kind>& stored,
                            store::Version stored_version)
{
    lines(kind)[place] = row.line;
    const Verdict verdict = join_values<kind>(row, stored, stored_version > 1 || is_covered(row));
    if (verdict == Verdict::contradicts) return;
    if (verdict == Verdict::unchanged) {
        ++tally(kind).unchanged;
        return;
    }
    ++(verdict == Verdict::filled_in ? tally(kind).filled_in : tally(kind).superseded);
    if (verdict == Verdict::superseded) superseded_.push_back(key_of(row));
    RowOf<kind>& joined = RowSchema<kind>::list(joined_).emplace_back(row);
    RowSchema<kind>::values(joined) = stored;
    RowSchema<kind>::list(new_versions_).push_back({&joined, next_version(row, stored_version)});
    changed_ = true;
    for (const RowProblem& problem : problems_of_row(stored))
        problems_.add(kind, row.line, problem.column, "together with the stored row: " + problem.message);
}

Result<void> PatientMerge::ask_about_patient_id(const PatientRow& row)
{
    if (!known_patients_) {
        known_patients_.emplace();
        if (reader_ != nullptr) {
            const Result<std::vector<std::string>> ids = reader_->patient_ids();
            if (!ids) return tl::unexpected<Error>(ids.error());
            for (const std::string& id : *ids)
                known_patients_->add(id);
        }
    }
    const std::string& id = row.patient.patient_id;
    if (const auto known = known_patients_->like(id)) {
        problems_.add_question(
            RowKind::patient, row.line, "patient_id",
            question_of(
                {RowKind::patient, {0}, "patient_id", look_alike_message("patient", id, *known), look_alike_remedy}),
            "looks like a known id");
    }
    known_patients_->add(id);
    return {};
}

Result<void> PatientMerge::join_patient(const DeliveredPatient& delivered)
{
    if (delivered.patients.empty()) return {};
    const PatientRow& row = *delivered.patients.front();
    if (!stored_) {
        const bool known_before = is_covered(row);
        if (!add_new(row)) return {};
        lines(RowKind::patient).front() = row.line;
        record_.patient = row.patient;
        entered_anew_ = known_before;
        return known_before ? Result<void>() : ask_about_patient_id(row);
    }
    join_row<RowKind::patient>(row, 0, record_.patient, reader_->versions().patients.front());
    return {};
}

std::uint32_t PatientMerge::scan_place(std::string_view scan_id)
{
    const auto count = static_cast<std::uint32_t>(record_.scans.size());
    if (last_scan_ < count && record_.scans[last_scan_].scan_id == scan_id) return last_scan_;
    // Stored scans are in order, and so are the new ones behind them.
    const auto begin = record_.scans.begin();
    const auto middle = begin + stored_scans_;
    for (const auto& [first, last] : {std::pair(begin, middle), std::pair(middle, record_.scans.end())}) {
        const auto found = std::lower_bound(first, last, scan_id,
                                            [](const Scan& scan, std::string_view id) { return scan.scan_id < id; });
        if (found == last || found->scan_id != scan_id) continue;
        last_scan_ = static_cast<std::uint32_t>(found - begin);
        return last_scan_;
    }
    return count;
}

std::uint32_t PatientMerge::nodule_place(std::string_view nodule_id)
{
    const auto count = static_cast<std::uint32_t>(record_.nodule_ids.size());
    for (std::uint32_t tries = 0; tries < count; ++tries) {
        last_nodule_ = last_nodule_ + 1 < count ? last_nodule_ + 1 : 0;
        if (record_.nodule_ids[last_nodule_] == nodule_id) return last_nodule_;
    }
    record_.nodule_ids.emplace_back(nodule_id);
    last_nodule_ = count;
    return count;
}

std::uint32_t PatientMerge::stored_measurement(std::uint32_t scan, std::string_view observation_id) const
{
    if (stored_measurements_ == 0) return 0;
    const std::vector<std::string>& ids = reader_->versions().observation_ids;
    std::uint32_t low = 0;
    std::uint32_t high = stored_measurements_;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const std::uint32_t middle_scan = record_.measurements[middle].scan;
        const bool before = middle_scan != scan ? middle_scan < scan : ids[middle] < observation_id;
        (before ? low : high) = before ? middle + 1 : middle;
    }
    const bool found =
        low < stored_measurements_ && record_.measurements[low].scan == scan && ids[low] == observation_id;
    return found ? low : stored_measurements_;
}

void PatientMerge::join_measurements(const DeliveredPatient& delivered)
{
    for (const MeasurementRow* row : delivered.measurements) {
        const std::uint32_t scan = scan_place(row->scan_id);
        if (scan == record_.scans.size() && is_covered(*row) && is_repeated_in_error(*row)) continue;
        if (scan == record_.scans.size() && reader_ != nullptr &&
            reader_->versions().is_covered(RowKind::scan, row->scan_id)) {
            problems_.add(RowKind::measurement, row->line, "scan_id",
                          "this scan was entered in error (`nodtrack history` tells by whom and why), and this row is "
                          "new; deliver it with the right scan, or enter the scan anew");
            continue;
        }
        if (scan == record_.scans.size()) {
            problems_.add_unknown(RowKind::scan, RowKind::measurement, row->line, "scan_id",
                                  "this patient has no such scan, neither in this delivery nor in the registry; "
                                  "deliver the scan's row in scans too, or correct the id");
            continue;
        }
        const std::uint32_t place = stored_measurement(scan, row->nodule_id);
        if (place == stored_measurements_) {
            if (add_new(*row)) record_.measurements.push_back({scan, nodule_place(row->nodule_id), row->findings});
        } else {
            join_row<RowKind::measurement>(*row, place, record_.measurements[place].findings,
                                           reader_->versions().measurements[place]);
        }
    }
}

template <RowKind kind>
void PatientMerge::join_rows(const DeliveredPatient& delivered)
{
    auto& held = RowSchema<kind>::list(record_);
    const std::size_t stored_count = held.size();
    for (const RowOf<kind>* row : RowSchema<kind>::list(delivered)) {
        const ValuesOf<kind>& said = RowSchema<kind>::values(*row);
        const auto is_it = [&](const ValuesOf<kind>& values) { return same_key_within<kind>(values, said); };
        const std::span stored = std::span(held).first(stored_count);
        const auto place = static_cast<std::size_t>(std::ranges::find_if(stored, is_it) - stored.begin());
        if (place == stored_count) {
            if (add_new(*row)) held.push_back(said);
        } else {
            join_row<kind>(*row, place, held[place], RowSchema<kind>::list(reader_->versions())[place]);
        }
    }
}

}  // namespace nodtrack::tracker
