#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "statements.hpp"

namespace nodtrack::store {

/// Which deliveries count as known; indexed by delivery number.
using KnownDeliveries = std::vector<bool>;

/// The rows of one table in order of its key, from some patient on. All tables stand in order of patient_id, so one
/// stream of each, side by side, gives patient after patient without a lookup. Rows of unknown deliveries are skipped.
class RowStream {
  public:
    /// `sql` selects rows of patients from `?1` on in order, patient_id first; `known` may be null: all are.
    RowStream(sqlite3* database, const std::string& sql, int delivery_column, const KnownDeliveries* known)
        : statement_(database, sql), delivery_column_(delivery_column), known_(known)
    {}

    bool has_row() const { return has_row_; }
    /// Valid until the stream moves on.
    std::string_view patient_id() const { return patient_id_; }
    bool at(std::string_view patient_id) const { return has_row_ && patient_id_ == patient_id; }
    const BulkStatement& row() const { return statement_; }

    /// Goes to the first row of this patient or of a later one.
    void seek(std::string_view patient_id)
    {
        from_ = patient_id;
        statement_.rewind();
        statement_.bind(1, from_);
        started_ = true;
        next();
    }

    /// As `seek`, by stepping where that is near. Precondition: no earlier patient is wanted than the last time.
    void advance(std::string_view patient_id)
    {
        constexpr int near = 16;
        if (!started_) seek(patient_id);
        for (int steps = 0; has_row_ && patient_id_ < patient_id; ++steps) {
            if (steps == near) {
                seek(patient_id);
                return;
            }
            next();
        }
    }

    /// Forgets where it stood; it must be sought again.
    void stop()
    {
        statement_.rewind();
        started_ = false;
        has_row_ = false;
    }

    void next()
    {
        do {
            has_row_ = statement_.step();
        } while (has_row_ && known_ != nullptr && !is_known());
        if (has_row_) patient_id_ = statement_.text(0);
    }

  private:
    bool is_known() const
    {
        const auto delivery = static_cast<std::size_t>(statement_.integer(delivery_column_));
        return delivery < known_->size() && (*known_)[delivery];
    }

    BulkStatement statement_;
    int delivery_column_;
    const KnownDeliveries* known_;
    std::string from_;
    std::string_view patient_id_;
    bool started_ = false;
    bool has_row_ = false;
};

}  // namespace nodtrack::store
