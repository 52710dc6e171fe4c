#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/retractions.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

/// Each diagnostic CT that was the newest of its day, with what the policy says as of that day by this record.
struct CtAnswer {
    std::string scan_id;
    Date scan_date;
    assess::Proposal now;
};
std::vector<CtAnswer> ct_answers(const assess::Judge& judge, const PatientRecord& record);

/// The rows of recommendations.csv. What was known when a CT was recorded is another view of the registry: those views
/// are opened one after another once all patients are known, each for all patients that need it.
class RecommendationTable {
  public:
    RecommendationTable(const store::Registry& registry, const Judges& judges, std::optional<Date> known_on)
        : registry_(registry), judges_(judges), known_on_(known_on)
    {}

    /// Patients come in the registry's order. `versions` and `retractions` are the patient's.
    Result<void> add(const PatientRecord& record, const store::PatientVersions& versions,
                     const std::vector<store::IdentityLink>& links,
                     const std::vector<store::RecordedRetraction>& retractions);

    /// Writes all rows, in the order in which they were added.
    Result<void> write(interop::StudyTable& table);

    /// A row of which only the present is told.
    static void add_present(interop::StudyTable& table, const std::string& patient_id, const CtAnswer& answer);

  private:
    struct Row {
        std::string patient_id;
        CtAnswer answer;
        std::optional<Date> known_on;
        std::optional<assess::Proposal> then;
        bool is_kept = false;
    };
    Result<void> judge_earlier_views();

    const store::Registry& registry_;
    const Judges& judges_;
    std::optional<Date> known_on_;
    std::vector<Row> rows_;
    std::map<Date, std::vector<std::size_t>> to_judge_;  ///< places in `rows_` by the day of the view
};

}  // namespace nodtrack::tracker
