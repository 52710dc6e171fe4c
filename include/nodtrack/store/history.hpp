#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// One delivery or edit, as recorded.
struct DeliveryEntry {
    DeliveryNumber delivery_no = 0;
    std::string recorded_at;  ///< UTC
    Date recorded_on;
    std::string actor;
    std::string door;
    std::string reason;
};

/// One version of a row's values, and the delivery that brought it.
template <class Values>
struct RecordedVersion {
    Version version = 0;
    Values values;
    DeliveryEntry delivery;
    std::optional<DeliveryEntry> in_error{};  ///< it was entered in error: who says so, when and why
};

/// All versions of one row, oldest first, also those entered in error; empty when there is no such row. `key` has the
/// values of the key's columns in their order (`key_names`), as they stand in the CSV file; of a measurement the nodule
/// id it was reported under.
template <RowKind kind>
Result<std::vector<RecordedVersion<ValuesOf<kind>>>> versions_of(const Registry& registry,
                                                                 std::span<const std::string> key);

/// One version of one row of a patient. The key of any but a measurement is within its values.
template <class Values>
struct PatientRowVersion {
    std::string scan_id;         ///< of a measurement
    std::string observation_id;  ///< of a measurement: the nodule id it was reported under
    Version version = 0;
    Values values;
    const DeliveryEntry* delivery = nullptr;  ///< who, when, through which door and why
    const DeliveryEntry* in_error = nullptr;  ///< it was entered in error: the same of that; else null
};

template <RowKind kind>
using PatientRowVersions = std::vector<PatientRowVersion<ValuesOf<kind>>>;
/// All versions of all rows of one patient; each vector by key, and then oldest first. `patients` is empty where there
/// is none of that id.
using PatientVersions = PerKind<PatientRowVersions>;

/// Reads whole histories, patient after patient, on a connection of its own with its statements prepared once. For one
/// thread at a time; each look-up sees what is committed by then.
class HistoryReader {
  public:
    static Result<HistoryReader> open(const Registry& registry);

    HistoryReader(HistoryReader&&) noexcept;
    HistoryReader& operator=(HistoryReader&&) noexcept;
    ~HistoryReader();

    /// Valid until the next call.
    Result<const PatientVersions*> versions_of(std::string_view patient_id);

  private:
    struct State;
    explicit HistoryReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// All deliveries and edits, oldest first.
Result<std::vector<DeliveryEntry>> deliveries(const Registry& registry);

}  // namespace nodtrack::store
