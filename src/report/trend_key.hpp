#pragma once

#include <string>
#include <vector>

#include "svg_writer.hpp"

namespace nodtrack::report {

/// What the marks of a picture mean, in rows from left to right.
class TrendKey {
  public:
    enum class Mark : unsigned char { newly_seen, resolved, unmeasured, gap, therapy, event, none };

    void add(Mark mark, std::string text) { entries_.push_back({mark, std::move(text)}); }

    /// Rows that it takes in a picture so wide.
    double rows(double width) const;
    void draw(SvgWriter& svg, double top, double width) const;

  private:
    struct Entry {
        Mark mark;
        std::string text;
    };

    static double width_of(const Entry& entry);

    std::vector<Entry> entries_;
};

}  // namespace nodtrack::report
