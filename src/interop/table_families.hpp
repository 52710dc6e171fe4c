#pragma once

#include <string>
#include <vector>

#include "hospital_words.hpp"
#include "nodtrack/interop/table.hpp"

namespace nodtrack::interop {

/// A column of the table, or several that differ by a number: `N{n} size`.
struct Family {
    std::string name;  ///< as the map names it
    std::vector<std::size_t> columns;
    int first = 0;  ///< both 0: one column without a number
    int last = 0;
    MeantColumn meant{};
    bool is_meant = false;
};

/// The columns, those of a numbered row (from 1 on, without a gap) together.
std::vector<Family> families_of(const Table& table);

/// `N{n} size` without what names a nodule: its size. A bare `N{n}` is its size too.
std::string name_without_nodule(const Family& family);

}  // namespace nodtrack::interop
