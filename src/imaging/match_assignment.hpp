#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace nodtrack::imaging {

/// One-to-one pairs of rows and columns with the largest sum of gains; a pair of gain 0 or less is never made.
/// `gain` is rows x columns, row by row, finite. Returns the column of each row. Equal sums: the same answer always.
/// Cost: rows^2 x (rows + columns) (Kuhn 1955, Munkres 1957; with shortest augmenting paths as by Jonker and
/// Volgenant, Computing 1987;38:325-340).
std::vector<std::optional<std::size_t>> best_assignment(std::size_t rows, std::size_t columns,
                                                        std::span<const double> gain);

}  // namespace nodtrack::imaging
