#pragma once

#include <cstdint>
#include <vector>

#include "neighbourhood.hpp"

namespace nodtrack::imaging {

/// One flag for each cell of a grid.
using Cells = std::vector<std::uint8_t>;

/// Values on the cells of a neighbourhood, first axis fastest.
struct CellGrid {
    Index3 size{};
    Vector3 spacing_mm{};

    std::size_t count() const { return voxel_count(size); }
    std::size_t offset(const Index3& at) const
    {
        return static_cast<std::size_t>(at[0] + size[0] * (at[1] + size[1] * at[2]));
    }
    Index3 index(std::size_t offset) const
    {
        const auto at = static_cast<std::int64_t>(offset);
        return {at % size[0], at / size[0] % size[1], at / (size[0] * size[1])};
    }
    bool holds(const Index3& at) const
    {
        return at[0] >= 0 && at[1] >= 0 && at[2] >= 0 && at[0] < size[0] && at[1] < size[1] && at[2] < size[2];
    }
    bool is_edge(const Index3& at) const
    {
        for (std::size_t a = 0; a < 3; ++a) {
            if (at[a] == 0 || at[a] == size[a] - 1) return true;
        }
        return false;
    }
};

/// The cells where `holds(offset)`.
template <class Holds>
Cells cells_where(const CellGrid& grid, Holds holds)
{
    Cells cells(grid.count());
    for (std::size_t at = 0; at < cells.size(); ++at)
        cells[at] = holds(at) ? 1 : 0;
    return cells;
}

/// Calls `visit` with the offset of each of the up to 26 neighbours.
template <class Visit>
void for_neighbours(const CellGrid& grid, std::size_t offset, Visit visit)
{
    const Index3 at = grid.index(offset);
    for (std::int64_t c = -1; c <= 1; ++c) {
        for (std::int64_t b = -1; b <= 1; ++b) {
            for (std::int64_t a = -1; a <= 1; ++a) {
                const Index3 next{at[0] + a, at[1] + b, at[2] + c};
                if ((a != 0 || b != 0 || c != 0) && grid.holds(next)) visit(grid.offset(next));
            }
        }
    }
}

/// The distance of each cell to the nearest one of `sources`, mm; very far where there is none.
std::vector<float> distance_mm(const CellGrid& grid, const Cells& sources);

/// Those of `cells` that are connected with `from`, by up to 26 neighbours.
Cells connected(const CellGrid& grid, std::size_t from, const Cells& cells);

/// Those of `cells` that are connected with the edge of the grid.
Cells connected_with_edge(const CellGrid& grid, const Cells& cells);

/// How thick the thinnest place is on the thickest way from a cell to the edge of the grid: 0 where there is none.
double thinnest_on_way_out(const CellGrid& grid, const std::vector<float>& depth, std::size_t from);

/// Uphill to where the depth is greatest near a cell.
std::size_t deepest_near(const CellGrid& grid, const std::vector<float>& depth, std::size_t from);

}  // namespace nodtrack::imaging
