#include "recording.hpp"

#include <fmt/core.h>

#include "nodtrack/domain/sha256.hpp"

namespace nodtrack::store {

RecordedTable::RecordedTable(StatementCache& statements, std::string_view table, int columns)
    : insert_(statements.of(insert_statement(table, static_cast<std::size_t>(columns)))), columns_(columns)
{}

RecordedTable& RecordedTable::text(std::string_view value)
{
    canonical_.text(column_, value);
    insert_->bind(++column_, value);
    return *this;
}

RecordedTable& RecordedTable::copied_text(std::string_view value)
{
    canonical_.text(column_, value);
    insert_->bind_copy(++column_, value);
    return *this;
}

RecordedTable& RecordedTable::text_or_null(std::string_view value)
{
    return value.empty() ? null() : text(value);
}

RecordedTable& RecordedTable::integer(std::int64_t value)
{
    canonical_.integer(column_, value);
    insert_->bind(++column_, value);
    return *this;
}

RecordedTable& RecordedTable::null()
{
    insert_->bind_null(++column_);
    return *this;
}

void RecordedTable::end_row()
{
    while (column_ < columns_)
        null();
    canonical_.end();
    insert_->run();
    sha256_.add(canonical_.bytes());
    canonical_.clear();
    column_ = 0;
    ++rows_;
}

std::string log_line(std::string_view table, std::int64_t rows, std::string_view sha256)
{
    return fmt::format("{} {} {}\n", table, rows, sha256);
}

std::string chained_sha256(std::string_view previous_sha256, std::string_view entry)
{
    return sha256_of(fmt::format("{}\n{}", previous_sha256, entry));
}

std::string_view chain_start()
{
    return "0000000000000000000000000000000000000000000000000000000000000000";
}

}  // namespace nodtrack::store
