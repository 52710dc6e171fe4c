#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/store/change.hpp"
#include "problem_list.hpp"

namespace nodtrack::tracker {

inline std::string_view patient_id_of(const PatientRow& row)
{
    return row.patient.patient_id;
}
template <class Row>
std::string_view patient_id_of(const Row& row)
{
    return row.patient_id;
}

/// The delivered rows of one kind in the registry's order. Files mostly come in that order: then nothing is sorted.
template <class Row>
class SortedRows {
  public:
    explicit SortedRows(const std::vector<Row>& rows)
    {
        rows_.reserve(rows.size());
        for (const Row& row : rows)
            rows_.push_back(&row);
        const auto less = [](const Row* left, const Row* right) { return store::key_less(*left, *right); };
        if (!std::is_sorted(rows_.begin(), rows_.end(), less)) std::stable_sort(rows_.begin(), rows_.end(), less);
    }

    bool at_end() const { return next_ == rows_.size(); }
    std::string_view patient_id() const { return patient_id_of(*rows_[next_]); }

    /// The next rows, if they are of this patient.
    std::span<const Row* const> take(std::string_view patient_id)
    {
        const std::size_t first = next_;
        while (!at_end() && this->patient_id() == patient_id)
            ++next_;
        return std::span(rows_).subspan(first, next_ - first);
    }

    /// Rows of the same key as the one before them are problems; the first of them stays, the others are dropped.
    void drop_repeated(RowKind kind, std::string_view key_column, ProblemList& problems)
    {
        const auto same_key = [](const Row* left, const Row* right) { return !store::key_less(*left, *right); };
        if (std::adjacent_find(rows_.begin(), rows_.end(), same_key) == rows_.end()) return;
        std::vector<const Row*> kept;
        for (const Row* row : rows_) {
            if (kept.empty() || !same_key(kept.back(), row)) {
                kept.push_back(row);
                continue;
            }
            problems.add(kind, row->line, key_column,
                         "row " + std::to_string(kept.back()->line) + " has the same key; keep one of the two");
        }
        rows_ = std::move(kept);
    }

  private:
    std::vector<const Row*> rows_;
    std::size_t next_ = 0;
};

/// What a delivery brings for one patient, each kind in the registry's order.
struct DeliveredPatient {
    std::string_view patient_id;
    std::span<const PatientRow* const> patients;  ///< one at most
    std::span<const ScanRow* const> scans;
    std::span<const MeasurementRow* const> measurements;
    std::span<const TherapyRow* const> therapies;
    std::span<const EventRow* const> events;
};

/// Splits a delivery by patient, in order of patient_id.
class DeliveredPatients {
  public:
    DeliveredPatients(const Delivery& delivery, ProblemList& problems)
        : patients_(delivery.patients),
          scans_(delivery.scans),
          measurements_(delivery.measurements),
          therapies_(delivery.therapies),
          events_(delivery.events)
    {
        patients_.drop_repeated(RowKind::patient, "patient_id", problems);
        scans_.drop_repeated(RowKind::scan, "scan_id", problems);
        measurements_.drop_repeated(RowKind::measurement, "nodule_id", problems);
        therapies_.drop_repeated(RowKind::therapy, "start_date", problems);
        events_.drop_repeated(RowKind::event, "date", problems);
    }

    std::optional<DeliveredPatient> next()
    {
        std::optional<std::string_view> first;
        const auto consider = [&](const auto& rows) {
            if (rows.at_end()) return;
            if (!first || rows.patient_id() < *first) first = rows.patient_id();
        };
        consider(patients_);
        consider(scans_);
        consider(measurements_);
        consider(therapies_);
        consider(events_);
        if (!first) return std::nullopt;
        return DeliveredPatient{*first,
                                patients_.take(*first),
                                scans_.take(*first),
                                measurements_.take(*first),
                                therapies_.take(*first),
                                events_.take(*first)};
    }

  private:
    SortedRows<PatientRow> patients_;
    SortedRows<ScanRow> scans_;
    SortedRows<MeasurementRow> measurements_;
    SortedRows<TherapyRow> therapies_;
    SortedRows<EventRow> events_;
};

}  // namespace nodtrack::tracker
