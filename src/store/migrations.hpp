#pragma once

#include <span>
#include <string_view>

namespace nodtrack::store {

/// The SQL of each migration; the first one makes schema version 1.
std::span<const std::string_view> migrations();

}  // namespace nodtrack::store
