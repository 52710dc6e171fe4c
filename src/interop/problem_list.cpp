#include "problem_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {

void ProblemList::add(RowKind kind, std::string_view file, std::uint32_t row, std::uint32_t position,
                      std::string_view column, std::string_view message)
{
    ++count_;
    // `record.json/scans` is a part of the file record.json.
    const std::string_view whole_file = file.substr(0, file.find('/'));
    if (files_.empty() || files_.back() != whole_file) {
        if (std::find(files_.begin(), files_.end(), whole_file) == files_.end()) files_.emplace_back(whole_file);
    }
    if (problems_.size() >= most_problems_listed) return;
    problems_.push_back({static_cast<std::int32_t>(kind),
                         row,
                         position,
                         {},
                         std::string(file),
                         std::string(column),
                         std::string(message)});
}

void ProblemList::add_file(std::string_view file, std::string_view column, std::string_view message)
{
    ++count_;
    if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.emplace_back(file);
    problems_.push_back({-1, 0, 0, fmt::format("{}:0:{}: {}", file, column, message), {}, {}, {}});
    has_file_problem_ = true;
}

std::string ProblemList::Problem::line() const
{
    return rank < 0 ? text : fmt::format("{}:{}:{}: {}", file, row, column, message);
}

void ProblemList::put_in_order()
{
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.rank, a.row, a.position) < std::tie(b.rank, b.row, b.position);
    });
}

void ProblemList::move_into(Delivery& delivery)
{
    put_in_order();
    for (Problem& problem : problems_) {
        delivery.problems.push_back(
            {static_cast<RowKind>(problem.rank), problem.row, std::move(problem.column), std::move(problem.message)});
    }
    problems_.clear();
}

Error ProblemList::error()
{
    put_in_order();
    Error error;
    error.code = ErrorCode::bad_input;
    error.message = fmt::format("{} {} in {} {}; nothing was stored", count_, count_ == 1 ? "problem" : "problems",
                                files_.size(), files_.size() == 1 ? "file" : "files");
    for (const Problem& problem : problems_) {
        error.context.push_back(problem.line());
    }
    if (count_ > problems_.size()) error.context.push_back(fmt::format("... and {} more", count_ - problems_.size()));
    return error;
}

}  // namespace nodtrack::interop
