#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "layout.hpp"
#include "nodtrack/store/retractions.hpp"
#include "row_stream.hpp"
#include "statements.hpp"

namespace nodtrack::store {

// Which rows of a patient were entered in error. All reading of rows goes by this.

inline constexpr std::string_view retraction_columns =
    "patient_id, delivery_no, item_no, scope, row_kind, row_key, scan_id, retracted_delivery_no, moved_to_patient_id";
inline constexpr int retraction_column_count = 9;
inline constexpr int retraction_delivery_column = 1;

/// The retraction of a row that selects `retraction_columns`.
Retraction retraction_of(const BulkStatement& row);

/// The retractions of one patient, as far as they are known.
class Coverage {
  public:
    void clear() { all_.clear(); }
    void add(Retraction retraction) { all_.push_back(std::move(retraction)); }
    bool empty() const { return all_.empty(); }
    const std::vector<Retraction>& all() const { return all_; }

    /// The one that takes this one back; null while it is in effect.
    const Retraction* taken_back_by(const Retraction& retraction) const;

    /// The retraction in effect, the first, that covers a row of that key recorded by that delivery; null where none
    /// does. `key` is the `row_key_text`, of a scan its id.
    const Retraction* of_row(RowKind kind, std::string_view key, DeliveryNumber delivery_no) const;

    /// The same of a link or an image of an observation.
    const Retraction* of_observation(std::string_view scan_id, std::string_view observation_id,
                                     DeliveryNumber delivery_no) const;

  private:
    std::vector<Retraction> all_;
};

/// What covers the patient's rows now, or by the deliveries up to `upto`.
Coverage coverage_of(sqlite3* database, std::string_view patient_id, std::optional<DeliveryNumber> upto = {});

/// The `row_key_text` of the row that a statement selecting `column_list<Row>` stands at.
template <class Row>
std::string key_text_at(const BulkStatement& statement)
{
    std::string text;
    int column = 0;
    bool is_first = true;
    const auto add = [&](const auto& field) {
        if (field.has(Is::key) && column > 0) {
            if (!std::exchange(is_first, false)) text += '\n';
            text += statement.text(column);
        }
        ++column;
    };
    for_each_field(RowSchema<Row::kind>::ids, add);
    column = static_cast<int>(first_value_column<Row>);
    for_each_field(fields_of<Row>, add);
    return text;
}

}  // namespace nodtrack::store
