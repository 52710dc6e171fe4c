#pragma once

#include <map>
#include <string>
#include <string_view>

#include "nodtrack/interop/import_map.hpp"
#include "nodtrack/interop/table.hpp"
#include "record_columns.hpp"
#include "written_value.hpp"

namespace nodtrack::interop {

/// A word for comparison: Unicode's case folding (NFKC), blanks inside as one.
std::string folded(std::string_view text);

/// One source of the map, with its words ready to be looked up whatever their case.
class TableValue {
  public:
    TableValue(const ImportSource& source, const RecordColumn& column, const WrittenForm& form);

    /// The text that the record's reader takes; empty where the cell says nothing or that it is not known.
    Reading read(const TableCell& cell) const;

  private:
    Reading read_part(std::string_view text, bool is_number) const;
    Reading read_words(std::string_view text) const;
    Reading read_word(std::string_view text) const;
    Reading read_amount(std::string_view text, bool is_number) const;
    bool is_not_known(std::string_view text) const;
    /// For messages: ids are not told.
    std::string shown(std::string_view text) const;

    const ImportSource& source_;
    const RecordColumn& column_;
    const WrittenForm& form_;
    std::map<std::string, std::string> words_;
};

}  // namespace nodtrack::interop
