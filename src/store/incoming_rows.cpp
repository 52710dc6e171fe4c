#include "incoming_rows.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/core.h>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "layout.hpp"
#include "statements.hpp"
#include "write_value.hpp"

namespace nodtrack::store {
namespace {

/// What the virtual table reads from while its one INSERT runs.
template <class Row>
struct Source {
    std::span<const RowVersion<Row>> rows;
    DeliveryNumber delivery_no;
    std::string declaration;
};

template <class Row>
struct IncomingTable : sqlite3_vtab {
    const Source<Row>* source = nullptr;
};

template <class Row>
struct IncomingCursor : sqlite3_vtab_cursor {
    const Source<Row>* source = nullptr;
    std::size_t place = 0;
};

struct ResultSink {
    sqlite3_context* context;

    void integer(std::int64_t value) { sqlite3_result_int64(context, value); }
    void lasting_text(std::string_view text) { give(text, SQLITE_STATIC); }
    void passing_text(std::string_view text) { give(text, copied_text); }

  private:
    void give(std::string_view text, sqlite3_destructor_type lifetime)
    {
        const char* bytes = text.empty() ? "" : text.data();
        sqlite3_result_text(context, bytes, static_cast<int>(text.size()), lifetime);
    }
};

template <class Row>
std::string_view id_of(const Row& row, std::size_t place)
{
    std::string_view id;
    for_each_field(RowSchema<Row::kind>::ids, [&](const auto& field) {
        if (place-- == 0) id = value_of<Row::kind>(row, field);
    });
    return id;
}

/// One function a column, so that giving a value is one indirect call.
template <class Row>
using GiveColumn = void (*)(ResultSink&, const Row&);

template <class Row>
constexpr auto column_givers()
{
    constexpr std::size_t fields = stored_columns<Row> - first_value_column<Row>;
    return []<std::size_t... place>(std::index_sequence<place...>)
    {
        return std::array<GiveColumn<Row>, fields>{[](ResultSink& sink, const Row& row) {
            write_field(sink, std::get<place>(fields_of<Row>), RowSchema<Row::kind>::values(row));
        }...};
    }
    (std::make_index_sequence<fields>());
}

template <class Row>
int give_column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column)
{
    static constexpr auto givers = column_givers<Row>();
    const auto* cursor = static_cast<IncomingCursor<Row>*>(base);
    const RowVersion<Row>& incoming = cursor->source->rows[cursor->place];
    ResultSink sink{context};
    const auto place = static_cast<std::size_t>(column);
    if (place < id_columns<Row>) {
        sink.lasting_text(id_of(*incoming.row, place));
    } else if (place == id_columns<Row>) {
        sink.integer(incoming.version);
    } else if (place == id_columns<Row> + 1) {
        sink.integer(cursor->source->delivery_no);
    } else {
        givers[place - first_value_column<Row>](sink, *incoming.row);
    }
    return SQLITE_OK;
}

template <class Row>
int connect(sqlite3* database, void* source, int, const char* const*, sqlite3_vtab** table, char**)
{
    auto* made = new IncomingTable<Row>{};
    made->source = static_cast<const Source<Row>*>(source);
    *table = made;
    return sqlite3_declare_vtab(database, made->source->declaration.c_str());
}

template <class Row>
int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor)
{
    auto* made = new IncomingCursor<Row>{};
    made->source = static_cast<IncomingTable<Row>*>(table)->source;
    *cursor = made;
    return SQLITE_OK;
}

template <class Row>
constexpr sqlite3_module incoming_module()
{
    sqlite3_module module{};
    module.xConnect = connect<Row>;
    module.xBestIndex = [](sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; };
    module.xDisconnect = [](sqlite3_vtab* table) {
        delete static_cast<IncomingTable<Row>*>(table);
        return SQLITE_OK;
    };
    module.xOpen = open_cursor<Row>;
    module.xClose = [](sqlite3_vtab_cursor* cursor) {
        delete static_cast<IncomingCursor<Row>*>(cursor);
        return SQLITE_OK;
    };
    module.xFilter = [](sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
        static_cast<IncomingCursor<Row>*>(cursor)->place = 0;
        return SQLITE_OK;
    };
    module.xNext = [](sqlite3_vtab_cursor* cursor) {
        ++static_cast<IncomingCursor<Row>*>(cursor)->place;
        return SQLITE_OK;
    };
    module.xEof = [](sqlite3_vtab_cursor* base) {
        const auto* cursor = static_cast<IncomingCursor<Row>*>(base);
        return cursor->place < cursor->source->rows.size() ? 0 : 1;
    };
    module.xColumn = give_column<Row>;
    module.xRowid = [](sqlite3_vtab_cursor* cursor, sqlite3_int64* row_id) {
        *row_id = static_cast<sqlite3_int64>(static_cast<IncomingCursor<Row>*>(cursor)->place);
        return SQLITE_OK;
    };
    return module;
}

struct CanonicalSink {
    CanonicalRow& row;
    int column;

    void integer(std::int64_t value) { row.integer(column, value); }
    void lasting_text(std::string_view text) { row.text(column, text); }
    void passing_text(std::string_view text) { row.text(column, text); }
};

/// Gives every column of a row to the sink that `sink_at` makes for its place.
template <class Row, class SinkAt>
void give_columns(const RowVersion<Row>& incoming, DeliveryNumber delivery_no, SinkAt&& sink_at)
{
    int column = 0;
    for (std::size_t key = 0; key < id_columns<Row>; ++key)
        sink_at(column++).lasting_text(id_of(*incoming.row, key));
    sink_at(column++).integer(incoming.version);
    sink_at(column++).integer(delivery_no);
    for_each_field(fields_of<Row>, [&](const auto& field) {
        auto sink = sink_at(column++);
        write_field(sink, field, RowSchema<Row::kind>::values(*incoming.row));
    });
}

template <class Row>
void add_canonical_bytes(const Source<Row>& source, Sha256& sha256)
{
    CanonicalRow canonical;
    const Row* previous = nullptr;
    for (const RowVersion<Row>& incoming : source.rows) {
        // The hash goes by the order of the keys, so an order of its own would look like tampering later.
        if (previous != nullptr && key_order(*previous, *incoming.row) >= 0) {
            throw std::logic_error("rows to be stored are not in order of their keys");
        }
        previous = incoming.row;
        canonical.clear();
        give_columns(incoming, source.delivery_no, [&](int column) { return CanonicalSink{canonical, column}; });
        canonical.end();
        sha256.add(canonical.bytes());
    }
}

struct ParameterSink {
    BulkStatement& statement;
    int parameter;

    void integer(std::int64_t value) { statement.bind(parameter, value); }
    void lasting_text(std::string_view text) { statement.bind(parameter, text); }
    void passing_text(std::string_view text) { statement.bind_copy(parameter, text); }
};

/// One statement a row. It is kept, where making and dropping a virtual table would cost more than the rows.
template <class Row>
void append_one_by_one(StatementShelf& statements, const Source<Row>& source)
{
    static const std::string sql =
        insert_statement(fmt::format("{} ({})", table_of<Row>, column_list<Row>()), stored_columns<Row>);
    Rewound insert = statements.of(sql);
    for (const RowVersion<Row>& incoming : source.rows) {
        give_columns(incoming, source.delivery_no, [&](int column) {
            insert->bind_null(column + 1);
            return ParameterSink{*insert, column + 1};
        });
        insert->run();
    }
}

}  // namespace

template <class Row>
void append_rows(StatementShelf& statements, std::span<const RowVersion<Row>> rows, DeliveryNumber delivery_no,
                 Sha256& sha256)
{
    constexpr std::size_t few = 32;
    static constexpr sqlite3_module module = incoming_module<Row>();
    const std::string columns = column_list<Row>();
    const std::string table(table_of<Row>);
    const Source<Row> source{rows, delivery_no, "CREATE TABLE incoming (" + columns + ")"};
    add_canonical_bytes(source, sha256);
    if (rows.size() <= few) {
        append_one_by_one(statements, source);
        return;
    }

    sqlite3* const database = statements.database();
    const std::string name = "incoming_" + table;
    // SQLite hands the pointer back as it was given; nothing is written through it.
    void* handed = const_cast<Source<Row>*>(&source);
    if (sqlite3_create_module(database, name.c_str(), &module, handed) != SQLITE_OK) throw SQLite::Exception(database);
    try {
        BulkStatement(database, "INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " + name)
            .run();
    } catch (...) {
        sqlite3_create_module(database, name.c_str(), nullptr, nullptr);
        throw;
    }
    sqlite3_create_module(database, name.c_str(), nullptr, nullptr);
}

template void append_rows(StatementShelf&, std::span<const RowVersion<PatientRow>>, DeliveryNumber, Sha256&);
template void append_rows(StatementShelf&, std::span<const RowVersion<ScanRow>>, DeliveryNumber, Sha256&);
template void append_rows(StatementShelf&, std::span<const RowVersion<MeasurementRow>>, DeliveryNumber, Sha256&);
template void append_rows(StatementShelf&, std::span<const RowVersion<TherapyRow>>, DeliveryNumber, Sha256&);
template void append_rows(StatementShelf&, std::span<const RowVersion<EventRow>>, DeliveryNumber, Sha256&);
template void append_rows(StatementShelf&, std::span<const RowVersion<VisitRow>>, DeliveryNumber, Sha256&);

}  // namespace nodtrack::store
