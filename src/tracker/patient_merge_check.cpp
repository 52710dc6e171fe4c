#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "nodtrack/domain/consistency.hpp"
#include "patient_merge.hpp"

namespace nodtrack::tracker {
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
    std::vector<RecordProblem> found = problems_of(record_, rules_.today);
    const auto of_profile = profile_words_.problem_of(record_.patient, rules_.judged_as);
    if (!of_profile) return tl::unexpected<Error>(of_profile.error());
    if (*of_profile) found.insert(found.begin(), **of_profile);
    std::vector<ImplausibleValue> implausible = implausible_values(record_, rules_.today);
    if ((!found.empty() || !implausible.empty()) && stored_) {
        // What was so before is not this delivery's doing. Reading the patient again costs nothing while all is well.
        PatientRecord before;
        const Result<bool> read = reader_->find(delivered.patient_id, before);
        if (!read) return tl::unexpected<Error>(read.error());
        std::vector<RecordProblem> known = problems_of(before, rules_.today);
        if (*of_profile && before.patient.schedule_profile == record_.patient.schedule_profile) {
            known.push_back(**of_profile);
        }
        std::erase_if(found, [&](const RecordProblem& problem) { return std::ranges::count(known, problem) > 0; });
        const std::vector<ImplausibleValue> confirmed = implausible_values(before, rules_.today);
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
