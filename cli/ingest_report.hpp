#pragma once

#include "command.hpp"
#include "nodtrack/interop/statements.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::cli {

/// How rows are taken in, as `--amend`, `--dry-run` and `--confirm` say. Failure: `usage`, for an empty reason.
Result<tracker::IngestOptions> ingest_options(const Arguments& arguments);

/// The options that `ingest_options` reads.
std::vector<Option> ingest_option_list();

/// Takes rows in by `command`, and tells what became of them.
Result<ExitStatus> take_in(const Call& call, const Delivery& delivery, const tracker::IngestOptions& options,
                           std::string_view command);

/// The same with what an export says beside its rows.
Result<ExitStatus> take_in(const Call& call, Delivery& delivery, const interop::Statements& statements,
                           const tracker::IngestOptions& options, std::string_view command);

}  // namespace nodtrack::cli
