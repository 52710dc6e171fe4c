#pragma once

#include <memory>

#include "nodtrack/assess/assessment.hpp"
#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::assess {

struct Parameters;

/// A row that a fact came from.
struct RowReference {
    RowKind kind = RowKind::patient;
    std::uint32_t index = 0;  ///< position in the record's vector of this kind

    bool operator==(const RowReference&) const = default;
};

/// Judges patients by one policy. Pure: no clock, no files; the same input gives the same answer.
class Judge {
  public:
    /// Refuses a policy that lacks a parameter that a fact function needs (code: bad_input).
    static Result<Judge> from(policy::Policy policy);
    /// The policy released with this program; a fault in it is a bug.
    static Judge released();

    Judge(Judge&&) noexcept;
    Judge& operator=(Judge&&) noexcept;
    ~Judge();

    const policy::Policy& policy() const { return *policy_; }
    const growth::Limits& limits() const;

    /// The judgement of one patient as seen on `as_of`. The record must outlive the use of the assessment's positions.
    Assessment assess(const PatientRecord& record, Date as_of, Detail detail = Detail::fired) const;

    /// The counts' band of the report: `0`, `1-2` or `>=3`.
    std::string_view count_band(const Assessment& assessment) const;

    /// The rows that a patient fact came from.
    std::vector<RowReference> rows_of(PatientFact fact, const Assessment& assessment,
                                      const PatientRecord& record) const;

  private:
    Judge(policy::Policy policy, Parameters parameters);

    std::unique_ptr<policy::Policy> policy_;
    std::unique_ptr<Parameters> parameters_;
};

/// The rows that a nodule fact came from, oldest first within a kind.
/// `nodule` is a position in `Assessment::nodules`.
std::vector<RowReference> rows_of(NoduleFact fact, std::size_t nodule, const Assessment& assessment,
                                  const PatientRecord& record);

}  // namespace nodtrack::assess
