#pragma once

#include "nodtrack/store/links.hpp"
#include "statements.hpp"

namespace nodtrack::store {

inline constexpr std::string_view link_columns =
    "patient_id, scan_id, observation_id, link_no, delivery_no, answers_link_no, nodule_id, how, state, "
    "confidence_permille, made_by, nodule_state, other_nodule_id, state_date";
inline constexpr int link_column_count = 14;
inline constexpr int link_delivery_column = 4;

/// The link of a row that selects `link_columns`.
IdentityLink link_of(const BulkStatement& row);

}  // namespace nodtrack::store
