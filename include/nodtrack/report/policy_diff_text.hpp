#pragma once

#include <array>
#include <string>

#include "nodtrack/assess/burden.hpp"
#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// How one of two ways to judge is told: the policy's id and version, and the profile where one is set for all.
struct PolicySideText {
    const policy::Policy* policy = nullptr;
    std::string profile;  ///< empty: as recorded for each patient
};

/// What two ways to judge make of one registry.
struct PolicyTotals {
    std::array<assess::Burden, 2> burden;
    std::size_t other_action = 0;
    std::size_t other_day_only = 0;
};

/// Tells differences between two policies, or two schedule profiles, patient by patient. Both assessments are of the
/// same record.
class PolicyDiffReport {
  public:
    explicit PolicyDiffReport(std::array<PolicySideText, 2> sides) : sides_(std::move(sides)) {}

    /// Which two are compared, and the heading of the table.
    std::string heading() const;
    /// One line: action, due date and rules on both sides, and the nodules whose rule is another.
    void append_line(std::string& out, const PatientRecord& record, const assess::Assessment& a,
                     const assess::Assessment& b) const;
    std::string totals_text(const PolicyTotals& totals) const;

    /// The same as JSON Lines: an object a patient, and one of totals.
    void append_json(std::string& out, const PatientRecord& record, const assess::Assessment& a,
                     const assess::Assessment& b) const;
    std::string totals_json(const PolicyTotals& totals) const;

  private:
    std::array<PolicySideText, 2> sides_;
};

}  // namespace nodtrack::report
