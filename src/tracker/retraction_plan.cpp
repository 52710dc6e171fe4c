#include "retraction_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "nodtrack/store/history.hpp"
#include "nodtrack/tracker/patient_history.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {
namespace {

using interop::RetractedRow;
using store::Retraction;
using store::RetractionScope;

using KindAndKey = std::pair<RowKind, std::vector<std::string>>;

/// Whether each row of a patient that is recorded holds.
using Holding = std::map<KindAndKey, bool>;

template <RowKind kind>
std::vector<std::string> key_values(std::string_view patient_id, const store::PatientRowVersion<ValuesOf<kind>>& row)
{
    if constexpr (kind == RowKind::measurement) {
        return measurement_key(patient_id, row.scan_id, row.observation_id).values;
    } else {
        return key_of<kind>(patient_id, row.values).values;
    }
}

Result<Holding> recorded_rows(store::HistoryReader& reader, const std::string& patient_id)
{
    const auto versions = reader.versions_of(patient_id);
    if (!versions) return tl::unexpected<Error>(versions.error());
    Holding holding;
    for_each_kind([&]<RowKind kind>() {
        for (const auto& version : RowSchema<kind>::list(**versions)) {
            bool& holds = holding[{kind, key_values<kind>(patient_id, version)}];
            holds = holds || version.in_error == nullptr;
        }
    });
    return holding;
}

std::set<KindAndKey> delivered_rows(const Delivery& delivery)
{
    std::set<KindAndKey> rows;
    for_each_kind([&]<RowKind kind>() {
        for (const auto& row : RowSchema<kind>::list(delivery))
            rows.emplace(kind, key_of(row).values);
    });
    return rows;
}

Retraction retraction_of(const RetractedRow& line, const RowKey& key)
{
    Retraction retraction{.patient_id = key.values.front(), .moved_to = line.moved_to};
    if (line.kind == RowKind::patient) {
        retraction.scope = RetractionScope::patient;
    } else if (line.kind == RowKind::scan) {
        retraction.scope = RetractionScope::scan;
        retraction.scan_id = key.value("scan_id");
    } else {
        retraction.kind = line.kind;
        retraction.row_key = store::row_key_text(key.values);
    }
    return retraction;
}

class RetractionPlanning {
  public:
    RetractionPlanning(store::HistoryReader& reader, const interop::Statements& statements, const Delivery& delivery)
        : reader_(reader), statements_(statements), delivered_(delivered_rows(delivery))
    {}

    Result<RetractionPlan> plan()
    {
        for (const RetractedRow& line : statements_.retracted) {
            Result<void> done = with_kind(line.kind, [&]<RowKind kind>() { return add<kind>(line); });
            if (!done) return tl::unexpected<Error>(done.error());
        }
        for (const auto& [line, key] : taken_)
            require_above(*line, key);
        for_each_kind([&]<RowKind kind>() {
            std::ranges::sort(RowSchema<kind>::list(plan_.rows),
                              [](const auto& left, const auto& right) { return key_order(*left.row, *right.row) < 0; });
        });
        plan_steps();
        return std::move(plan_);
    }

  private:
    template <RowKind kind>
    Result<void> add(const RetractedRow& line)
    {
        const auto& rows = RowSchema<kind>::list(statements_.rows);
        const auto row = std::ranges::find(rows, line.row, &RowOf<kind>::line);
        if (row == rows.end()) {
            problem(line, "there are two lines of this row; keep one of them");
            return {};
        }
        RowKey key = key_of(*row);
        if (delivered_.contains({kind, key.values})) {
            problem(line, fmt::format("this row is in {}.csv too; it holds, or was entered in error: keep it in one of "
                                      "the two",
                                      kind_name(kind)));
            return {};
        }
        const Result<const Holding*> recorded = recorded_of(key.values.front());
        if (!recorded) return tl::unexpected<Error>(recorded.error());
        const auto known = (*recorded)->find({kind, key.values});
        if (known != (*recorded)->end()) {
            ++plan_.unchanged;
            if (known->second) {
                plan_.warnings.push_back(
                    fmt::format("{}:{}:row: this row holds here and stays; where it is wrong here too, say so with "
                                "`nodtrack retract`",
                                interop::retractions_name, line.line));
            }
            return {};
        }
        ++plan_.added;
        RowSchema<kind>::list(plan_.rows).push_back({&*row, 1});
        taken_.emplace_back(&line, std::move(key));
        return {};
    }

    Result<const Holding*> recorded_of(const std::string& patient_id)
    {
        const auto found = recorded_.find(patient_id);
        if (found != recorded_.end()) return &found->second;
        Result<Holding> rows = recorded_rows(reader_, patient_id);
        if (!rows) return tl::unexpected<Error>(rows.error());
        return &recorded_.emplace(patient_id, std::move(*rows)).first->second;
    }

    bool is_known(RowKind kind, std::vector<std::string> key) const
    {
        const KindAndKey row(kind, std::move(key));
        if (delivered_.contains(row) || recorded_.at(row.second.front()).contains(row)) return true;
        return std::ranges::any_of(taken_, [&](const auto& taken) {
            return taken.first->kind == row.first && taken.second.values == row.second;
        });
    }

    /// The patient, and of a measurement the scan, must be somewhere.
    void require_above(const RetractedRow& line, const RowKey& key)
    {
        const std::string& patient = key.values.front();
        if (line.kind != RowKind::patient && !is_known(RowKind::patient, {patient})) {
            problem(line, "there is no such patient, neither in this delivery nor in the registry");
        } else if (line.kind == RowKind::measurement && !is_known(RowKind::scan, {patient, key.values[1]})) {
            problem(line, "the patient has no such scan, neither in this delivery nor in the registry");
        }
    }

    void problem(const RetractedRow& line, std::string_view what)
    {
        plan_.problems.push_back(fmt::format("{}:{}:row: {}", interop::retractions_name, line.line, what));
    }

    /// The retraction of a scan covers what is on it, and that of a patient everything: what they say of a row is not
    /// said again.
    void plan_steps()
    {
        using Said = std::pair<std::string_view, std::string_view>;
        std::map<std::vector<std::string>, Said> said;  // of scans and patients, by key
        for (const auto& [line, key] : taken_) {
            if (line->kind == RowKind::patient || line->kind == RowKind::scan) {
                said[key.values] = {line->reason, line->moved_to};
            }
        }
        const auto is_said_above = [&](const RetractedRow& line, const RowKey& key) {
            const Said own(line.reason, line.moved_to);
            const auto by = [&](std::vector<std::string> above) {
                const auto found = said.find(above);
                return found != said.end() && found->second == own;
            };
            if (line.kind == RowKind::patient) return false;
            if (by({key.values.front()})) return true;
            return line.kind == RowKind::measurement && by({key.values[0], key.values[1]});
        };
        for (const auto& [line, key] : taken_) {
            if (!is_said_above(*line, key)) plan_.steps.push_back({retraction_of(*line, key), line->reason});
        }
        const auto stage = [](RetractionScope scope) {
            return scope == RetractionScope::row ? 0 : scope == RetractionScope::scan ? 1 : 2;
        };
        std::ranges::stable_sort(plan_.steps, {}, [&](const RetractionPlan::Step& step) {
            return std::tuple(stage(step.retraction.scope), std::string_view(step.reason));
        });
    }

    store::HistoryReader& reader_;
    const interop::Statements& statements_;
    std::set<KindAndKey> delivered_;
    std::map<std::string, Holding> recorded_;
    std::vector<std::pair<const RetractedRow*, RowKey>> taken_;
    RetractionPlan plan_;
};

}  // namespace

Result<RetractionPlan> plan_retractions(const store::Registry& registry, const interop::Statements& statements,
                                        const Delivery& delivery)
{
    Result<store::HistoryReader> reader = store::HistoryReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    return RetractionPlanning(*reader, statements, delivery).plan();
}

}  // namespace nodtrack::tracker
