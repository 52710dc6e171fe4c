#pragma once

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// The columns of a kind of row as parameters: ids that must be there are arguments (`PATIENT VISIT`), the others
/// options of the column's name.
std::vector<Parameter> columns_as_parameters(RowKind kind);

/// Records one row of what the call's parameters say, by the rules of an import: what is stored already is no change,
/// an empty value is filled in, a contradiction is refused without a reason. `preset`: column and text that stand where
/// the call says nothing.
Result<void> record_row(Call& call, RowKind kind, const std::vector<std::pair<std::string, std::string>>& preset = {});

/// What is said in common of the use cases that record a row: parameters, failures, opening. At the service it is a
/// POST to `path`; empty: there is none.
UseCase new_row(RowKind kind, std::string_view path, std::string_view request, std::string_view summary);

}  // namespace nodtrack::uses
