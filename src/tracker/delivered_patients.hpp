#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/store/change.hpp"
#include "problem_list.hpp"

namespace nodtrack::tracker {

/// The delivered rows of one kind in the registry's order. Files mostly come in that order: then nothing is sorted.
template <class Row>
class SortedRows {
  public:
    SortedRows() = default;
    explicit SortedRows(const std::vector<Row>& rows)
    {
        rows_.reserve(rows.size());
        for (const Row& row : rows)
            rows_.push_back(&row);
        const auto less = [](const Row* left, const Row* right) { return key_order(*left, *right) < 0; };
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
    void drop_repeated(ProblemList& problems)
    {
        const auto same_key = [](const Row* left, const Row* right) { return key_order(*left, *right) == 0; };
        if (std::adjacent_find(rows_.begin(), rows_.end(), same_key) == rows_.end()) return;
        std::vector<const Row*> kept;
        for (const Row* row : rows_) {
            if (kept.empty() || !same_key(kept.back(), row)) {
                kept.push_back(row);
                continue;
            }
            problems.add(Row::kind, row->line, key_names<Row::kind>.back(),
                         "row " + std::to_string(problems.row_in_source(Row::kind, kept.back()->line)) +
                             " has the same key; keep one of the two");
        }
        rows_ = std::move(kept);
    }

  private:
    std::vector<const Row*> rows_;
    std::size_t next_ = 0;
};

template <RowKind kind>
using DeliveredRows = std::span<const RowOf<kind>* const>;

/// What a delivery brings for one patient, each kind in the registry's order; one row of `patients` at most.
struct DeliveredPatient : PerKind<DeliveredRows> {
    std::string_view patient_id;
};

/// Splits a delivery by patient, in order of patient_id.
class DeliveredPatients {
  public:
    DeliveredPatients(const Delivery& delivery, ProblemList& problems)
    {
        for_each_kind([&]<RowKind kind>() {
            auto& rows = RowSchema<kind>::list(rows_) = SortedRows(RowSchema<kind>::list(delivery));
            rows.drop_repeated(problems);
        });
    }

    std::optional<DeliveredPatient> next()
    {
        std::optional<std::string_view> first;
        for_each_kind([&]<RowKind kind>() {
            const auto& rows = RowSchema<kind>::list(rows_);
            if (!rows.at_end() && (!first || rows.patient_id() < *first)) first = rows.patient_id();
        });
        if (!first) return std::nullopt;
        DeliveredPatient patient;
        patient.patient_id = *first;
        for_each_kind(
            [&]<RowKind kind>() { RowSchema<kind>::list(patient) = RowSchema<kind>::list(rows_).take(*first); });
        return patient;
    }

  private:
    template <RowKind kind>
    using Rows = SortedRows<RowOf<kind>>;
    PerKind<Rows> rows_;
};

}  // namespace nodtrack::tracker
