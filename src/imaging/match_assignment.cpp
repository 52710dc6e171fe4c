#include "match_assignment.hpp"

#include <limits>

namespace nodtrack::imaging {
namespace {

/// Rows are given columns one after another; each time along the path that costs least, which may give earlier rows
/// other columns. `price` are the dual variables, which keep every reduced cost at 0 or more.
class Assignment {
  public:
    /// Behind the real columns each row has one of its own, of cost 0: to stay alone.
    Assignment(std::size_t rows, std::size_t columns, std::span<const double> gain)
        : columns_(columns),
          all_(columns + rows),
          gain_(gain),
          row_price_(rows),
          column_price_(all_),
          row_of_(all_, none)
    {
        for (std::size_t row = 0; row < rows; ++row)
            place(row);
    }

    std::vector<std::optional<std::size_t>> column_of_row() const
    {
        std::vector<std::optional<std::size_t>> result(row_price_.size());
        for (std::size_t column = 0; column < columns_; ++column) {
            if (row_of_[column] != none) result[row_of_[column]] = column;
        }
        return result;
    }

  private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    static constexpr double far = std::numeric_limits<double>::infinity();

    double cost(std::size_t row, std::size_t column) const
    {
        if (column >= columns_) return column - columns_ == row ? 0.0 : far;
        const double gain = gain_[row * columns_ + column];
        return gain > 0 ? -gain : far;
    }

    void place(std::size_t first)
    {
        std::vector<double> distance(all_, far);
        std::vector<std::size_t> from(all_, none);  // the column before on the path; none: `first` itself
        std::vector<bool> settled(all_);
        std::size_t row = first;
        std::size_t column = none;
        double reached = 0;
        while (true) {
            std::size_t next = none;
            for (std::size_t to = 0; to < all_; ++to) {
                if (settled[to]) continue;
                const double by = reached + cost(row, to) - row_price_[row] - column_price_[to];
                if (by < distance[to]) {
                    distance[to] = by;
                    from[to] = column;
                }
                if (next == none || distance[to] < distance[next]) next = to;
            }
            column = next;
            reached = distance[column];
            settled[column] = true;
            if (row_of_[column] == none) break;
            row = row_of_[column];
        }
        reprice(first, settled, distance, reached);
        for (; column != none; column = from[column])
            row_of_[column] = from[column] == none ? first : row_of_[from[column]];
    }

    void reprice(std::size_t first, const std::vector<bool>& settled, const std::vector<double>& distance,
                 double reached)
    {
        row_price_[first] += reached;
        for (std::size_t column = 0; column < all_; ++column) {
            if (!settled[column] || row_of_[column] == none) continue;
            row_price_[row_of_[column]] += reached - distance[column];
            column_price_[column] -= reached - distance[column];
        }
    }

    std::size_t columns_;
    std::size_t all_;
    std::span<const double> gain_;
    std::vector<double> row_price_;
    std::vector<double> column_price_;
    std::vector<std::size_t> row_of_;
};

}  // namespace

std::vector<std::optional<std::size_t>> best_assignment(std::size_t rows, std::size_t columns,
                                                        std::span<const double> gain)
{
    return Assignment(rows, columns, gain).column_of_row();
}

}  // namespace nodtrack::imaging
