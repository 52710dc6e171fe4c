#pragma once

#include <cstdlib>
#include <string>

#include "nearest.hpp"
#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "record_rows.hpp"

namespace nodtrack::interop {

/// What any text may lead to: a refusal that names its problems, or rows that are the same when written and read again.
/// Aborts otherwise, which is how a fuzzer learns of it.
inline void expect(bool claim)
{
    if (!claim) std::abort();
}

template <RowKind kind, class Row>
std::array<std::string_view, id_count<kind>> keys_of(Row& row)
{
    return std::apply([&](const auto&... field) { return std::array{std::string_view(value_of<kind>(row, field))...}; },
                      RowSchema<kind>::ids);
}

template <RowKind kind>
std::string csv_of(Delivery& delivery)
{
    std::string text;
    append_csv_header<kind>(text);
    for (auto& row : RowSchema<kind>::list(delivery)) {
        append_csv_row<kind>(text, keys_of<kind>(row), RowSchema<kind>::values(row));
    }
    return text;
}

/// A refusal names its problems, each on a line of its own.
inline void expect_refusal(const Error& error)
{
    expect(error.code == ErrorCode::bad_input && !error.message.empty() && !error.context.empty());
    for (const std::string& line : error.context)
        expect(line.find('\n') == std::string::npos && valid_utf8_prefix(line) == line.size());
}

/// Each problem of an imported table has a row of the table, and each row that was read a place.
inline void expect_placed(const Delivery& delivery)
{
    for (const DeliveryProblem& problem : delivery.problems) {
        const std::string place = delivery.place(problem.kind, problem.line, problem.column);
        expect(place.find(":0:") == std::string::npos && place.find('\n') == std::string::npos &&
               !problem.message.empty());
        expect(valid_utf8_prefix(place) == place.size() &&
               valid_utf8_prefix(problem.message) == problem.message.size());
    }
    for_each_kind([&]<RowKind kind>() {
        for (const auto& row : RowSchema<kind>::list(delivery))
            expect(delivery.row_in_source(kind, row.line) > 0);
    });
}

inline void expect_sound(Result<Delivery> read)
{
    if (!read) return expect_refusal(read.error());
    for_each_kind([&]<RowKind kind>() {
        const std::string once = csv_of<kind>(*read);
        Result<Delivery> again = read_csv_text(kind, once);
        expect(again.has_value());
        expect(RowSchema<kind>::list(*again).size() == RowSchema<kind>::list(*read).size());
        expect(csv_of<kind>(*again) == once);
    });
}

}  // namespace nodtrack::interop
