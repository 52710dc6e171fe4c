#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/kaplan_meier.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// The days of one patient that a cohort is counted by, none after `as_of`; absent where there was none.
struct FollowUpDays {
    std::optional<Date> first_scan;
    std::optional<Date> first_nodule;  ///< the first scan on which a nodule was present or new
    std::optional<Date> last_ct;
    std::optional<Date> last_scan;
    /// The newest day on which something of the patient is recorded: a scan, visit, therapy or pathology.
    std::optional<Date> last_contact;
    std::size_t cts = 0;       ///< diagnostic CTs
    std::vector<Date> boards;  ///< days on which the board decided, or took a nodule for its baseline; ascending
};
FollowUpDays follow_up_days(const PatientRecord& record, Date as_of);

struct CohortReport {
    Date as_of;
    std::size_t patients = 0;
    std::size_t with_nodule = 0;
    std::size_t cts = 0;
    std::size_t boards = 0;
    std::int64_t days = 0;  ///< from the first scan to the last contact, of all patients
    /// From the first nodule to the first board on or after that day; censored at the last contact.
    std::vector<assess::SurvivalStep> to_board;
    std::size_t reached_board = 0;
    std::size_t censored_at_end = 0;  ///< after the last step
    std::optional<int> median_days;

    double patient_years() const;
};

CohortReport cohort_of(const std::vector<FollowUpDays>& patients, Date as_of);

/// Of all patients, or of those that were known on a day. Fails where the registry cannot be read.
Result<CohortReport> read_cohort(const store::Registry& registry, Date as_of, std::optional<Date> known_on);

std::string cohort_text(const CohortReport& report);
std::string cohort_json(const CohortReport& report);

}  // namespace nodtrack::tracker
