#pragma once

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// Records one row of what the call's parameters say, by the rules of an import: what is stored already is no change,
/// an empty value is filled in, a contradiction is refused without a reason.
Result<void> record_row(Call& call, RowKind kind);

/// A POST that records a row.
Route row_route(std::string_view path, std::string_view request, std::string_view summary,
                Roles roles = radiologist | admin);

/// What the use cases that record a row have in common: parameters (ids that must be there are arguments, `PATIENT
/// VISIT`, the other columns options of their names), failures, opening, and the answer's schema where there is a
/// route.
UseCase new_row(RowKind kind, const std::optional<Route>& route = std::nullopt);

}  // namespace nodtrack::uses
