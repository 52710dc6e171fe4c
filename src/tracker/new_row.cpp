#include "new_row.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "named_row.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

/// `visit_id` -> `VISIT`
std::string argument_of(std::string_view column)
{
    std::string name(column.substr(0, column.find("_id")));
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return name;
}

template <class Owner, class Member>
Parameter parameter_of(const Field<Owner, Member>& field)
{
    using Value = BareOf<Member>;
    Parameter parameter = text(std::string(field.column), std::string(field.meaning), {}, "TEXT");
    if constexpr (std::is_same_v<Value, Date>) {
        parameter = date(parameter.name, parameter.help);
    } else if constexpr (std::is_enum_v<Value>) {
        parameter = word(parameter.name, parameter.help, words_of<Value>(), {}, "WORD");
    }
    if (!field.has(Is::required)) return parameter;
    if (is_identifier(field.column)) parameter.option = argument_of(field.column);
    return required(parameter);
}

std::vector<Parameter> columns_as_parameters(RowKind kind)
{
    std::vector<Parameter> parameters;
    with_kind(kind, [&]<RowKind known>() {
        for_each_column<known>([&](const auto& field) { parameters.push_back(parameter_of(field)); });
    });
    // Arguments stand first.
    std::ranges::stable_partition(parameters, [](const Parameter& parameter) { return !parameter.option.empty(); });
    return parameters;
}

/// The key of the row, as its columns stand in the call.
tracker::RowKey key_of_call(const Call& call, RowKind kind)
{
    tracker::RowKey key{.kind = kind};
    with_kind(kind, [&]<RowKind known>() {
        for (const std::string_view column : key_names<known>)
            key.values.push_back(call.values.text(column));
    });
    return key;
}

}  // namespace

Result<void> record_row(Call& call, RowKind kind)
{
    std::vector<interop::TypedCell> cells;
    with_kind(kind, [&]<RowKind known>() {
        for (const std::string_view column : column_names<known>) {
            const std::vector<std::string>& given = call.values.all(column);
            if (!given.empty()) cells.push_back({column, given.front()});
        }
    });
    const auto rows = interop::read_typed_row(kind, cells);
    if (!rows) return tl::unexpected(rows.error());

    tracker::IngestOptions options{.amend_reason = call.values.text("amend"), .confirm = call.values.has("confirm")};
    if (call.values.has("amend") && options.amend_reason.empty()) {
        return call.failure(ErrorCode::usage, "{amend}: the reason is empty; say why stored values change, in words");
    }
    if (call.account) {
        options.own_rows_alone = corrects_own_rows_alone(call.account->role);
        options.may_decide = may_decide(call.account->role);
    }
    const std::string patient_id = call.values.text("patient_id");
    call.concerns(patient_id);
    tracker::IngestReport report;
    const auto stored = call.store({patient_id}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto taken = tracker::ingest(registry, *rows, call.provenance(options.amend_reason), options);
        if (!taken) return tl::unexpected(taken.error());
        report = std::move(*taken);
        return report.delivery_no.value_or(0);
    });
    if (!stored) return stored;
    for (const std::string& warning : report.warnings)
        call.note("warning: " + warning);
    if (call.format == Format::json) {
        call.put(fmt::format("{{\"delivery_no\":{},\"warnings\":{}}}\n",
                             report.delivery_no ? std::to_string(*report.delivery_no) : "null",
                             json_of(report.warnings)));
        return {};
    }
    const std::string title = row_title(key_of_call(call, kind));
    call.put(report.delivery_no ? fmt::format("{}: stored as delivery {}\n", title, *report.delivery_no)
                                : fmt::format("{}: nothing new, these are the stored values\n", title));
    return {};
}

Route row_route(std::string_view path, std::string_view request, std::string_view summary, Roles roles)
{
    return {.method = Method::post,
            .path = path,
            .roles = roles,
            .scope = tracker::TokenScope::write,
            .summary = summary,
            .request = request,
            .response = "RowReport"};
}

UseCase new_row(RowKind kind, const std::optional<Route>& route)
{
    UseCase use;
    use.parameters = columns_as_parameters(kind);
    use.parameters.push_back(
        text("amend", "the row is there and says otherwise: why its values change; kept with them", {}, "REASON"));
    use.parameters.push_back(flag("confirm", "implausible values are stored as they are, and flagged"));
    use.parameters.push_back(json_switch("one JSON object: delivery_no (null: nothing was new), warnings"));
    use.failures = {{ErrorCode::bad_input,
                     "a value is wrong, contradicts what is stored, or is implausible and not confirmed; nothing was "
                     "stored"}};
    use.opening = Opening::to_write;
    if (!route) return use;
    use.routes = {*route};
    use.schemas = {{"RowReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                                {"warnings", array_schema(schema_of(std::string()))}})}};
    return use;
}

}  // namespace nodtrack::uses
