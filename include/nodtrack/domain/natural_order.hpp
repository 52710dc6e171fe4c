#pragma once

#include <string_view>

namespace nodtrack {

/// Ids with the numbers in them in their order: N2 before N10.
bool in_natural_order(std::string_view left, std::string_view right);

}  // namespace nodtrack
