#pragma once

#include "nodtrack/tracker/move.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// Moves rows as the call asks (its parameters confirm, dry_run and reason; its account), and puts what became of it.
Result<void> move_and_tell(Call& call, tracker::MoveRequest request);

/// `parameters`, then reason, confirm, dry_run and json.
std::vector<Parameter> with_reason_and_confirm(std::vector<Parameter> parameters);

/// What the answer is; the schema `MoveReport`.
Schema move_report_schema();

}  // namespace nodtrack::uses
