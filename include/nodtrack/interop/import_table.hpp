#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/import_map.hpp"
#include "nodtrack/interop/table.hpp"

namespace nodtrack::interop {

/// The rows of the record that a table comes to by a map. Several rows of the table that name the same patient or scan
/// are one row: where they say different things, that is a problem. What is wrong with a cell stands in
/// `Delivery::problems` beside the rows that could be read, with the place that it has in the table
/// (`Delivery::place`), so that the tracker can tell everything at once; a cell that cannot be read is a problem and
/// never an empty one. Fails with `bad_input` where table and map do not belong together: a column that the map names
/// and the table does not have, or one that the map neither takes nor ignores.
Result<Delivery> imported(const Table& table, const ImportMap& map);

/// A draft of a map for a table, as JSON (schema/import-map.schema.json): from the names of its columns and from the
/// values in them. What has to be decided by a person is null in it, or stands under "notes"; such a map is refused
/// until that is done.
std::string proposed_map(const Table& table, const TableForm& form);

/// The rows of a delivery as the files of a record: name and CSV text, of those kinds that have rows.
std::vector<std::pair<std::string, std::string>> record_files(const Delivery& delivery);

/// The files of a record with nothing but their header, in order: name and CSV text.
std::vector<std::pair<std::string, std::string>> empty_record_files();

/// A table of a hospital, made up, and the map that takes it in: `nodtrack templates`.
std::string_view example_table();
std::string_view example_map();

}  // namespace nodtrack::interop
