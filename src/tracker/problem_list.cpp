#include "problem_list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "nodtrack/domain/implausible.hpp"
#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::size_t most_lines = 10'000;

}  // namespace

std::size_t place_of_column(RowKind kind, std::string_view column)
{
    return with_kind(kind, [&]<RowKind known>() -> std::size_t {
        const auto& names = column_names<known>;
        const auto place = static_cast<std::size_t>(std::ranges::find(names, column) - names.begin());
        return place < id_count<known> || place == names.size() ? 0 : place;
    });
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

void ProblemList::add_question(RowKind kind, std::uint32_t line, std::string_view column, std::string message,
                               std::string kept)
{
    if (rows_at_fault_.contains(row_number(kind, line))) return;
    questions_.push_back({kind, line, std::string(column), std::move(message), std::move(kept)});
}

std::vector<std::string> ProblemList::kept_lines() const
{
    std::vector<Problem> kept = questions_;
    for (Problem& question : kept) {
        if (!question.kept.empty()) question.message = question.kept;
    }
    return lines_of(kept);
}

std::vector<std::string> ProblemList::lines_of(const std::vector<Problem>& problems, std::size_t* count) const
{
    std::vector<const Problem*> sorted;
    for (const Problem& problem : problems)
        sorted.push_back(&problem);
    const bool is_of_table = std::ranges::any_of(delivery_.origins, [](const auto& rows) { return !rows.empty(); });
    std::ranges::stable_sort(sorted, {}, [&](const Problem* problem) {
        const std::uint32_t row_of_table = is_of_table ? delivery_.row_in_source(problem->kind, problem->line) : 0;
        return std::tuple(row_of_table, problem->kind, problem->line, place_of_column(problem->kind, problem->column));
    });
    std::vector<std::string> lines;
    std::unordered_set<std::string> told;
    for (const Problem* problem : sorted) {
        std::string line = delivery_.place(problem->kind, problem->line, problem->column) + ": " + problem->message;
        const bool is_new = told.insert(line).second;
        if (is_new && lines.size() < most_lines) lines.push_back(std::move(line));
    }
    if (count != nullptr) *count = told.size();
    if (told.size() > most_lines) lines.push_back(fmt::format("and {} more", told.size() - most_lines));
    return lines;
}

Error ProblemList::error() const
{
    if (problems_.empty()) return unconfirmed(question_lines(), questions_.size());
    std::set<std::string_view> files;
    for (const Problem& problem : problems_)
        files.insert(delivery_.source[index_of(problem.kind)].empty() ? kind_name(problem.kind)
                                                                      : delivery_.source[index_of(problem.kind)]);
    std::size_t count = 0;
    std::vector<std::string> told = lines_of(problems_, &count);
    std::string asked;
    if (has_questions()) {
        asked = fmt::format(", and {} implausible value{} to be corrected or confirmed", questions_.size(),
                            questions_.size() == 1 ? "" : "s");
    }
    return Error{ErrorCode::bad_input,
                 fmt::format("{} problem{} in {} file{}{}; nothing was stored", count, count == 1 ? "" : "s",
                             files.size(), files.size() == 1 ? "" : "s", asked),
                 std::move(told), question_lines()};
}

Error unconfirmed(std::vector<std::string> questions, std::size_t count)
{
    return Error{ErrorCode::bad_input,
                 fmt::format("{} implausible value{}; nothing was stored: correct {}, or confirm {} (--confirm on the "
                             "command line, confirm in the API)",
                             count, count == 1 ? "" : "s", count == 1 ? "it" : "them", count == 1 ? "it" : "them"),
                 {},
                 std::move(questions)};
}

static std::string_view without_question(std::string_view line)
{
    if (line.ends_with(or_confirm)) line.remove_suffix(or_confirm.size());
    return line.substr(0, line.rfind("; "));
}

std::string confirmed_line(const std::string& question)
{
    return std::string(without_question(question)) + "; confirmed";
}

std::string confirmed_reason(const std::vector<std::string>& questions)
{
    constexpr std::size_t most_told = 50;
    std::string reason = "confirmed: ";
    for (std::size_t i = 0; i < std::min(questions.size(), most_told); ++i) {
        if (i > 0) reason += " | ";
        reason += without_question(questions[i]);
    }
    if (questions.size() > most_told) reason += fmt::format(" | and {} more", questions.size() - most_told);
    return reason;
}

}  // namespace nodtrack::tracker
