#include "patient_merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <tuple>

#include "nodtrack/domain/consistency.hpp"

namespace nodtrack::tracker {
PatientMerge::PatientMerge(const Delivery& delivery, Date today, bool amends, store::PatientReader* reader)
    : delivery_(delivery), today_(today), amends_(amends), reader_(reader), problems_(delivery), warnings_(delivery)
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
    stored_scans_ = static_cast<std::uint32_t>(record_.scans.size());
    stored_measurements_ = static_cast<std::uint32_t>(record_.measurements.size());
    last_scan_ = 0;
    last_nodule_ = 0;
    return {};
}

bool PatientMerge::refuse_unknown_patient(const DeliveredPatient& delivered)
{
    if (stored_ || !delivered.patients.empty()) return false;
    for_each_kind([&]<RowKind kind>() {
        for (const auto* row : RowSchema<kind>::list(delivered)) {
            problems_.add_unknown(RowKind::patient, kind, row->line, "patient_id",
                                  "no such patient, neither in this delivery nor in the registry; deliver the "
                                  "patient's row in patients too, or correct the id");
        }
    });
    return true;
}

template <RowKind kind>
PatientMerge::Verdict PatientMerge::join_values(std::uint32_t line, const ValuesOf<kind>& delivered,
                                                ValuesOf<kind>& stored)
{
    Verdict verdict = Verdict::unchanged;
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        const auto& said = delivered.*(field.member);
        auto& held = stored.*(field.member);
        if (!is_known(said) || said == held) return;
        if (is_known(held)) {
            if (!amends_) {
                problems_.add(kind, line, field.column,
                              fmt::format("stored {}, delivered {}; deliver the stored value or leave the field empty "
                                          "to keep it, or give a reason to supersede it (--amend \"REASON\" on the "
                                          "command line, amend in the API)",
                                          text_of_value(held), text_of_value(said)));
                verdict = Verdict::contradicts;
                return;
            }
            if (verdict != Verdict::contradicts) verdict = Verdict::superseded;
        } else if (verdict == Verdict::unchanged) {
            verdict = Verdict::filled_in;
        }
        held = said;
    });
    return verdict;
}

template <class Row>
void PatientMerge::add_new(const Row& row)
{
    RowSchema<Row::kind>::list(new_versions_).push_back({&row, 1});
    lines(Row::kind).push_back(row.line);
    ++tally(Row::kind).added;
    changed_ = true;
}

template <RowKind kind>
void PatientMerge::join_row(const RowOf<kind>& row, std::size_t place, ValuesOf<kind>& stored,
                            store::Version stored_version)
{
    lines(kind)[place] = row.line;
    const Verdict verdict = join_values<kind>(row.line, RowSchema<kind>::values(row), stored);
    if (verdict == Verdict::contradicts) return;
    if (verdict == Verdict::unchanged) {
        ++tally(kind).unchanged;
        return;
    }
    ++(verdict == Verdict::filled_in ? tally(kind).filled_in : tally(kind).superseded);
    if (verdict == Verdict::superseded) superseded_.push_back(key_of(row));
    RowOf<kind>& joined = RowSchema<kind>::list(joined_).emplace_back(row);
    RowSchema<kind>::values(joined) = stored;
    RowSchema<kind>::list(new_versions_).push_back({&joined, stored_version + 1});
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
        lines(RowKind::patient).front() = row.line;
        record_.patient = row.patient;
        new_versions_.patients.push_back({&row, 1});
        ++tally(RowKind::patient).added;
        changed_ = true;
        return ask_about_patient_id(row);
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
        if (scan == record_.scans.size()) {
            problems_.add_unknown(RowKind::scan, RowKind::measurement, row->line, "scan_id",
                                  "this patient has no such scan, neither in this delivery nor in the registry; "
                                  "deliver the scan's row in scans too, or correct the id");
            continue;
        }
        const std::uint32_t place = stored_measurement(scan, row->nodule_id);
        if (place == stored_measurements_) {
            add_new(*row);
            record_.measurements.push_back({scan, nodule_place(row->nodule_id), row->findings});
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
            add_new(*row);
            held.push_back(said);
        } else {
            join_row<kind>(*row, place, held[place], RowSchema<kind>::list(reader_->versions())[place]);
        }
    }
}

namespace {

/// The first row delivered for a patient, to point at where the row at fault was not delivered itself.
std::pair<RowKind, std::uint32_t> first_row_of(const DeliveredPatient& delivered)
{
    std::optional<std::pair<RowKind, std::uint32_t>> first;
    for_each_kind([&]<RowKind kind>() {
        const auto& rows = RowSchema<kind>::list(delivered);
        if (!first && !rows.empty()) first.emplace(kind, rows.front()->line);
    });
    return first.value();
}

}  // namespace

Result<void> PatientMerge::check_record(const DeliveredPatient& delivered)
{
    std::vector<RecordProblem> found = problems_of(record_, today_);
    std::vector<ImplausibleValue> implausible = implausible_values(record_, today_);
    if ((!found.empty() || !implausible.empty()) && stored_) {
        // What was so before is not this delivery's doing. Reading the patient again costs nothing while all is well.
        PatientRecord before;
        const Result<bool> read = reader_->find(delivered.patient_id, before);
        if (!read) return tl::unexpected<Error>(read.error());
        const std::vector<RecordProblem> known = problems_of(before, today_);
        std::erase_if(found, [&](const RecordProblem& problem) { return std::ranges::count(known, problem) > 0; });
        const std::vector<ImplausibleValue> confirmed = implausible_values(before, today_);
        std::erase_if(implausible,
                      [&](const ImplausibleValue& value) { return std::ranges::count(confirmed, value) > 0; });
    }
    for (const RecordProblem& problem : found)
        refuse(problem, delivered);
    for (const ImplausibleValue& value : implausible)
        ask_about(value, delivered);
    warn_of_new_with_earlier_rows();
    refuse_rows_linked_to_one_nodule();
    return {};
}

void PatientMerge::refuse(const RecordProblem& problem, const DeliveredPatient& delivered)
{
    const std::uint32_t line = lines(problem.kind)[problem.index];
    if (line == 0) {
        const auto [kind, first_line] = first_row_of(delivered);
        problems_.add(kind, first_line, problem.column,
                      fmt::format("together with a stored row of {}: {}", kind_name(problem.kind), problem.message));
    } else if (problem.column == "nodule_id") {
        problems_.add_unknown(RowKind::measurement, problem.kind, line, problem.column, problem.message);
    } else {
        problems_.add(problem.kind, line, problem.column, problem.message);
    }
}

void PatientMerge::ask_about(const ImplausibleValue& value, const DeliveredPatient& delivered)
{
    // Of the rows that it rests on, the one asked about may be stored, and another one delivered.
    for (const std::uint32_t index : value.rows) {
        const std::uint32_t line = lines(value.kind)[index];
        if (line == 0) continue;
        const bool is_first = index == value.rows.front();
        problems_.add_question(value.kind, line, value.column,
                               is_first ? question_of(value) : "together with a stored row: " + question_of(value));
        return;
    }
    const auto [kind, first_line] = first_row_of(delivered);
    problems_.add_question(
        kind, first_line, value.column,
        fmt::format("together with stored rows of {}: {}", kind_name(value.kind), question_of(value)));
}

void PatientMerge::warn_of_new_with_earlier_rows()
{
    const auto when = [&](const Measurement& row) {
        const Scan& scan = record_.scans[row.scan];
        return std::tuple(scan.scan_date, std::string_view(scan.scan_id));
    };
    for (std::size_t i = 0; i < record_.measurements.size(); ++i) {
        const Measurement& reported = record_.measurements[i];
        if (reported.findings.status != Status::newly_seen) continue;
        for (std::size_t j = 0; j < record_.measurements.size(); ++j) {
            const Measurement& other = record_.measurements[j];
            if (other.nodule != reported.nodule || !(when(other) < when(reported))) continue;
            if (lines(RowKind::measurement)[i] == 0 && lines(RowKind::measurement)[j] == 0) continue;
            const bool at_new_row = lines(RowKind::measurement)[i] != 0;
            warnings_.add(RowKind::measurement, lines(RowKind::measurement)[at_new_row ? i : j], "status",
                          at_new_row
                              ? fmt::format("reported new, but the nodule has an earlier row, of {}; the earlier "
                                            "row counts",
                                            record_.scans[other.scan].scan_date.iso())
                              : fmt::format("the nodule is reported new later, on {}; this earlier row counts",
                                            record_.scans[reported.scan].scan_date.iso()));
            break;
        }
    }
}

void PatientMerge::refuse_rows_linked_to_one_nodule()
{
    if (stored_measurements_ == 0) return;
    for (std::uint32_t i = stored_measurements_; i < record_.measurements.size(); ++i) {
        for (std::uint32_t j = 0; j < stored_measurements_; ++j) {
            const Measurement& added = record_.measurements[i];
            const Measurement& stored = record_.measurements[j];
            if (added.scan != stored.scan || added.nodule != stored.nodule) continue;
            problems_.add(RowKind::measurement, lines(RowKind::measurement)[i], "nodule_id",
                          fmt::format("another row of this scan, reported as {}, has been linked to this nodule; undo "
                                      "that link first, or correct the id",
                                      reader_->versions().observation_ids[j]));
        }
    }
}

}  // namespace nodtrack::tracker
