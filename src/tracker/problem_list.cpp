#include "problem_list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "nodtrack/domain/row_schema.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::size_t most_lines = 10'000;

template <class Fields>
std::size_t place_among(const Fields& fields, std::string_view column)
{
    std::size_t place = 0;
    std::size_t found = 0;
    for_each_field(fields, [&](const auto& field) {
        ++place;
        if (field.column == column) found = place;
    });
    return found;
}

}  // namespace

std::size_t place_of_column(RowKind kind, std::string_view column)
{
    return with_kind(kind, [&]<RowKind known>() { return place_among(RowSchema<known>::fields, column); });
}

static std::uint64_t row_number(RowKind kind, std::uint32_t line)
{
    return (static_cast<std::uint64_t>(kind) << 32U) | line;
}

void ProblemList::add_problems_of_reading()
{
    for (const DeliveryProblem& problem : delivery_.problems) {
        problems_.push_back({problem.kind, problem.line, problem.column, problem.message});
        rows_at_fault_.insert(row_number(problem.kind, problem.line));
    }
}

void ProblemList::add_unknown(RowKind referred, RowKind kind, std::uint32_t line, std::string_view column,
                              std::string message)
{
    if (!delivery_.rows_lost[static_cast<std::size_t>(referred)]) add(kind, line, column, std::move(message));
}

void ProblemList::add(RowKind kind, std::uint32_t line, std::string_view column, std::string message)
{
    if (rows_at_fault_.contains(row_number(kind, line))) return;
    problems_.push_back({kind, line, std::string(column), std::move(message)});
}

std::vector<std::string> ProblemList::lines() const
{
    std::vector<const Problem*> sorted;
    for (const Problem& problem : problems_)
        sorted.push_back(&problem);
    std::ranges::stable_sort(sorted, {}, [](const Problem* problem) {
        return std::tuple(problem->kind, problem->line, place_of_column(problem->kind, problem->column));
    });
    std::vector<std::string> lines;
    for (const Problem* problem : sorted) {
        if (lines.size() == most_lines) {
            lines.push_back(fmt::format("and {} more", sorted.size() - most_lines));
            break;
        }
        lines.push_back(delivery_.place(problem->kind, problem->line, problem->column) + ": " + problem->message);
    }
    return lines;
}

Error ProblemList::error() const
{
    std::set<RowKind> kinds;
    for (const Problem& problem : problems_)
        kinds.insert(problem.kind);
    return Error{ErrorCode::bad_input,
                 fmt::format("{} problem{} in {} file{}; nothing was stored", problems_.size(),
                             problems_.size() == 1 ? "" : "s", kinds.size(), kinds.size() == 1 ? "" : "s"),
                 lines()};
}

}  // namespace nodtrack::tracker
