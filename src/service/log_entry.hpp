#pragma once

#include <string>
#include <string_view>

#include "route.hpp"

namespace nodtrack::service {

/// Whether the read log has an entry of each request there: it shows patients, or what is known of them.
bool is_logged(std::string_view path);
inline bool is_logged(const Route& route)
{
    return is_logged(route.path);
}

/// What a caller sent, as the read log keeps it for good: it may be as long as the head of a request.
std::string shortened(std::string text);

/// `GET /api/v1/patients/{patient_id}`
std::string names_of(const Route& route);

}  // namespace nodtrack::service
