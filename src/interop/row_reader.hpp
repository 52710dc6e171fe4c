#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cell.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/record_schema.hpp"
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
    column.required = field.has(Is::required);
    column.takes_numbers = is_quantity<BareOf<Member>> || std::is_same_v<BareOf<Member>, DosePhantom>;
    column.is_needed_date = std::is_same_v<Member, Date>;
    column.read = [](Row& row, std::string_view text) {
        constexpr const auto& read_field = field_of<kind, I>();
        return read_cell(read_field, text, value_of<kind>(row, read_field));
    };
    column.explain = [](std::string_view text) { return explain_cell(field_of<kind, I>(), text); };
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
          file_(delivery.source[index_of(kind)]),
          problems_(problems),
          lost_(delivery.rows_lost[index_of(kind)]),
          remarks_(delivery.remarks),
          delivery_(delivery)
    {
        for (std::size_t i = 0; i < position_.size(); ++i) {
            position_[i] = static_cast<std::uint32_t>(i);
        }
    }

    void reserve(std::size_t rows) { rows_.reserve(rows); }

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
        report_contradictions();
        // Such a row would only be in the way of the rest, and cause problems that are none; the delivery is refused
        // anyway.
        if ((bad_ & vital_columns<kind>) != 0) drop_row();
    }

    /// Ends the file: of rows with the same key, the first stays.
    void end_file()
    {
        std::vector<std::uint32_t> order(rows_.size());
        std::iota(order.begin(), order.end(), std::uint32_t{0});
        const auto is_before = [&](std::uint32_t a, std::uint32_t b) { return key_order(rows_[a], rows_[b]) < 0; };
        if (!std::ranges::is_sorted(order, is_before)) std::ranges::stable_sort(order, is_before);
        std::vector<std::pair<std::uint32_t, std::uint32_t>> repeated;  // a row, and the first of its key
        for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
            if (is_before(order[first], order[i])) {
                first = i;
            } else {
                repeated.emplace_back(order[i], order[first]);
            }
        }
        std::ranges::sort(repeated);
        for (const auto& [row, first] : repeated)
            take_repeated(row, first);
        if constexpr (kind == RowKind::decision) {
            std::uint32_t place = 0;
            auto next = repeated.begin();
            std::erase_if(rows_, [&](const Row&) {
                const bool is_repeated = next != repeated.end() && next->first == place;
                ++place;
                if (is_repeated) ++next;
                return is_repeated;
            });
        }
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
    /// the reader says so. What a decision ends goes by its day alone. Two other rows of one key are a problem.
    void take_repeated(std::uint32_t row, std::uint32_t first)
    {
        const std::string of_key(Schema::key_in_words);
        const std::string line_of_first = std::to_string(delivery_.row_in_source(kind, rows_[first].line));
        if constexpr (kind == RowKind::decision) {
            remarks_.push_back(
                {kind, rows_[row].line, "decided_by",
                 "another row for " + of_key + ", the earlier in row " + line_of_first + "; the later one counts"});
            rows_[first] = rows_[row];
        } else {
            row_ = &rows_[row];
            report(key_places<kind>.back(),
                   "two rows for " + of_key + ", the first in row " + line_of_first + "; keep one of them");
        }
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
        for (const RowProblem& problem : problems_of_row(Schema::values(*row_))) {
            for (std::size_t i = 0; i < columns<kind>.size(); ++i) {
                if (columns<kind>[i].name == problem.column) report(i, problem.message);
            }
        }
    }

    std::vector<Row>& rows_;
    const std::string& file_;
    ProblemList& problems_;
    bool& lost_;
    std::vector<DeliveryProblem>& remarks_;
    const Delivery& delivery_;
    std::array<std::uint32_t, column_count<kind>> position_{};
    ColumnBits excused_ = 0;
    ColumnBits seen_ = 0;
    ColumnBits bad_ = 0;
    Row* row_ = nullptr;
};

}  // namespace nodtrack::interop
