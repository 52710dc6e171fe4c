#pragma once

#include <optional>
#include <vector>

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// Works out when something is due by the formulas of a policy. Looks at the assessment as it stands when it is asked:
/// facts, classes and schedule must be there.
class DueDates {
  public:
    DueDates(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
             const Assessment& assessment)
        : policy_(policy), parameters_(parameters), record_(record), assessment_(assessment)
    {}

    /// By the first formula that holds; absent where none does, or the day that it counts from is not known.
    std::optional<Date> due(const std::vector<policy::DueFormula>& formulas) const;

  private:
    bool holds(policy::ConditionIndex condition) const;
    std::optional<Date> day_of(policy::Anchor anchor) const;
    /// The day of the fact that made a nodule suspicious; never before the index scan.
    std::optional<Date> fact_day(std::size_t i) const;
    std::optional<Date> suspicious_fact_day() const;
    std::optional<Date> newest_scan_after_index() const;
    std::optional<Date> counted_from_day(const policy::DueFormula& formula) const;
    std::optional<Date> routine(const policy::DueFormula& formula) const;

    const policy::Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    const Assessment& assessment_;
};

}  // namespace nodtrack::assess
