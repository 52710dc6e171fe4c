#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/import_map.hpp"
#include "table_parts.hpp"
#include "table_value.hpp"

namespace nodtrack::interop {

/// A column of the record, for one number of a repetition: where its cells are, and how they are read.
struct BoundSource {
    std::optional<std::size_t> column;  ///< of the table; absent: a constant
    std::string constant;
    std::unique_ptr<TableValue> value;
};

struct BoundColumn {
    std::size_t target = 0;  ///< place among the kind's columns
    std::vector<BoundSource> sources;
};

/// Rows of one kind, for one number of a repetition.
struct BoundRows {
    RowKind kind = RowKind::patient;
    std::vector<std::size_t> where_filled;
    std::vector<BoundColumn> columns;
    /// Columns of the table that nothing else takes: a value there is lost where no row is made.
    std::vector<std::size_t> own;
};

/// Finds the map's columns in the table, and what does not fit. Precondition: table and map outlive what is bound.
class Binding {
  public:
    Binding(const Table& table, const ImportMap& map);

    /// The map's rows, one for each number of a repetition. Failure: `bad_input`, with every column that one of the two
    /// names and the other does not know.
    Result<std::vector<BoundRows>> bind();

    /// Columns whose blank cells take the value above.
    const std::vector<std::size_t>& filled_down() const { return filled_down_; }

  private:
    std::optional<std::size_t> place_of(const std::string& name, std::string_view where);
    void bind_rows(const ImportRows& rows, int number);
    void find_own_columns();

    const Table& table_;
    const ImportMap& map_;
    TableProblems problems_;
    std::map<std::string, std::size_t> places_;  ///< by folded name
    std::set<std::string> missing_;
    std::vector<std::size_t> uses_;  ///< by column of the table
    std::vector<std::size_t> filled_down_;
    std::vector<BoundRows> bound_;
};

}  // namespace nodtrack::interop
