#include "moving.hpp"

#include <fmt/format.h>

#include "nodtrack/tracker/uses/shape.hpp"
#include "row_change_text.hpp"

namespace nodtrack::uses {
namespace {

using tracker::MoveReport;
using tracker::MoveRequest;

std::string as_text(const MoveReport& report, const MoveRequest& request)
{
    std::string text = row_changes_text(report.rows);
    text += fmt::format("entered at patient {}\n", request.to);
    text += answers_text(report.answers);
    text += lines_text("which nodules they are", report.identities);
    text += lines_text("this rested on them", report.rests);
    if (request.dry_run) {
        return text + lines_text("asked before it is stored", report.questions) + "dry run: nothing was stored\n";
    }
    return text + fmt::format(
                      "stored as delivery {}; both histories keep it, and 'nodtrack retract --undo {}' takes it "
                      "back\n",
                      report.delivery_no, report.delivery_no);
}

std::string as_json(const MoveReport& report)
{
    return fmt::format(
        "{{\"delivery_no\":{},\"rows\":{},\"answers\":{},\"identities\":{},\"rests\":{},"
        "\"warnings\":{},\"questions\":{}}}\n",
        report.delivery_no == 0 ? "null" : std::to_string(report.delivery_no), row_changes_json(report.rows),
        answers_json(report.answers), json_of(report.identities), json_of(report.rests), json_of(report.warnings),
        json_of(report.questions));
}

}  // namespace

Result<void> move_and_tell(Call& call, MoveRequest request)
{
    request.confirm = call.values.has("confirm");
    request.dry_run = call.values.has("dry_run");
    if (call.account) {
        request.own_rows_alone = call.account->role != store::Role::admin;
        request.may_decide = may_decide(call.account->role);
    }
    const std::string from(request.row.value("patient_id"));
    call.concerns(from);
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    MoveReport report;
    const auto work = [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto done = tracker::move_rows(registry, **judges, request, call.provenance(call.values.text("reason")));
        if (!done) return tl::unexpected(done.error());
        report = std::move(*done);
        return report.delivery_no;
    };
    if (request.dry_run) {
        const auto registry = call.registry();
        if (!registry) return tl::unexpected(registry.error());
        if (const auto told = work(**registry); !told) return tl::unexpected(told.error());
    } else if (const auto stored = call.store({from, request.to}, work); !stored) {
        return stored;
    }
    call.shows(from);
    call.shows(request.to);
    for (const std::string& warning : report.warnings)
        call.note("warning: " + warning);
    call.put(call.format == Format::json ? as_json(report) : as_text(report, request));
    return {};
}

std::vector<Parameter> with_reason_and_confirm(std::vector<Parameter> parameters)
{
    parameters.push_back(required(text("reason", "why; kept with it", {}, "REASON")));
    parameters.push_back(flag("confirm", "also where an answer becomes quieter, or a value is implausible there"));
    parameters.push_back(flag("dry_run", "tells what would change, stores nothing"));
    parameters.push_back(
        json_switch("one JSON object: delivery_no, rows, answers, identities, rests, warnings, questions"));
    return parameters;
}

Schema move_report_schema()
{
    const std::string lines = array_schema(schema_of(std::string()));
    return {"MoveReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                         {"rows", array_schema(row_change_schema())},
                                         {"answers", array_schema(tracker::answer_change_schema())},
                                         {"identities", lines},
                                         {"rests", lines},
                                         {"warnings", lines},
                                         {"questions", lines}})};
}

}  // namespace nodtrack::uses
