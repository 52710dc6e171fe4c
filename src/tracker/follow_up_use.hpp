#pragma once

#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// The call's patient as stored. Fails with `not_found` where he is not recorded: a slip must not make one.
Result<Patient> recorded_patient(Call& call);

/// Records that this status holds of the call's patient since the day asked for, and tells what stood open.
Result<void> record_status(Call& call, FollowUpStatus status);

/// What the use cases that record a status have in common.
UseCase status_use(std::string_view path, std::string_view summary);

}  // namespace nodtrack::uses
