#include "cell_grid.hpp"

#include <algorithm>
#include <limits>
#include <queue>

namespace nodtrack::imaging {
namespace {

/// The lower envelope of parabolas along one line (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012).
class LineDistance {
  public:
    explicit LineDistance(std::size_t longest) : from_(longest), to_(longest), vertex_(longest), border_(longest + 1) {}

    void run(float* values, std::size_t stride, std::size_t count, double spacing_mm)
    {
        const auto square_mm = static_cast<float>(spacing_mm * spacing_mm);
        for (std::size_t i = 0; i < count; ++i)
            from_[i] = values[i * stride];
        std::size_t last = 0;
        vertex_[0] = 0;
        border_[0] = -std::numeric_limits<float>::infinity();
        border_[1] = std::numeric_limits<float>::infinity();
        const auto meeting = [&](std::size_t q, std::size_t v) {
            const auto fq = static_cast<float>(q);
            const auto fv = static_cast<float>(v);
            return ((from_[q] + square_mm * fq * fq) - (from_[v] + square_mm * fv * fv)) / (2 * square_mm * (fq - fv));
        };
        for (std::size_t q = 1; q < count; ++q) {
            float at = meeting(q, vertex_[last]);
            while (at <= border_[last])
                at = meeting(q, vertex_[--last]);
            vertex_[++last] = q;
            border_[last] = at;
            border_[last + 1] = std::numeric_limits<float>::infinity();
        }
        last = 0;
        for (std::size_t q = 0; q < count; ++q) {
            while (border_[last + 1] < static_cast<float>(q))
                ++last;
            const float off = static_cast<float>(q) - static_cast<float>(vertex_[last]);
            values[q * stride] = square_mm * off * off + from_[vertex_[last]];
        }
    }

  private:
    std::vector<float> from_;
    std::vector<float> to_;
    std::vector<std::size_t> vertex_;
    std::vector<float> border_;
};

/// Takes what is connected with the open cells.
void spread(const CellGrid& grid, const Cells& cells, std::vector<std::size_t> open, Cells& taken)
{
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for_neighbours(grid, at, [&](std::size_t next) {
            if (taken[next] != 0 || cells[next] == 0) return;
            taken[next] = 1;
            open.push_back(next);
        });
    }
}

}  // namespace

std::vector<float> distance_mm(const CellGrid& grid, const Cells& sources)
{
    constexpr float far = 1e6F;
    std::vector<float> d(grid.count());
    for (std::size_t i = 0; i < d.size(); ++i)
        d[i] = sources[i] != 0 ? 0.0F : far;
    const auto size = [&](std::size_t a) { return static_cast<std::size_t>(grid.size[a]); };
    LineDistance line(std::max({size(0), size(1), size(2)}));
    for (std::size_t k = 0; k < size(2); ++k) {
        for (std::size_t j = 0; j < size(1); ++j)
            line.run(d.data() + size(0) * (j + size(1) * k), 1, size(0), grid.spacing_mm[0]);
        for (std::size_t i = 0; i < size(0); ++i)
            line.run(d.data() + i + size(0) * size(1) * k, size(0), size(1), grid.spacing_mm[1]);
    }
    for (std::size_t ij = 0; ij < size(0) * size(1); ++ij)
        line.run(d.data() + ij, size(0) * size(1), size(2), grid.spacing_mm[2]);
    for (float& value : d)
        value = std::sqrt(value);
    return d;
}

Cells connected(const CellGrid& grid, std::size_t from, const Cells& cells)
{
    Cells taken(grid.count(), 0);
    if (cells[from] == 0) return taken;
    taken[from] = 1;
    spread(grid, cells, {from}, taken);
    return taken;
}

Cells connected_with_edge(const CellGrid& grid, const Cells& cells)
{
    Cells taken(grid.count(), 0);
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < taken.size(); ++at) {
        if (cells[at] == 0 || !grid.is_edge(grid.index(at))) continue;
        taken[at] = 1;
        open.push_back(at);
    }
    spread(grid, cells, std::move(open), taken);
    return taken;
}

double thinnest_on_way_out(const CellGrid& grid, const std::vector<float>& depth, std::size_t from)
{
    std::priority_queue<std::pair<float, std::size_t>> open;
    Cells seen(grid.count(), 0);
    open.emplace(depth[from], from);
    seen[from] = 1;
    float thinnest = depth[from];
    while (!open.empty()) {
        const auto [here, at] = open.top();
        open.pop();
        thinnest = std::min(thinnest, here);
        if (grid.is_edge(grid.index(at))) return static_cast<double>(thinnest);
        for_neighbours(grid, at, [&](std::size_t next) {
            if (seen[next] != 0 || depth[next] <= 0) return;
            seen[next] = 1;
            open.emplace(depth[next], next);
        });
    }
    return 0;
}

std::size_t deepest_near(const CellGrid& grid, const std::vector<float>& depth, std::size_t from)
{
    for (;;) {
        std::size_t best = from;
        const Index3 at = grid.index(from);
        for (std::int64_t c = -2; c <= 2; ++c) {
            for (std::int64_t b = -2; b <= 2; ++b) {
                for (std::int64_t a = -2; a <= 2; ++a) {
                    const Index3 next{at[0] + a, at[1] + b, at[2] + c};
                    if (grid.holds(next) && depth[grid.offset(next)] > depth[best]) best = grid.offset(next);
                }
            }
        }
        if (best == from) return from;
        from = best;
    }
}

}  // namespace nodtrack::imaging
