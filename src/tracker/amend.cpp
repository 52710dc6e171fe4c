#include "nodtrack/tracker/amend.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/implausible.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "problem_list.hpp"
#include "profile_word.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

/// The stored row as it would stand in its CSV file, with the corrections in place. A column that is none is added: the
/// reader of records says what is wrong with it.
template <RowKind kind>
Cells corrected_cells(const RowKey& key, const ValuesOf<kind>& stored, std::span<const Correction> corrections)
{
    Cells cells = key_cells(key);
    for_each_column_outside_key<kind>(
        [&](const auto& field) { cells.emplace_back(field.column, text_of_value(stored.*field.member)); });
    for (const Correction& correction : corrections) {
        const auto cell = std::ranges::find(cells, correction.column, &std::pair<std::string, std::string>::first);
        if (cell == cells.end()) {
            cells.emplace_back(correction.column, correction.text);
        } else {
            cell->second = correction.text;
        }
    }
    return cells;
}

template <RowKind kind>
Result<ValuesOf<kind>> corrected_values(const RowKey& key, const ValuesOf<kind>& stored,
                                        std::span<const Correction> corrections)
{
    const Cells cells = corrected_cells<kind>(key, stored, corrections);
    std::vector<interop::TypedCell> typed;
    for (const auto& [column, text] : cells)
        typed.push_back({column, text});
    const Result<Delivery> delivery = interop::read_typed_row(kind, typed);
    if (!delivery) return tl::unexpected<Error>(delivery.error());
    return RowSchema<kind>::values(RowSchema<kind>::list(*delivery).front());
}

template <RowKind kind>
std::vector<CorrectedValue> differences(const ValuesOf<kind>& before, const ValuesOf<kind>& after)
{
    std::vector<CorrectedValue> changed;
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        const auto& [was, is] = std::tie(before.*field.member, after.*field.member);
        if (was != is) changed.push_back({std::string(field.column), text_of_value(was), text_of_value(is)});
    });
    return changed;
}

/// What the patient's record would have with the corrected row, and has not now; one line each.
struct Doubts {
    std::vector<std::string> contradictions;
    std::vector<std::string> questions;
};

template <RowKind kind>
Result<Doubts> new_doubts(const store::Registry& registry, const RowKey& key, const ValuesOf<kind>& corrected,
                          Date today)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(key.value("patient_id"), record);
    if (!found) return tl::unexpected<Error>(found.error());
    const std::vector<RecordProblem> known = problems_of(record, today);
    const std::vector<ImplausibleValue> confirmed = implausible_values(record, today);
    const ProfileWord recorded_profile = record.patient.schedule_profile;
    ValuesOf<kind>* row = *found ? values_at<kind>(record, reader->versions(), key) : nullptr;
    if (row == nullptr) return no_such_row(key);
    *row = corrected;
    const auto line = [](RowKind at, std::string_view column, std::string_view message) {
        return fmt::format("{}: {}: {}", kind_name(at), column, message);
    };
    Doubts doubts;
    for (const RecordProblem& problem : problems_of(record, today)) {
        if (std::ranges::count(known, problem) > 0) continue;
        doubts.contradictions.push_back(line(problem.kind, problem.column, problem.message));
    }
    if constexpr (kind == RowKind::patient) {
        const auto of_profile = ProfileWords(registry).problem_of(record.patient);
        if (!of_profile) return tl::unexpected<Error>(of_profile.error());
        const bool was_so = recorded_profile == record.patient.schedule_profile;
        if (*of_profile && !was_so) {
            doubts.contradictions.push_back(line(RowKind::patient, (*of_profile)->column, (*of_profile)->message));
        }
    }
    for (const ImplausibleValue& value : implausible_values(record, today)) {
        if (std::ranges::count(confirmed, value) > 0) continue;
        doubts.questions.push_back(line(value.kind, value.column, question_of(value)));
    }
    return doubts;
}

Result<void> check_corrections(std::span<const Correction> corrections, const store::Provenance& provenance,
                               bool (*is_key)(std::string_view))
{
    std::vector<std::string> lines;
    if (provenance.reason.empty()) lines.emplace_back("reason: missing; say why the stored value is to be superseded");
    if (corrections.empty()) lines.emplace_back("corrections: none given; name a column and its value");
    for (const Correction& correction : corrections) {
        if (!is_key(correction.column)) continue;
        lines.push_back(
            fmt::format("{}: belongs to the row's key and cannot be corrected; enter the row under its right "
                        "key",
                        correction.column));
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));
}

std::string said_by(const store::DeliveryEntry& delivery)
{
    return fmt::format("recorded by {} at {}", delivery.actor, delivery.recorded_at);
}

std::string quoted_or_nothing(const std::string& text)
{
    return text.empty() ? "not known" : fmt::format("'{}'", text);
}

/// The failure that the row is not the version somebody saw: what it was and what it is.
template <RowKind kind, class Versions>
tl::unexpected<Error> stale(const RowKey& key, const Versions& versions, store::Version expected)
{
    const auto& newest = *newest_that_holds(versions);
    std::vector<std::string> lines = {fmt::format("version {} holds, {}", newest.version, said_by(newest.delivery))};
    const auto seen = std::ranges::find(versions, expected, [](const auto& version) { return version.version; });
    if (seen == versions.end()) {
        lines.push_back(fmt::format("version {} was never recorded", expected));
    } else {
        lines.push_back(fmt::format("version {} was {}", expected, said_by(seen->delivery)));
        for (const CorrectedValue& value : differences<kind>(seen->values, newest.values)) {
            lines.push_back(fmt::format("{}: was {} in version {}, is {} in version {}", value.column,
                                        quoted_or_nothing(value.before), expected, quoted_or_nothing(value.after),
                                        newest.version));
        }
    }
    return failure(ErrorCode::conflict,
                   fmt::format("{} was changed meanwhile; nothing was stored: look at it as it is now, and correct "
                               "that",
                               row_name_of(key)),
                   std::move(lines));
}

template <RowKind kind>
Result<AmendReport> amend_row(store::Registry& registry, const RowKey& key, std::span<const Correction> corrections,
                              const store::Provenance& provenance, const AmendOptions& options)
{
    if (Result<void> sound = check_corrections(corrections, provenance, is_key_column<kind>); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    Result<store::Change> change = store::Change::begin(registry, provenance);
    if (!change) return tl::unexpected<Error>(change.error());
    const auto versions = versions_at<kind>(registry, key);
    if (!versions) return tl::unexpected<Error>(versions.error());
    if (versions->empty()) return no_such_row(key);

    if (newest_that_holds(*versions) == nullptr) return row_in_error(key, *versions->back().in_error);
    const auto& newest = *newest_that_holds(*versions);
    const std::optional<store::Version> expected = options.expected_version;
    if (expected && *expected != newest.version) return stale<kind>(key, *versions, *expected);
    const Result<ValuesOf<kind>> corrected = corrected_values<kind>(key, newest.values, corrections);
    if (!corrected) return tl::unexpected<Error>(corrected.error());
    AmendReport report{.changed = differences<kind>(newest.values, *corrected)};
    if (report.changed.empty()) return report;
    const Result<Doubts> doubts = new_doubts<kind>(registry, key, *corrected, provenance.today);
    if (!doubts) return tl::unexpected<Error>(doubts.error());
    if (!doubts->contradictions.empty()) {
        return tl::unexpected<Error>(Error{ErrorCode::bad_input,
                                           "the record would contradict itself; nothing was stored",
                                           doubts->contradictions, doubts->questions});
    }
    if (!doubts->questions.empty()) {
        if (!options.confirm) return tl::unexpected<Error>(unconfirmed(doubts->questions, doubts->questions.size()));
        for (const std::string& question : doubts->questions)
            report.warnings.push_back(confirmed_line(question));
        change->add_reason(confirmed_reason(doubts->questions));
    }
    const RowOf<kind> row = row_at<kind>(key, *corrected);
    store::NewVersions rows;
    RowSchema<kind>::list(rows).push_back({&row, versions->back().version + 1});
    if (Result<void> stored = change->store_rows(rows); !stored) return tl::unexpected<Error>(stored.error());
    const Result<store::DeliveryNumber> committed = change->commit();
    if (!committed) return tl::unexpected<Error>(committed.error());
    report.delivery_no = *committed;
    return report;
}

}  // namespace

Result<AmendReport> amend(store::Registry& registry, const RowKey& row, std::span<const Correction> corrections,
                          const store::Provenance& provenance, const AmendOptions& options)
{
    if (options.own_rows_alone) {
        const Result<void> own = require_own_rows(registry, {&row, 1}, provenance.actor);
        if (!own) return tl::unexpected<Error>(own.error());
    }
    return with_kind(row.kind,
                     [&]<RowKind kind>() { return amend_row<kind>(registry, row, corrections, provenance, options); });
}

}  // namespace nodtrack::tracker
