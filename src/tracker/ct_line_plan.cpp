#include "ct_line_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "typed_rows.hpp"

namespace nodtrack::tracker {
namespace {

const Cell* cell_of(const std::vector<Cell>& cells, std::string_view column)
{
    const auto found = std::ranges::find(cells, column, &Cell::column);
    return found == cells.end() ? nullptr : &*found;
}

/// What the rows of a nodule before a scan say last.
struct Known {
    std::optional<Side> side;
    std::optional<Lobe> lobe;
    std::optional<AttenuationClass> attenuation;
    std::optional<Findings> measured;
    std::optional<Date> measured_on;
    std::optional<Date> on;  ///< day of the newest row
};

Known known_of(const PatientRecord& record, const std::string& nodule_id, const Scan& scan)
{
    std::vector<const Measurement*> rows;
    const auto scan_of_row = [&](const Measurement* row) -> const Scan& { return record.scans[row->scan]; };
    for (const Measurement& row : record.measurements) {
        const bool is_earlier =
            scan_of_row(&row).scan_id != scan.scan_id && scan_of_row(&row).scan_date <= scan.scan_date;
        if (record.nodule_ids[row.nodule] == nodule_id && is_earlier) rows.push_back(&row);
    }
    std::ranges::stable_sort(rows, {}, [&](const Measurement* row) { return scan_of_row(row).scan_date; });
    Known known;
    for (const Measurement* row : rows) {
        const Findings& findings = row->findings;
        if (findings.lobe) known.side = side_of(*findings.lobe);
        if (findings.side) known.side = findings.side;
        if (findings.lobe) known.lobe = findings.lobe;
        if (findings.attenuation) known.attenuation = findings.attenuation;
        if (findings.long_axis) {
            known.measured = findings;
            known.measured_on = scan_of_row(row).scan_date;
        }
        known.on = scan_of_row(row).scan_date;
    }
    return known;
}

class Plan {
  public:
    Plan(const CtLine& line, const Scan& scan, const PatientRecord& record) : line_(line), scan_(scan), record_(record)
    {}

    void add(const CtLineItem& item)
    {
        const bool is_twice = std::ranges::any_of(
            made_.rows, [&](const PlannedRow& row) { return row.nodule.nodule_id == item.nodule_id; });
        if (is_twice) return refuse(item.nodule_id, "is there twice; name each nodule once");
        check_known(item);
        const Known known = known_of(record_, item.nodule_id, scan_);
        PlannedRow row;
        row.nodule.nodule_id = item.nodule_id;
        row.nodule.is_added = item.is_added;
        row.nodule.absent = item.absent;
        row.nodule.before = known.measured;
        row.nodule.before_on = known.measured_on;
        row.cells = item.cells;
        if (!item.absent) {
            check_size(item);
            check_differences(item, known);
            if (cell_of(row.cells, "status") == nullptr)
                row.cells.push_back({"status", std::string(word(status_of(item)))});
            carry(row, known);
            check_solid_component(row);
        }
        made_.rows.push_back(std::move(row));
    }

    /// Every nodule that is judged and not gone has to be named before the reading is complete: one that nobody looked
    /// at must not be taken for one that is no more.
    void require_all_named(const assess::Assessment& before)
    {
        for (const assess::NoduleAssessment& judged : before.nodules) {
            const std::string& id = record_.nodule_ids[judged.nodule];
            const bool is_named =
                std::ranges::any_of(made_.rows, [&](const PlannedRow& row) { return row.nodule.nodule_id == id; });
            const bool has_row = findings_of(record_, scan_.scan_id, id) != nullptr;
            if (is_named || has_row || judged.nodule_class == policy::NoduleClass::resolved) continue;
            refuse(id,
                   fmt::format("is known and not named, so the reading is not complete; say its size ({0}=6.2x5.5), "
                               "{0}:resolved, {0}:not-seen, {0}:outside-field or {0}:not-assessed",
                               id));
        }
    }

    CtLinePlan take() && { return std::move(made_); }

  private:
    void refuse(const std::string& nodule_id, const std::string& what)
    {
        made_.problems.push_back(nodule_id + ": " + what);
    }

    void check_known(const CtLineItem& item)
    {
        const auto& ids = record_.nodule_ids;
        const bool is_known = std::ranges::count(ids, item.nodule_id) > 0;
        if (!is_known && !item.is_added) {
            refuse(item.nodule_id,
                   fmt::format(
                       "is not known of this patient ({}); a nodule that is new is written with a plus: +{}=SIZE",
                       ids.empty() ? "none is" : fmt::format("known are: {}", fmt::join(ids, ", ")), item.nodule_id));
        }
        const bool has_row = findings_of(record_, scan_.scan_id, item.nodule_id) != nullptr;
        if (is_known && item.is_added && !has_row) {
            refuse(item.nodule_id, "is known already; leave the plus away, or give the new nodule another id");
        }
        if (item.is_added && item.absent) refuse(item.nodule_id, "is new, and not there; say one of them");
    }

    void check_size(const CtLineItem& item)
    {
        const bool has_size =
            cell_of(item.cells, "long_axis_mm") != nullptr || cell_of(item.cells, "volume_mm3") != nullptr;
        const Findings* const recorded = findings_of(record_, scan_.scan_id, item.nodule_id);
        if (has_size || cell_of(item.cells, "status") != nullptr || (recorded != nullptr && recorded->long_axis))
            return;
        refuse(item.nodule_id,
               fmt::format("has no size; type it, {0}=6.2x5.5, or {0}:present where it is there and was "
                           "not measured",
                           item.nodule_id));
    }

    /// A nodule is new where an earlier CT could have shown it.
    Status status_of(const CtLineItem& item) const
    {
        if (const Findings* const recorded = findings_of(record_, scan_.scan_id, item.nodule_id))
            return recorded->status;
        const bool was_looked = std::ranges::any_of(record_.scans, [&](const Scan& scan) {
            return scan.is_diagnostic_ct() && scan.scan_date < scan_.scan_date;
        });
        return item.is_added && was_looked ? Status::newly_seen : Status::present;
    }

    template <class Word>
    void check_difference(const CtLineItem& item, std::string_view column, const std::optional<Word>& said,
                          const std::optional<Word>& known, Date on)
    {
        if (!said || !known || *said == *known || std::ranges::count(line_.differs, item.nodule_id) > 0) return;
        refuse(item.nodule_id,
               fmt::format("is said to be {}, and was {} on {} ({}); correct it, or say that it is meant so "
                           "(--differs {} on the command line, differs in the API)",
                           word(*said), word(*known), on.iso(), column, item.nodule_id));
    }

    template <class Word>
    static std::optional<Word> said(const CtLineItem& item, std::string_view column)
    {
        const Cell* const cell = cell_of(item.cells, column);
        return cell == nullptr ? std::nullopt : value_of_word<Word>(cell->text);
    }

    void check_differences(const CtLineItem& item, const Known& known)
    {
        if (!known.on) return;
        auto side = said<Side>(item, "side");
        const auto lobe = said<Lobe>(item, "lobe");
        check_difference(item, "lobe", lobe, known.lobe, *known.on);
        if (!side && lobe && !known.lobe) side = side_of(*lobe);
        check_difference(item, "side", side, known.side, *known.on);
        check_difference(item, "attenuation", said<AttenuationClass>(item, "attenuation"), known.attenuation,
                         *known.on);
    }

    /// Takes over what is known and not said. A place stays; of a look only what cannot reassure is taken over.
    void carry(PlannedRow& row, const Known& known)
    {
        const Findings* const recorded = findings_of(record_, scan_.scan_id, row.nodule.nodule_id);
        const auto take = [&](std::string_view column, std::string_view text) {
            row.cells.push_back({std::string(column), std::string(text)});
            row.nodule.carried.emplace_back(column);
        };
        const Cell* const status = cell_of(row.cells, "status");
        const bool is_there = status->text == word(Status::present) || status->text == word(Status::newly_seen);
        const Cell* const lobe = cell_of(row.cells, "lobe");
        const Cell* const side = cell_of(row.cells, "side");
        const auto said_lobe = lobe == nullptr ? std::nullopt : value_of_word<Lobe>(lobe->text);
        if (lobe == nullptr && side == nullptr && known.lobe && (recorded == nullptr || !recorded->lobe))
            take("lobe", word(*known.lobe));
        if (side == nullptr && (recorded == nullptr || !recorded->side)) {
            if (said_lobe) {
                row.cells.push_back({"side", std::string(word(side_of(*said_lobe)))});
            } else if (known.side) {
                take("side", word(*known.side));
            }
        }
        const bool has_look =
            cell_of(row.cells, "attenuation") != nullptr || (recorded != nullptr && recorded->attenuation);
        if (!is_there || has_look || !known.attenuation) return;
        if (*known.attenuation == AttenuationClass::solid) {
            take("attenuation", word(*known.attenuation));
        } else {
            row.nodule.to_be_said = known.attenuation;
        }
    }

    void check_solid_component(const PlannedRow& row)
    {
        if (cell_of(row.cells, "solid_component_mm") == nullptr) return;
        const Cell* const attenuation = cell_of(row.cells, "attenuation");
        if (attenuation != nullptr && attenuation->text != word(AttenuationClass::solid)) return;
        const std::string& id = row.nodule.nodule_id;
        refuse(id,
               fmt::format("has a solid component and is {}; say that it is part-solid ({}=12.0x10.1/4.5:part-solid)",
                           attenuation == nullptr ? "not said to be part-solid" : "solid", id));
    }

    const CtLine& line_;
    const Scan& scan_;
    const PatientRecord& record_;
    CtLinePlan made_;
};

}  // namespace

CtLinePlan planned(const CtLine& line, const Scan& scan, const PatientRecord& record, const assess::Assessment& before)
{
    Plan plan(line, scan, record);
    std::vector<std::string> unread;
    for (const std::string& text : line.nodules) {
        const Result<CtLineItem> item = read_ct_line_item(text);
        if (item) plan.add(*item);
        if (!item) unread.push_back(item.error().message);
    }
    // What could not be read may be the nodule that would be called missing.
    if (scan.reading == Reading::complete && scan.is_diagnostic_ct() && unread.empty()) plan.require_all_named(before);
    CtLinePlan made = std::move(plan).take();
    made.problems.insert(made.problems.begin(), unread.begin(), unread.end());
    return made;
}

}  // namespace nodtrack::tracker
