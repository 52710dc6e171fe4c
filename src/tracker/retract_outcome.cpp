#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "judging.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "nodtrack/tracker/retract.hpp"
#include "nodtrack/tracker/row_version.hpp"

namespace nodtrack::tracker {
namespace {

/// One patient as a reader found him.
struct SeenRecord {
    bool found = false;
    PatientRecord record;  ///< as recorded
    PatientRecord judged;  ///< with the states that links confirm
    std::vector<RowAndVersion> rows;
    std::vector<std::string> without_scan;

    const PatientRecord* to_judge() const { return found ? &judged : nullptr; }
};

Result<SeenRecord> seen_by(store::PatientReader& reader, const std::string& patient_id)
{
    SeenRecord seen;
    const Result<bool> found = reader.find(patient_id, seen.record);
    if (!found) return tl::unexpected<Error>(found.error());
    seen.found = *found;
    seen.without_scan = reader.versions().without_scan;
    if (!seen.found) return seen;
    seen.rows = row_keys_of(seen.record, reader.versions());
    seen.judged = seen.record;
    add_confirmed_states(reader, seen.judged);
    return seen;
}

using RowId = std::pair<RowKind, std::vector<std::string>>;

std::vector<RowChange> changes_between(const SeenRecord& before, const SeenRecord& after)
{
    std::map<RowId, RowChange> all;
    const auto change_of = [&](const RowKey& row) -> RowChange& {
        return all.try_emplace(RowId(row.kind, row.values), RowChange{.row = row}).first->second;
    };
    for (const RowAndVersion& row : before.rows)
        change_of(row.key).before = row.version;
    for (const RowAndVersion& row : after.rows)
        change_of(row.key).after = row.version;
    std::vector<RowChange> changed;
    for (auto& [id, change] : all) {
        if (change.before != change.after) changed.push_back(std::move(change));
    }
    return changed;
}

/// Rows would be left that belong to nothing.
Result<void> check_nothing_is_orphaned(const std::string& patient_id, const SeenRecord& before, const SeenRecord& after)
{
    std::vector<std::string> lines;
    if (before.found && !after.found) {
        for_each_kind([&]<RowKind kind>() {
            if constexpr (kind != RowKind::patient) {
                const std::size_t left = RowSchema<kind>::list(after.record).size();
                if (left == 0) return;
                lines.push_back(fmt::format("patient {}: {} {} of other deliveries", patient_id, left,
                                            left == 1 ? row_noun(kind) : kind_name(kind)));
            }
        });
    }
    for (const std::string& row : after.without_scan) {
        if (std::ranges::count(before.without_scan, row) > 0) continue;
        const std::size_t end = row.find('\n');
        lines.push_back(
            fmt::format("patient {}: nodule {} on scan {}", patient_id, row.substr(end + 1), row.substr(0, end)));
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input,
                   "rows would be left that belong to no patient or scan any more; nothing was stored: retract these "
                   "first, or the whole scan (--scan ID), or the whole patient (--whole-patient)",
                   std::move(lines));
}

Result<void> check_nodules_are_single(const std::string& patient_id, const PatientRecord& record)
{
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::vector<std::string> lines;
    for (const Measurement& row : record.measurements) {
        if (seen.emplace(row.scan, row.nodule).second) continue;
        lines.push_back(fmt::format("patient {}, scan {}: two rows would be nodule {}; undo the link of one first",
                                    patient_id, record.scans[row.scan].scan_id, record.nodule_ids[row.nodule]));
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));
}

void warn_of_contradictions(const std::string& patient_id, const SeenRecord& before, const SeenRecord& after,
                            Date today, std::vector<std::string>& warnings)
{
    const auto lines_of = [&](const PatientRecord& record) {
        std::set<std::string> lines;
        for (const RecordProblem& problem : problems_of(record, today))
            lines.insert(fmt::format("patient {}: {}: {}: {}", patient_id, kind_name(problem.kind), problem.column,
                                     problem.message));
        return lines;
    };
    if (!after.found) return;
    const std::set<std::string> known = before.found ? lines_of(before.record) : std::set<std::string>();
    for (const std::string& line : lines_of(after.record)) {
        if (!known.contains(line)) warnings.push_back("the record then says: " + line);
    }
}

/// The first day that a row says something of.
std::optional<Date> day_of(const RowKey& row, const PatientRecord& record)
{
    const auto parsed = [&](std::string_view column) { return Date::parse(row.value(column)); };
    switch (row.kind) {
        case RowKind::scan:
        case RowKind::measurement:
            for (const Scan& scan : record.scans) {
                if (scan.scan_id == row.value("scan_id")) return scan.scan_date;
            }
            return std::nullopt;
        case RowKind::therapy:
            return parsed("start_date");
        case RowKind::event:
            return parsed("date");
        case RowKind::visit:
            for (const Visit& visit : record.visits) {
                if (visit.visit_id == row.value("visit_id")) return visit.visit_date;
            }
            return std::nullopt;
        case RowKind::decision:
            return parsed("decided_on");
        case RowKind::patient:
            break;
    }
    if (record.scans.empty()) return std::nullopt;
    return std::ranges::min_element(record.scans, {}, &Scan::scan_date)->scan_date;
}

std::optional<Date> earliest_day(const std::vector<RowChange>& rows, const SeenRecord& before, const SeenRecord& after)
{
    std::optional<Date> earliest;
    for (const RowChange& change : rows) {
        std::optional<Date> day = day_of(change.row, before.record);
        if (!day) day = day_of(change.row, after.record);
        if (day && (!earliest || *day < *earliest)) earliest = day;
    }
    return earliest;
}

bool is_among(const assess::LedgerDecision& decision, const std::vector<RowChange>& rows)
{
    const std::string_view kind = assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)];
    return std::ranges::any_of(rows, [&](const RowChange& change) {
        return change.row.kind == RowKind::decision && change.row.value("decided_on") == decision.decided_on.iso() &&
               change.row.value("kind") == kind && change.row.value("decided_by") == decision.decided_by;
    });
}

/// What was recommended, decided and linked with the rows in view.
Result<void> add_what_rests(const store::Registry& registry, const std::string& patient_id,
                            const std::vector<RowChange>& rows, const SeenRecord& before, const SeenRecord& after,
                            std::vector<std::string>& rests)
{
    const std::optional<Date> since = earliest_day(rows, before, after);
    const auto kept = store::assessments_of(registry, patient_id);
    if (!kept) return tl::unexpected<Error>(kept.error());
    const auto decisions = store::decisions_of(registry, patient_id);
    if (!decisions) return tl::unexpected<Error>(decisions.error());
    const auto links = store::links_of(registry, patient_id);
    if (!links) return tl::unexpected<Error>(links.error());
    for (const store::SavedAssessment& saved : *kept) {
        if (!since || saved.proposal.rule.empty() || saved.proposal.as_of < *since) continue;
        rests.push_back(fmt::format("{}: recommendation of {}: {}, kept {}", patient_id, saved.proposal.as_of.iso(),
                                    report::action_text(saved.proposal.action, saved.proposal.due_date),
                                    saved.recorded_at));
    }
    for (const assess::LedgerDecision& decision : *decisions) {
        if (!since || decision.decided_on < *since || is_among(decision, rows)) continue;
        rests.push_back(fmt::format(
            "{}: decision of {}{}: {} on {}, by {}", patient_id, decision.decided_on.iso(),
            decision.board ? " (board)" : "", assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)],
            report::action_text(decision.proposal.action, decision.proposal.due_date), decision.decided_by));
    }
    const auto is_of_lost_nodule = [&](const std::string& nodule) {
        return !nodule.empty() && std::ranges::count(before.record.nodule_ids, nodule) > 0 &&
               std::ranges::count(after.record.nodule_ids, nodule) == 0;
    };
    for (const IdentityLink& link : *links) {
        if (link.in_error) continue;
        const bool goes = std::ranges::any_of(rows, [&](const RowChange& change) {
            return change.row.kind == RowKind::measurement && change.row.value("scan_id") == link.observation.scan_id &&
                   change.row.value("nodule_id") == link.observation.observation_id;
        });
        if (goes || is_of_lost_nodule(link.nodule_id) || is_of_lost_nodule(link.other_nodule_id)) {
            rests.push_back(fmt::format("{}: link {} ({} nodule {}), by {}", patient_id, title_of(link),
                                        word(link.state), link.nodule_id, link.made_by));
        }
    }
    return {};
}

/// One patient, as both readers see him.
Result<void> add_outcome_of(const store::Registry& registry, const Judges& judges, const std::string& patient_id,
                            const SeenRecord& before, const SeenRecord& after, Date today, RetractReport& report)
{
    if (const auto sound = check_nothing_is_orphaned(patient_id, before, after); !sound) return sound;
    if (after.found) {
        if (const auto sound = check_nodules_are_single(patient_id, after.record); !sound) return sound;
    }
    std::vector<RowChange> rows = changes_between(before, after);
    if (const auto done = add_what_rests(registry, patient_id, rows, before, after, report.rests); !done) return done;
    warn_of_contradictions(patient_id, before, after, today, report.warnings);
    report.answers.push_back(
        answer_change(patient_id, before.to_judge(), after.to_judge(), judges.of(patient_id), today));
    std::ranges::move(rows, std::back_inserter(report.rows));
    return {};
}

}  // namespace

Result<void> add_outcome(const store::Registry& registry, const Judges& judges,
                         const std::vector<store::Retraction>& retractions, Date today, RetractReport& report)
{
    Result<store::PatientReader> now = store::PatientReader::open(registry);
    if (!now) return tl::unexpected<Error>(now.error());
    Result<store::PatientReader> then = store::PatientReader::open_supposing(registry, retractions);
    if (!then) return tl::unexpected<Error>(then.error());
    std::set<std::string> patients;
    for (const store::Retraction& retraction : retractions)
        patients.insert(retraction.patient_id);
    for (const std::string& patient_id : patients) {
        const Result<SeenRecord> before = seen_by(*now, patient_id);
        if (!before) return tl::unexpected<Error>(before.error());
        const Result<SeenRecord> after = seen_by(*then, patient_id);
        if (!after) return tl::unexpected<Error>(after.error());
        const auto added = add_outcome_of(registry, judges, patient_id, *before, *after, today, report);
        if (!added) return added;
    }
    return {};
}

}  // namespace nodtrack::tracker
