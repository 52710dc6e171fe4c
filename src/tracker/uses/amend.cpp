#include "nodtrack/tracker/amend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../named_row.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::AmendReport;
using tracker::CorrectedValue;

Result<std::vector<tracker::Correction>> corrections_of(const Call& call)
{
    std::vector<tracker::Correction> corrections;
    for (const auto& word : call.values.all("changes")) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            return call.failure(ErrorCode::usage,
                                "amend: '" + word + "' is no correction; write COLUMN=VALUE, e.g. long_axis_mm=5.6");
        }
        corrections.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    if (corrections.empty()) return call.failure(ErrorCode::usage, "{changes}: missing; an object of column and value");
    return corrections;
}

Shape<CorrectedValue> change_shape()
{
    return {member<&CorrectedValue::column>("column"), member<&CorrectedValue::before>("before"),
            member<&CorrectedValue::after>("after")};
}

std::string as_json(const AmendReport& report, std::int64_t expected_version)
{
    const std::int64_t version = expected_version + (report.changed.empty() ? 0 : 1);
    return fmt::format(R"({{"delivery_no":{},"version":{},"changed":{},"warnings":{}}})",
                       report.delivery_no == 0 ? "null" : std::to_string(report.delivery_no), version,
                       json_of(change_shape(), report.changed), json_of(report.warnings)) +
           "\n";
}

std::string as_text(const AmendReport& report, const tracker::RowKey& row)
{
    if (report.changed.empty()) return "nothing to correct: these are the stored values already\n";
    std::string text = row_title(row) + "\n";
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("(not known)") : value; };
    for (const auto& value : report.changed)
        text += fmt::format("  {}: {} -> {}\n", value.column, shown(value.before), shown(value.after));
    return text + fmt::format("stored as delivery {}; the earlier values stay in the history\n", report.delivery_no);
}

Result<void> run(Call& call)
{
    const auto row = call.door == Door::service ? row_sent(call) : row_named_by(call);
    if (!row) return tl::unexpected(row.error());
    const auto corrections = corrections_of(call);
    if (!corrections) return tl::unexpected(corrections.error());
    const auto version = call.values.count("expected_version");
    tracker::AmendOptions options{.confirm = call.values.has("confirm"),
                                  .own_rows_alone = call.account && corrects_own_rows_alone(call.account->role)};
    if (version) options.expected_version = static_cast<store::Version>(*version);
    const std::string patient_id = call.values.text("patient_id");
    call.concerns(patient_id);
    AmendReport report;
    const auto stored = call.store({patient_id}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto amended =
            tracker::amend(registry, *row, *corrections, call.provenance(call.values.text("reason")), options);
        if (!amended) return tl::unexpected(amended.error());
        report = std::move(*amended);
        return report.delivery_no;
    });
    if (!stored) return stored;
    for (const auto& warning : report.warnings)
        call.note("warning: " + warning);
    call.put(call.format == Format::json ? as_json(report, version.value_or(0)) : as_text(report, *row));
    return {};
}

std::vector<Parameter> parameters()
{
    std::vector<Parameter> all = {
        required(text("patient_id", "the patient", "PATIENT")),
        required(
            repeated(of_type(Type::cells, text("changes", "a correction, e.g. long_axis_mm=5.6", "COLUMN=VALUE")))),
        required(row_as_sent().front(), Given::service), row_as_sent().back()};
    std::ranges::copy(row_parameters(), std::back_inserter(all));
    all.push_back(required(text("reason", "why; kept with the value", {}, "REASON")));
    all.push_back(flag("confirm", "implausible values are stored as they are, and flagged"));
    all.push_back({.name = "expected_version",
                   .type = Type::count,
                   .help = "only where the row is this version still ('nodtrack history --json' tells it)",
                   .option = "--if-version",
                   .value = "N",
                   .required = Given::service,
                   .least = 1});
    return all;
}

}  // namespace

UseCase amend()
{
    return {
        .name = "amend",
        .summary = "corrects single values of one row; the earlier values stay readable",
        .description =
            "Names one row of the record and the values that are to stand in it, by the columns of the record's files; "
            "an "
            "empty VALUE makes the value not known. The patient's own row is meant where no other is named. What names "
            "a row "
            "(ids, the day and kind of a therapy or event) cannot be corrected.",
        .parameters = parameters(),
        .examples =
            {{"nodtrack amend SARC-011 long_axis_mm=5.6 --scan CT-2026-11-10 --nodule N1 --reason 'typed wrong'",
              "corrects a size"},
             {"nodtrack amend SARC-011 birth_date=1961-04-02 --reason 'register office'",
              "corrects the patient's own row"},
             {"nodtrack amend SARC-011 end_date=2026-03-01 --therapy systemic --date 2025-11-02 --reason 'ended early'",
              "ends a therapy"}},
        .failures = {{ErrorCode::bad_input,
                      "a column or value is wrong, the record would contradict itself, a value becomes implausible and "
                      "is not confirmed, or the row is another version; nothing was stored"},
                     {ErrorCode::not_found, "there is no such row"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/amendments",
                    .roles = radiologist | admin,
                    .scope = tracker::TokenScope::write,
                    .summary = "Corrects values of one row; a radiologist those of rows that they recorded themselves",
                    .request = "Amendment",
                    .response = "AmendReport"}},
        .schemas = {{"AmendReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                                   {"version", schema_of(std::int64_t{})},
                                                   {"changed", array_schema(schema_of(change_shape()))},
                                                   {"warnings", array_schema(schema_of(std::string()))}})}},
        .opening = Opening::to_write,
        .listed_after = "history",
        .run = run};
}

}  // namespace nodtrack::uses
