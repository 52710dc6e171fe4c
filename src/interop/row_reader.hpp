#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cell.hpp"
#include "column_traits.hpp"
#include "key_index.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "problem_list.hpp"

namespace nodtrack::interop {

/// What a reader of text needs to know of one column.
template <RowKind kind>
struct Column {
    using Row = RowOf<kind>;
    std::string_view name;
    bool required = false;
    bool takes_numbers = false;   ///< in JSON a number is right here
    bool is_needed_date = false;  ///< a date that cannot be absent
    bool (*read)(Row&, std::string_view text) = nullptr;
    std::string (*explain)(std::string_view text) = nullptr;
};

template <RowKind kind, std::size_t I>
constexpr Column<kind> column_of()
{
    using Row = RowOf<kind>;
    constexpr const auto& field = field_of<kind, I>();
    using Member = std::remove_reference_t<decltype(value_of<kind>(std::declval<Row&>(), field))>;
    Column<kind> column;
    column.name = field.column;
    column.required = field.required;
    column.takes_numbers = is_quantity<BareOf<Member>> || std::is_same_v<BareOf<Member>, DosePhantom>;
    column.is_needed_date = std::is_same_v<Member, Date>;
    column.read = [](Row& row, std::string_view text) {
        constexpr const auto& read_field = field_of<kind, I>();
        return read_cell(read_field.column, text, value_of<kind>(row, read_field));
    };
    column.explain = [](std::string_view text) { return explain_cell<Member>(field_of<kind, I>().column, text); };
    return column;
}

/// All columns of a kind, ids first.
template <RowKind kind>
inline constexpr auto columns = []<std::size_t... I>(std::index_sequence<I...>)
{
    return std::array<Column<kind>, sizeof...(I)>{column_of<kind, I>()...};
}
(std::make_index_sequence<column_count<kind>>());

using ColumnBits = std::uint32_t;

template <RowKind kind>
inline constexpr ColumnBits required_columns = [] {
    ColumnBits bits = 0;
    for (std::size_t i = 0; i < columns<kind>.size(); ++i) {
        if (columns<kind>[i].required) bits |= ColumnBits{1} << i;
    }
    return bits;
}();

/// The columns that make the key of a row.
template <RowKind kind>
inline constexpr ColumnBits key_columns = [] {
    ColumnBits bits = 0;
    for (const std::size_t place : key_places<kind>)
        bits |= ColumnBits{1} << place;
    return bits;
}();

/// The columns without which a row says nothing or, with an arbitrary date, something wrong.
template <RowKind kind>
inline constexpr ColumnBits vital_columns = [] {
    ColumnBits bits = key_columns<kind>;
    for (std::size_t i = 0; i < columns<kind>.size(); ++i) {
        if (columns<kind>[i].is_needed_date) bits |= ColumnBits{1} << i;
    }
    return bits;
}();

inline std::string message_of_unknown_column(std::string_view name, std::span<const std::string_view> right_names)
{
    const std::string_view near = nearest(name, right_names);
    if (near.empty()) return "no column has this name; remove it, or begin its name with x_ to have it ignored";
    return "no column has this name; write " + std::string(near) + ", or begin its name with x_ to have it ignored";
}

/// Takes rows of one kind cell by cell into a delivery, and reports what is wrong with each.
template <RowKind kind>
class RowReader {
    using Schema = RowSchema<kind>;
    using Row = RowOf<kind>;

  public:
    static_assert(column_count<kind> <= 32);

    /// Precondition: `delivery` and `problems` outlive the reader; `delivery.source` names the file.
    RowReader(Delivery& delivery, ProblemList& problems)
        : rows_(Schema::list(delivery)),
          file_(delivery.source[static_cast<std::size_t>(kind)]),
          problems_(problems),
          lost_(delivery.rows_lost[static_cast<std::size_t>(kind)]),
          remarks_(delivery.remarks)
    {
        for (std::size_t i = 0; i < position_.size(); ++i) {
            position_[i] = static_cast<std::uint32_t>(i);
        }
    }

    void reserve(std::size_t rows)
    {
        rows_.reserve(rows);
        key_hashes_.reserve(rows);
    }

    /// The place of a column in the file, where it is not the contract's order.
    void set_position(std::size_t column, std::uint32_t position) { position_[column] = position; }

    /// A column whose absence was reported for the file and need not be reported for every row.
    void excuse(std::size_t column) { excused_ |= bit(column); }

    void begin_row(std::uint32_t line)
    {
        row_ = &rows_.emplace_back();
        row_->line = line;
        seen_ = excused_;
        bad_ = excused_;
    }

    /// Reads a cell that is not empty. Precondition: `text` lives as long as the delivery.
    void read(std::size_t column, std::string_view text)
    {
        seen_ |= bit(column);
        if (!columns<kind>[column].read(*row_, text)) refuse(column, columns<kind>[column].explain(text));
    }

    /// Reports a cell that cannot even be read.
    void refuse(std::size_t column, std::string_view message)
    {
        seen_ |= bit(column);
        bad_ |= bit(column);
        report(column, message);
    }

    /// Ends the row: required cells, contradictions, its key.
    void end_row()
    {
        if ((seen_ & required_columns<kind>) != required_columns<kind>) report_missing();
        if constexpr (kind == RowKind::scan || kind == RowKind::measurement) report_contradictions();
        // Such a row would only be in the way of the rest, and cause problems that are none; the delivery is refused
        // anyway.
        if ((bad_ & vital_columns<kind>) != 0) {
            drop_row();
        } else {
            key_hashes_.push_back(hash(*row_));
        }
    }

    /// Ends the file: rows with the same key.
    void end_file()
    {
        constexpr auto last_of_key = static_cast<std::size_t>(31 - std::countl_zero(key_columns<kind>));
        const auto same = [&](std::uint32_t a, std::uint32_t b) { return same_key(rows_[a], rows_[b]); };
        if constexpr (kind == RowKind::decision) {
            join_decisions_of_one_key(same);
            return;
        }
        for_each_duplicate(key_hashes_, same, [&](std::uint32_t row, std::uint32_t first) {
            std::string message = "two rows for ";
            message += Schema::key_in_words;
            message += ", the first in row " + std::to_string(rows_[first].line) + "; keep one of them";
            row_ = &rows_[row];
            report(last_of_key, message);
        });
    }

    /// Gives up the row begun, its problem having been reported.
    void drop_row()
    {
        rows_.pop_back();
        lose_row();
    }

    /// There was a row that could not even be begun, its problem having been reported.
    void lose_row() { lost_ = true; }

    /// A problem with something in the row that is no column of the record.
    void report_foreign(std::string_view name, std::string_view message)
    {
        problems_.add(kind, file_, row_->line, ProblemList::after_all_columns, name, message);
    }

    void report(std::size_t column, std::string_view message)
    {
        problems_.add(kind, file_, row_->line, position_[column], columns<kind>[column].name, message);
    }

  private:
    /// A meeting that comes back to a patient leaves two rows of one day, kind and person: the later one counts, and
    /// the reader says so. What a decision ends goes by its day alone.
    template <class Same>
    void join_decisions_of_one_key(Same&& same)
    {
        std::vector<bool> joined(rows_.size());
        for_each_duplicate(key_hashes_, same, [&](std::uint32_t row, std::uint32_t first) {
            remarks_.push_back({kind, rows_[row].line, "decided_by",
                                std::string("another row for ") + std::string(Schema::key_in_words) +
                                    ", the earlier in row " + std::to_string(rows_[first].line) +
                                    "; the later one counts"});
            rows_[first] = rows_[row];
            joined[row] = true;
        });
        std::size_t kept = 0;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (joined[i]) continue;
            if (kept != i) rows_[kept] = std::move(rows_[i]);
            ++kept;
        }
        rows_.resize(kept);
    }

    static constexpr ColumnBits bit(std::size_t column) { return ColumnBits{1} << column; }

    void report_missing()
    {
        ColumnBits missing = required_columns<kind> & ~seen_;
        for (; missing != 0; missing &= missing - 1) {
            refuse(static_cast<std::size_t>(std::countr_zero(missing)), "is empty; every row needs a value here");
        }
    }

    void report_contradictions()
    {
        for (const RowProblem& problem : problems_of(Schema::values(*row_))) {
            for (std::size_t i = 0; i < columns<kind>.size(); ++i) {
                if (columns<kind>[i].name == problem.column) report(i, problem.message);
            }
        }
    }

    static std::uint32_t hash(const Row& row)
    {
        KeyHash hash;
        for_each_key_column<kind>([&](const auto& field) {
            const auto& value = value_of<kind>(row, field);
            using Value = std::remove_cvref_t<decltype(value)>;
            if constexpr (std::is_enum_v<Value>) {
                hash.add(static_cast<std::uint64_t>(value));
            } else if constexpr (std::is_same_v<Value, Date>) {
                hash.add(static_cast<std::uint64_t>(value.days_since_1970()));
            } else {
                hash.add(std::string_view(value));
            }
        });
        return hash.value();
    }

    static bool same_key(const Row& a, const Row& b)
    {
        bool same = true;
        for_each_key_column<kind>(
            [&](const auto& field) { same = same && value_of<kind>(a, field) == value_of<kind>(b, field); });
        return same;
    }

    std::vector<Row>& rows_;
    const std::string& file_;
    ProblemList& problems_;
    bool& lost_;
    std::vector<DeliveryProblem>& remarks_;
    std::vector<std::uint32_t> key_hashes_;  ///< one a row
    std::array<std::uint32_t, column_count<kind>> position_{};
    ColumnBits excused_ = 0;
    ColumnBits seen_ = 0;
    ColumnBits bad_ = 0;
    Row* row_ = nullptr;
};

}  // namespace nodtrack::interop
