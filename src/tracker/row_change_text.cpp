#include "row_change_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "named_row.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using nlohmann::ordered_json;
using tracker::RowChange;

constexpr std::size_t most_lines = 40;

std::string what_becomes_of(const RowChange& change)
{
    if (!change.before) return fmt::format("holds, as version {}", change.after.value_or(0));
    if (!change.after) return "does not count any more";
    return fmt::format("version {} holds, not {}", *change.after, *change.before);
}

}  // namespace

std::string lines_text(std::string_view title, const std::vector<std::string>& lines)
{
    if (lines.empty()) return {};
    std::string text = fmt::format("{}:\n", title);
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i)
        text += "  " + lines[i] + "\n";
    if (lines.size() > most_lines) text += fmt::format("  and {} more (--json tells all)\n", lines.size() - most_lines);
    return text;
}

std::string row_changes_text(const std::vector<RowChange>& rows)
{
    std::vector<std::string> lines;
    for (const RowChange& change : rows)
        lines.push_back(fmt::format("{}: {}", row_title(change.row), what_becomes_of(change)));
    return lines.empty() ? "no row changes: what stands was recorded otherwise too\n"
                         : lines_text(fmt::format("{} row{}", rows.size(), rows.size() == 1 ? "" : "s"), lines);
}

std::string row_changes_json(const std::vector<RowChange>& rows)
{
    ordered_json all = ordered_json::array();
    for (const RowChange& change : rows) {
        ordered_json one = {{"row", kind_name(change.row.kind)}, {"patient_id", change.row.value("patient_id")}};
        tracker::for_each_named_part(
            change.row, [&](std::string_view name, std::string_view text) { one[std::string(name)] = text; });
        one["before"] = change.before ? ordered_json(*change.before) : ordered_json();
        one["after"] = change.after ? ordered_json(*change.after) : ordered_json();
        all.push_back(std::move(one));
    }
    return all.dump();
}

std::string row_change_schema()
{
    return R"({"type":"object","properties":{"row":{"type":"string"},"patient_id":{"type":"string"},)"
           R"("scan_id":{"type":"string"},"nodule_id":{"type":"string"},"visit_id":{"type":"string"},)"
           R"("kind":{"type":"string"},"date":{"type":"string"},"decided_by":{"type":"string"},)"
           R"("before":{"type":["integer","null"],"description":"the version that held; null: none"},)"
           R"("after":{"type":["integer","null"],"description":"the version that holds then; null: none"}},)"
           R"("required":["row","patient_id","before","after"]})";
}

std::string answers_text(const std::vector<tracker::AnswerChange>& answers)
{
    std::string text;
    std::size_t unchanged = 0;
    for (const tracker::AnswerChange& answer : answers) {
        if (answer.changes() || answers.size() == 1) {
            text += tracker::answer_change_text(answer);
        } else {
            ++unchanged;
        }
    }
    if (unchanged > 0) text += fmt::format("{} patient{}: the answer stays\n", unchanged, unchanged == 1 ? "" : "s");
    return text;
}

std::string answers_json(const std::vector<tracker::AnswerChange>& answers)
{
    std::string out = "[";
    for (const tracker::AnswerChange& answer : answers)
        out += (out.size() > 1 ? "," : "") + tracker::answer_change_json(answer);
    return out + "]";
}

}  // namespace nodtrack::uses
