#include "patient_numbers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "audited_tables.hpp"
#include "statements.hpp"

namespace nodtrack::store {
namespace {

/// Whether a number has rows beside those that were moved to it from another.
bool has_rows_of_its_own(sqlite3* database, const std::string& patient_id, const std::string& moved_from)
{
    for (const AuditedTable& table : audited_tables()) {
        if (!table.has_patients || std::string_view(table.name) == "retraction") continue;
        BulkStatement select(
            database, fmt::format("SELECT 1 FROM {} WHERE patient_id = ? AND delivery_no NOT IN (SELECT delivery_no "
                                  "FROM retraction WHERE patient_id = ? AND moved_to_patient_id = ?) LIMIT 1",
                                  table.name));
        select.bind(1, patient_id);
        select.bind(2, moved_from);
        select.bind(3, patient_id);
        if (select.step()) return true;
    }
    return false;
}

/// The numbers that a patient had for a while, until that was taken back; where somebody else has the number, it is not
/// among them.
std::vector<std::string> numbers_taken_back(sqlite3* database, const std::string& patient_id)
{
    std::vector<std::string> numbers;
    BulkStatement select(
        database,
        "SELECT DISTINCT moved_to_patient_id FROM retraction WHERE scope = 'patient' AND patient_id = ? "
        "AND moved_to_patient_id IS NOT NULL");
    select.bind(1, patient_id);
    while (select.step()) {
        const std::string number(select.text(0));
        if (!has_rows_of_its_own(database, number, patient_id)) numbers.push_back(number);
    }
    return numbers;
}

}  // namespace

std::vector<std::string> all_ids(sqlite3* database, const std::string& patient_id)
{
    std::vector<std::string> ids = {patient_id};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        BulkStatement select(database,
                             "SELECT DISTINCT patient_id FROM retraction_in_effect WHERE scope = 'patient' AND "
                             "moved_to_patient_id = ?");
        select.bind(1, ids[i]);
        while (select.step()) {
            const std::string earlier(select.text(0));
            if (std::ranges::count(ids, earlier) == 0) ids.push_back(earlier);
        }
        for (const std::string& number : numbers_taken_back(database, ids[i])) {
            if (std::ranges::count(ids, number) == 0) ids.push_back(number);
        }
    }
    return ids;
}

std::string number_now(sqlite3* database, const std::string& patient_id)
{
    BulkStatement select(
        database,
        "SELECT moved_to_patient_id FROM retraction_in_effect WHERE scope = 'patient' AND patient_id = "
        "? AND moved_to_patient_id IS NOT NULL");
    select.bind(1, patient_id);
    return select.step() ? std::string(select.text(0)) : std::string();
}

}  // namespace nodtrack::store
