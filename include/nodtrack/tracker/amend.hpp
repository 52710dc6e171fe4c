#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

/// A value to put in place of a stored one, as it would stand in the CSV file; empty text clears the value.
struct Correction {
    std::string column;
    std::string text;
};

/// One value before and after, as text; empty = not known.
struct CorrectedValue {
    std::string column;
    std::string before;
    std::string after;
};

struct AmendReport {
    std::vector<CorrectedValue> changed;    ///< values that were the same already are left out
    store::DeliveryNumber delivery_no = 0;  ///< 0 where nothing changed: then nothing is recorded
    std::vector<std::string> warnings{};    ///< implausible values that were confirmed, `kind: column: …`
};

struct AmendOptions {
    /// Where it is given, fails with `conflict` where the row is another version by now: the first context line says
    /// which version holds and who recorded it when, then one line a value that differs, `column: was A in version N,
    /// is B in version M`.
    std::optional<store::Version> expected_version = std::nullopt;
    bool confirm = false;         ///< values that become implausible are stored as they are
    bool own_rows_alone = false;  ///< fails with `not_allowed` where others than the actor have recorded the row
};

/// Corrects single values of one row; the earlier values stay in its history. `provenance.reason` says why.
///
/// Fails with `bad_input` where the reason is missing, a column or value is none, a value the record must have is to
/// be cleared, or the record that would come out contradicts itself (all at once); with `not_found` where there is
/// no such row. Columns of the key cannot be corrected. Without `confirm` it fails with `bad_input`, too, where
/// `implausible_values` finds something that was not so before: one line each among `Error::questions`.
Result<AmendReport> amend(store::Registry& registry, const RowKey& row, std::span<const Correction> corrections,
                          const store::Provenance& provenance, const AmendOptions& options = {});

}  // namespace nodtrack::tracker
