#pragma once

#include <cstdlib>
#include <string>

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

inline void expect_sound(Result<Delivery> read)
{
    if (!read) {
        expect(read.error().code == ErrorCode::bad_input && !read.error().message.empty());
        expect(!read.error().context.empty());
        for (const std::string& line : read.error().context) {
            expect(line.find('\n') == std::string::npos && valid_utf8_prefix(line) == line.size());
        }
        return;
    }
    for_each_kind([&]<RowKind kind>() {
        const std::string once = csv_of<kind>(*read);
        Result<Delivery> again = read_csv_text(kind, once);
        expect(again.has_value());
        expect(RowSchema<kind>::list(*again).size() == RowSchema<kind>::list(*read).size());
        expect(csv_of<kind>(*again) == once);
    });
}

}  // namespace nodtrack::interop
