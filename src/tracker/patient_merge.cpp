#include "patient_merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "field_values.hpp"
#include "nodtrack/domain/consistency.hpp"

namespace nodtrack::tracker {
namespace {

RowKey key_of(const PatientRow& row)
{
    return patient_key(row.patient.patient_id);
}
RowKey key_of(const ScanRow& row)
{
    return scan_key(row.patient_id, row.scan.scan_id);
}
RowKey key_of(const MeasurementRow& row)
{
    return measurement_key(row.patient_id, row.scan_id, row.nodule_id);
}
RowKey key_of(const TherapyRow& row)
{
    return therapy_key(row.patient_id, row.therapy);
}
RowKey key_of(const EventRow& row)
{
    return event_key(row.patient_id, row.event);
}

}  // namespace

PatientMerge::PatientMerge(const Delivery& delivery, Date today, bool amends, store::PatientReader* reader)
    : delivery_(delivery), today_(today), amends_(amends), reader_(reader), problems_(delivery), warnings_(delivery)
{
    new_versions_.patients.reserve(delivery.patients.size());
    new_versions_.scans.reserve(delivery.scans.size());
    new_versions_.measurements.reserve(delivery.measurements.size());
}

Result<void> PatientMerge::join(const DeliveredPatient& delivered)
{
    if (Result<void> loaded = load(delivered.patient_id); !loaded) return loaded;
    if (refuse_unknown_patient(delivered)) return {};
    join_patient(delivered);
    join_scans(delivered);
    join_measurements(delivered);
    join_therapies(delivered);
    join_events(delivered);
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
    if (!stored_) {
        record_.scans.clear();
        record_.nodule_ids.clear();
        record_.measurements.clear();
        record_.therapies.clear();
        record_.events.clear();
    }
    changed_ = false;
    stored_scans_ = static_cast<std::uint32_t>(record_.scans.size());
    stored_measurements_ = static_cast<std::uint32_t>(record_.measurements.size());
    last_scan_ = 0;
    last_nodule_ = 0;
    patient_line_ = 0;
    scan_lines_.assign(record_.scans.size(), 0);
    measurement_lines_.assign(record_.measurements.size(), 0);
    therapy_lines_.assign(record_.therapies.size(), 0);
    event_lines_.assign(record_.events.size(), 0);
    return {};
}

bool PatientMerge::refuse_unknown_patient(const DeliveredPatient& delivered)
{
    if (stored_ || !delivered.patients.empty()) return false;
    const auto refuse = [&](RowKind kind, const auto& rows) {
        for (const auto* row : rows) {
            problems_.add_unknown(RowKind::patient, kind, row->line, "patient_id",
                                  "no such patient, neither in this delivery nor in the registry; deliver the "
                                  "patient's row in patients too, or correct the id");
        }
    };
    refuse(RowKind::scan, delivered.scans);
    refuse(RowKind::measurement, delivered.measurements);
    refuse(RowKind::therapy, delivered.therapies);
    refuse(RowKind::event, delivered.events);
    return true;
}

template <class Fields, class Values>
PatientMerge::Verdict PatientMerge::join_values(RowKind kind, std::uint32_t line, const Fields& fields,
                                                const Values& delivered, Values& stored)
{
    Verdict verdict = Verdict::unchanged;
    for_each_field(fields, [&](const auto& field) {
        const auto& said = delivered.*(field.member);
        auto& held = stored.*(field.member);
        if (!is_known(said) || said == held) return;
        if (is_known(held)) {
            if (!amends_) {
                problems_.add(kind, line, field.column,
                              fmt::format("stored {}, delivered {}; deliver the stored value or leave the field empty "
                                          "to keep it, or give a reason to supersede it (--amend \"REASON\" on the "
                                          "command line, amend in the API)",
                                          text_of(held), text_of(said)));
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
void PatientMerge::add_new(RowKind kind, const Row& row, std::vector<store::RowVersion<Row>>& versions,
                           std::vector<std::uint32_t>& lines)
{
    versions.push_back({&row, 1});
    lines.push_back(row.line);
    ++tally(kind).added;
    changed_ = true;
}

template <class Row>
void PatientMerge::keep(RowKind kind, Verdict verdict, const Row& joined, store::Version stored_version,
                        std::deque<Row>& rows, std::vector<store::RowVersion<Row>>& versions)
{
    if (verdict == Verdict::contradicts) return;
    if (verdict == Verdict::unchanged) {
        ++tally(kind).unchanged;
        return;
    }
    ++(verdict == Verdict::filled_in ? tally(kind).filled_in : tally(kind).superseded);
    if (verdict == Verdict::superseded) superseded_.push_back(key_of(joined));
    rows.push_back(joined);
    versions.push_back({&rows.back(), stored_version + 1});
    changed_ = true;
}

void PatientMerge::join_patient(const DeliveredPatient& delivered)
{
    if (delivered.patients.empty()) return;
    const PatientRow& row = *delivered.patients.front();
    patient_line_ = row.line;
    if (!stored_) {
        record_.patient = row.patient;
        new_versions_.patients.push_back({&row, 1});
        ++tally(RowKind::patient).added;
        changed_ = true;
        return;
    }
    const Verdict verdict = join_values(RowKind::patient, row.line, patient_fields, row.patient, record_.patient);
    keep(RowKind::patient, verdict, PatientRow{record_.patient, row.line}, reader_->versions().patient,
         joined_patients_, new_versions_.patients);
}

void PatientMerge::join_scans(const DeliveredPatient& delivered)
{
    for (const ScanRow* row : delivered.scans) {
        const auto begin = record_.scans.begin();
        const auto end = begin + stored_scans_;
        const auto stored = std::ranges::lower_bound(begin, end, row->scan.scan_id, {}, &Scan::scan_id);
        if (stored == end || stored->scan_id != row->scan.scan_id) {
            add_new(RowKind::scan, *row, new_versions_.scans, scan_lines_);
            record_.scans.push_back(row->scan);
            continue;
        }
        const auto place = static_cast<std::size_t>(stored - begin);
        scan_lines_[place] = row->line;
        const Verdict verdict = join_values(RowKind::scan, row->line, scan_fields, row->scan, *stored);
        keep(RowKind::scan, verdict, ScanRow{row->patient_id, *stored, row->line}, reader_->versions().scans[place],
             joined_scans_, new_versions_.scans);
        if (verdict == Verdict::unchanged || verdict == Verdict::contradicts) continue;
        for (const RowProblem& problem : problems_of(*stored)) {
            problems_.add(RowKind::scan, row->line, problem.column, "together with the stored row: " + problem.message);
        }
    }
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
        join_measurement(*row, scan);
    }
}

void PatientMerge::join_measurement(const MeasurementRow& row, std::uint32_t scan)
{
    const std::uint32_t place = stored_measurement(scan, row.nodule_id);
    if (place == stored_measurements_) {
        add_new(RowKind::measurement, row, new_versions_.measurements, measurement_lines_);
        record_.measurements.push_back({scan, nodule_place(row.nodule_id), row.findings});
        return;
    }
    measurement_lines_[place] = row.line;
    Findings& findings = record_.measurements[place].findings;
    const Verdict verdict = join_values(RowKind::measurement, row.line, findings_fields, row.findings, findings);
    keep(RowKind::measurement, verdict, MeasurementRow{row.patient_id, row.scan_id, row.nodule_id, findings, row.line},
         reader_->versions().measurements[place], joined_measurements_, new_versions_.measurements);
    if (verdict == Verdict::unchanged || verdict == Verdict::contradicts) return;
    for (const RowProblem& problem : problems_of(findings)) {
        problems_.add(RowKind::measurement, row.line, problem.column,
                      "together with the stored row: " + problem.message);
    }
}

void PatientMerge::join_therapies(const DeliveredPatient& delivered)
{
    const std::size_t stored_count = record_.therapies.size();
    for (const TherapyRow* row : delivered.therapies) {
        const Therapy& said = row->therapy;
        const auto begin = record_.therapies.begin();
        const auto end = begin + static_cast<std::ptrdiff_t>(stored_count);
        const auto stored = std::find_if(begin, end, [&](const Therapy& held) {
            return held.kind == said.kind && held.start_date == said.start_date && held.nodule_id == said.nodule_id;
        });
        if (stored == end) {
            add_new(RowKind::therapy, *row, new_versions_.therapies, therapy_lines_);
            record_.therapies.push_back(said);
            continue;
        }
        const auto place = static_cast<std::size_t>(stored - begin);
        therapy_lines_[place] = row->line;
        const Verdict verdict = join_values(RowKind::therapy, row->line, therapy_fields, said, *stored);
        keep(RowKind::therapy, verdict, TherapyRow{row->patient_id, *stored, row->line},
             reader_->versions().therapies[place], joined_therapies_, new_versions_.therapies);
    }
}

void PatientMerge::join_events(const DeliveredPatient& delivered)
{
    const std::size_t stored_count = record_.events.size();
    for (const EventRow* row : delivered.events) {
        const NoduleEvent& said = row->event;
        const auto begin = record_.events.begin();
        const auto end = begin + static_cast<std::ptrdiff_t>(stored_count);
        const auto stored = std::find_if(begin, end, [&](const NoduleEvent& held) {
            return held.nodule_id == said.nodule_id && held.kind == said.kind && held.date == said.date;
        });
        if (stored == end) {
            add_new(RowKind::event, *row, new_versions_.events, event_lines_);
            record_.events.push_back(said);
            continue;
        }
        const auto place = static_cast<std::size_t>(stored - begin);
        event_lines_[place] = row->line;
        const Verdict verdict = join_values(RowKind::event, row->line, event_fields, said, *stored);
        keep(RowKind::event, verdict, EventRow{row->patient_id, *stored, row->line}, reader_->versions().events[place],
             joined_events_, new_versions_.events);
    }
}

std::uint32_t PatientMerge::line_of(RowKind kind, std::uint32_t index) const
{
    switch (kind) {
        case RowKind::patient:
            return patient_line_;
        case RowKind::scan:
            return scan_lines_[index];
        case RowKind::measurement:
            return measurement_lines_[index];
        case RowKind::therapy:
            return therapy_lines_[index];
        case RowKind::event:
            return event_lines_[index];
    }
    return 0;
}

namespace {

/// The first row delivered for a patient, to point at where the row at fault was not delivered itself.
std::pair<RowKind, std::uint32_t> first_row_of(const DeliveredPatient& delivered)
{
    if (!delivered.patients.empty()) return {RowKind::patient, delivered.patients.front()->line};
    if (!delivered.scans.empty()) return {RowKind::scan, delivered.scans.front()->line};
    if (!delivered.measurements.empty()) return {RowKind::measurement, delivered.measurements.front()->line};
    if (!delivered.therapies.empty()) return {RowKind::therapy, delivered.therapies.front()->line};
    return {RowKind::event, delivered.events.front()->line};
}

}  // namespace

Result<void> PatientMerge::check_record(const DeliveredPatient& delivered)
{
    std::vector<RecordProblem> found = problems_of(record_, today_);
    if (!found.empty() && stored_) {
        // What was so before is not this delivery's doing. Reading the patient again costs nothing while all is well.
        PatientRecord before;
        const Result<bool> read = reader_->find(delivered.patient_id, before);
        if (!read) return tl::unexpected<Error>(read.error());
        const std::vector<RecordProblem> known = problems_of(before, today_);
        std::erase_if(found, [&](const RecordProblem& problem) { return std::ranges::count(known, problem) > 0; });
    }
    for (const RecordProblem& problem : found) {
        const std::uint32_t line = line_of(problem.kind, problem.index);
        if (line != 0) {
            if (problem.column == "nodule_id") {
                problems_.add_unknown(RowKind::measurement, problem.kind, line, problem.column, problem.message);
            } else {
                problems_.add(problem.kind, line, problem.column, problem.message);
            }
            continue;
        }
        const auto [kind, first_line] = first_row_of(delivered);
        problems_.add(kind, first_line, problem.column,
                      fmt::format("together with a stored row of {}: {}",
                                  row_kind_names[static_cast<std::size_t>(problem.kind)], problem.message));
    }
    warn_of_new_with_earlier_rows();
    refuse_rows_linked_to_one_nodule();
    return {};
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
            if (measurement_lines_[i] == 0 && measurement_lines_[j] == 0) continue;
            const bool at_new_row = measurement_lines_[i] != 0;
            warnings_.add(RowKind::measurement, measurement_lines_[at_new_row ? i : j], "status",
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
            problems_.add(RowKind::measurement, measurement_lines_[i], "nodule_id",
                          fmt::format("another row of this scan, reported as {}, has been linked to this nodule; undo "
                                      "that link first, or correct the id",
                                      reader_->versions().observation_ids[j]));
        }
    }
}

}  // namespace nodtrack::tracker
