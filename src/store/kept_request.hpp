#pragma once

#include <string_view>

#include "nodtrack/store/provenance.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// Whether that account used that key in the 24 hours before. Throws SQLite::Exception.
bool is_request_kept(StatementCache& statements, const RequestKey& request, std::string_view recorded_at);

/// Notes, in the transaction of a change, that the request was done by it; an older use of the key is forgotten.
void keep_request(StatementCache& statements, const RequestKey& request, std::string_view recorded_at,
                  DeliveryNumber delivery_no);

}  // namespace nodtrack::store
