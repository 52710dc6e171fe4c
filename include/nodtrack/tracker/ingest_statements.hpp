#pragma once

#include "nodtrack/interop/statements.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {

/// As `ingest`, together with what an export says beside its rows: which nodules the rows are, and what was entered in
/// error. Rows of `delivery` are named by what links.csv says they were reported under (link_plan.hpp), so that a
/// record taken into an empty registry is the same there: exported again, it gives the same bytes.
///
/// All or nothing. It takes more than one delivery where reasons differ, and where rows that were entered in error are
/// stored before they are retracted. Fails as `ingest`, and with the problems of both files among its lines.
Result<IngestReport> ingest_with_statements(store::Registry& registry, Delivery& delivery,
                                            const interop::Statements& statements, const store::Provenance& provenance,
                                            const IngestOptions& options = {});

}  // namespace nodtrack::tracker
