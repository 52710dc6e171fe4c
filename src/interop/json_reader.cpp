#include "json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <vector>

#include "nodtrack/domain/strict_json.hpp"
#include "row_reader.hpp"

namespace nodtrack::interop {
namespace {

enum class TokenType : std::uint8_t { text, number, boolean, container };

template <RowKind kind>
void read_value(RowReader<kind>& rows, std::size_t column, TokenType type, std::string_view text)
{
    const bool number_is_right = columns<kind>[column].takes_numbers;
    if (type == TokenType::boolean) {
        rows.refuse(column, "is true or false; write a text in quotes, such as \"yes\" or \"no\"");
    } else if (type == TokenType::container) {
        rows.refuse(column, "is a list or an object; write one value (symptoms: one text, words joined by ;)");
    } else if (type == TokenType::number && !number_is_right) {
        rows.refuse(column, "is a number; write a text in quotes");
    } else if (!text.empty()) {
        rows.read(column, text);
    }
}

/// One reader for each kind.
template <std::size_t... I>
auto readers_of(Delivery& delivery, ProblemList& problems, std::index_sequence<I...>)
{
    return std::tuple(RowReader<static_cast<RowKind>(I)>(delivery, problems)...);
}

/// Walks through the document as nlohmann's SAX parser reports it: {kind: [{column: value}]}.
class DocumentReader {
  public:
    using json = nlohmann::json;

    DocumentReader(std::string_view text, std::string_view file, Delivery& delivery, ProblemList& problems)
        : text_(text),
          file_(file),
          problems_(problems),
          keeper_(delivery),
          readers_(readers_of(delivery, problems, std::make_index_sequence<row_kind_count>()))
    {}

    // nlohmann's SAX interface; false ends the parse.
    bool null() { return value(TokenType::text, {}); }
    bool boolean(bool) { return value(TokenType::boolean, {}); }
    bool number_integer(json::number_integer_t number) { return value(TokenType::number, std::to_string(number)); }
    bool number_unsigned(json::number_unsigned_t number) { return value(TokenType::number, std::to_string(number)); }
    bool number_float(json::number_float_t, const std::string& raw) { return value(TokenType::number, raw); }
    bool string(const std::string& text) { return value(TokenType::text, text); }
    bool binary(const json::binary_t&) { return false; }  // not in JSON
    bool key(const std::string& name);
    bool start_object(std::size_t);
    bool end_object();
    bool start_array(std::size_t);
    bool end_array();
    bool parse_error(std::size_t position, const std::string& token, const nlohmann::detail::exception& error);

  private:
    enum class Place : std::uint8_t { outside, document, array, row };

    bool value(TokenType type, std::string_view text);
    bool begin_container(bool is_object);
    bool end_container();
    void begin_array_named(const std::string& name);
    void begin_row();
    void begin_column(const std::string& name);
    template <RowKind kind>
    void begin_foreign_column(RowReader<kind>& rows, const std::string& name);
    void refuse_document(std::string_view where, std::string_view message);
    bool is_repeated(const std::string& name);

    /// Calls `visit.template operator()<kind>(reader)` for the array at hand.
    template <class Visitor>
    void with_reader(Visitor&& visit)
    {
        with_kind(kind_, [&]<RowKind kind>() { visit.template operator()<kind>(std::get<index_of(kind)>(readers_)); });
    }

    std::string_view text_;
    std::string_view file_;
    ProblemList& problems_;
    TextKeeper keeper_;
    decltype(readers_of(std::declval<Delivery&>(), std::declval<ProblemList&>(),
                        std::make_index_sequence<row_kind_count>())) readers_;

    Place place_ = Place::outside;
    RowKind kind_ = RowKind::patient;
    std::uint32_t row_ = 0;
    std::optional<std::size_t> column_;  ///< absent: the value that comes is ignored
    bool array_comes_ = false;           ///< the name just read is that of a kind of row
    std::size_t skipped_depth_ = 0;      ///< open containers inside an ignored or refused value
    std::vector<std::string> array_names_;
    ColumnBits columns_begun_ = 0;  ///< of the row at hand
    std::size_t next_column_ = 0;
    std::vector<std::string> foreign_names_;  ///< of the row at hand
};

/// Containers inside an ignored value may nest this deep; more is an attack, not a record.
constexpr std::size_t deepest_ignored = 32;

void DocumentReader::refuse_document(std::string_view where, std::string_view message)
{
    problems_.add_file(file_, where, message);
}

bool DocumentReader::is_repeated(const std::string& name)
{
    std::vector<std::string>& names = place_ == Place::row ? foreign_names_ : array_names_;
    if (std::find(names.begin(), names.end(), name) != names.end()) return true;
    names.push_back(name);
    return false;
}

bool DocumentReader::key(const std::string& name)
{
    if (skipped_depth_ > 0) return true;
    if (place_ == Place::row) {
        begin_column(name);
    } else {
        begin_array_named(name);
    }
    return true;
}

void DocumentReader::begin_array_named(const std::string& name)
{
    array_comes_ = false;
    const bool readable = is_valid_identifier(name) && name.find(':') == std::string::npos;
    if (is_repeated(name)) {
        refuse_document(readable ? name : "document", "two arrays have this name; keep one of them");
        return;
    }
    if (const std::optional<RowKind> kind = kind_of_name(name)) {
        kind_ = *kind;
        array_comes_ = true;
    } else if (!name.starts_with("x_")) {
        const std::string_view near = nearest(name, row_kind_names);
        const std::string remedy =
            near.empty() ? "remove it, or begin its name with x_ to have it ignored" : fmt::format("write {}", near);
        refuse_document(readable ? name : "document", "a record has no array of this name; " + remedy);
    }
}

void DocumentReader::begin_column(const std::string& name)
{
    column_.reset();
    with_reader([&]<RowKind kind>(RowReader<kind>& rows) {
        // Rows of one array mostly have their columns in one order, so that the next column is the likeliest.
        std::size_t column = column_count<kind>;
        for (std::size_t i = 0; i < column_count<kind>; ++i) {
            const std::size_t candidate = (next_column_ + i) % column_count<kind>;
            if (column_names<kind>[candidate] != name) continue;
            column = candidate;
            break;
        }
        if (column == column_count<kind>) {
            begin_foreign_column(rows, name);
            return;
        }
        next_column_ = column + 1;
        if ((columns_begun_ & (ColumnBits{1} << column)) != 0) {
            rows.refuse(column, "stands twice in this row; keep one of them");
        } else {
            columns_begun_ |= ColumnBits{1} << column;
            column_ = column;
        }
    });
}

template <RowKind kind>
void DocumentReader::begin_foreign_column(RowReader<kind>& rows, const std::string& name)
{
    const bool repeated = is_repeated(name);
    if (!repeated && name.starts_with("x_")) return;
    const bool readable = is_valid_identifier(name) && name.find(':') == std::string::npos;
    rows.report_foreign(readable ? name : "(name)", repeated ? "stands twice in this row; keep one of them"
                                                             : message_of_unknown_column(name, column_names<kind>));
}

bool DocumentReader::value(TokenType type, std::string_view text)
{
    if (skipped_depth_ > 0) return true;
    switch (place_) {
        case Place::outside:
            refuse_document("document", "is no object; write {\"patients\": […], \"scans\": […], …}");
            return false;
        case Place::document:
            if (array_comes_) refuse_document(kind_name(kind_), "is no array; write [ … ]");
            array_comes_ = false;
            return true;
        case Place::array:
            ++row_;
            problems_.add(kind_, fmt::format("{}/{}", file_, kind_name(kind_)), row_, 0, "row",
                          "is no object; write {\"patient_id\": …}");
            with_reader([]<RowKind kind>(RowReader<kind>& rows) { rows.lose_row(); });
            return true;
        case Place::row:
            break;
    }
    if (!column_) return true;
    with_reader([&]<RowKind kind>(RowReader<kind>& rows) {
        // Only the ids of a row are views; keeping every text would double the document.
        read_value(rows, *column_, type, *column_ < id_count<kind> ? keeper_.kept(text) : text);
    });
    column_.reset();
    return true;
}

bool DocumentReader::begin_container(bool is_object)
{
    if (skipped_depth_ == 0) {
        if (place_ == Place::outside && is_object) {
            place_ = Place::document;
            return true;
        }
        if (place_ == Place::document && !is_object && array_comes_) {
            place_ = Place::array;
            row_ = 0;
            return true;
        }
        if (place_ == Place::array && is_object) {
            begin_row();
            return true;
        }
        if (!value(TokenType::container, {})) return false;
    }
    if (++skipped_depth_ <= deepest_ignored) return true;
    refuse_document("document",
                    fmt::format("values nest deeper than {}; a record has rows of plain values", deepest_ignored));
    return false;
}

void DocumentReader::begin_row()
{
    place_ = Place::row;
    foreign_names_.clear();
    columns_begun_ = 0;
    next_column_ = 0;
    column_.reset();
    ++row_;
    with_reader([&]<RowKind kind>(RowReader<kind>& rows) { rows.begin_row(row_); });
}

bool DocumentReader::end_container()
{
    if (skipped_depth_ > 0) {
        --skipped_depth_;
    } else if (place_ == Place::row) {
        with_reader([]<RowKind kind>(RowReader<kind>& rows) { rows.end_row(); });
        place_ = Place::array;
    } else if (place_ == Place::array) {
        with_reader([]<RowKind kind>(RowReader<kind>& rows) { rows.end_file(); });
        place_ = Place::document;
        array_comes_ = false;
    } else {
        place_ = Place::outside;
    }
    return true;
}

bool DocumentReader::start_object(std::size_t)
{
    return begin_container(true);
}
bool DocumentReader::end_object()
{
    return end_container();
}
bool DocumentReader::start_array(std::size_t)
{
    return begin_container(false);
}
bool DocumentReader::end_array()
{
    return end_container();
}

bool DocumentReader::parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error)
{
    refuse_document("document", json_fault(text_, position, error.what()) + "; save it as JSON in UTF-8");
    if (place_ == Place::row) {
        with_reader([]<RowKind kind>(RowReader<kind>& rows) { rows.drop_row(); });
    }
    return false;
}

}  // namespace

std::string_view TextKeeper::kept(std::string_view text)
{
    constexpr std::size_t chunk_size = 64 * 1024;
    if (chunk_ == nullptr || chunk_->capacity() - chunk_->size() < text.size()) {
        chunk_ = &delivery_.text.emplace_back();
        chunk_->reserve(std::max(chunk_size, text.size()));
    }
    const std::size_t start = chunk_->size();
    chunk_->append(text);
    return std::string_view(*chunk_).substr(start);
}

void read_json(std::string_view text, std::string_view file, Delivery& delivery, ProblemList& problems)
{
    DocumentReader reader(text, file, delivery, problems);
    // Strict: nothing may follow the document, no comments. A fault has been reported when this returns false.
    nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
}

}  // namespace nodtrack::interop
