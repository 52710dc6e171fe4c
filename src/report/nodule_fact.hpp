#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::report {

/// The day of the newest diagnostic CT. Precondition: there is one.
std::string index_day(const assess::Assessment& assessment, const PatientRecord& record);

/// The newest event of a kind by the as-of day.
const NoduleEvent* newest_event(const assess::Assessment& assessment, const PatientRecord& record,
                                std::string_view nodule_id, EventKind kind);

/// Tells what one nodule of a judged examination shows. Nodules are named by their position in `Assessment::nodules`.
class NoduleFactWords {
  public:
    NoduleFactWords(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

    struct Limit {
        std::string_view words;  ///< `of at least`, `above`, `below`
        std::int64_t thousandths = 0;
    };

    /// `asked`: a limit of size that decides here in place of that of the nodule's rule.
    std::string of(std::size_t i, const std::optional<Limit>& asked = std::nullopt) const;

    /// The number that a fact of a nodule met in a condition; a lower limit before an upper one.
    std::optional<Limit> limit_in(policy::ConditionIndex when, std::size_t i, assess::NoduleFact fact) const;

    /// `, doubling time 62 days, limit 400`, where a condition asks for one.
    std::string doubling_below(policy::ConditionIndex when, std::size_t i) const;

    const std::string& id_of(std::size_t i) const { return record_.nodule_ids[assessment_.nodules[i].nodule]; }

  private:
    const Scan& scan_of(const assess::NoduleRow& row) const;
    /// `is benign by pathology of 2026-07-03`, where that gave the class.
    std::string benign_pathology_of(std::size_t i) const;
    /// `has SUVmax 2.4 on 2026-09-01, limit 1.0`, where that gave the class.
    std::string uptake_of(std::size_t i) const;
    /// ` (cystic)`: what the rule asks of the nodule's look.
    std::string look_of(std::size_t i) const;
    std::string size_of(std::size_t i) const;
    /// Of rules that come one after another, the last names no limit: the nodule is too large for those before it.
    std::optional<Limit> limit_passed(std::size_t i, std::uint32_t rule) const;
    /// `, limit 6.0`: of the rule that gave the class, or what is asked.
    std::string size_limit(std::size_t i, const std::optional<Limit>& asked) const;
    std::string state_of(std::size_t i, const std::optional<Limit>& asked) const;
    std::string stable_text(std::size_t i) const;
    std::string growth_since(std::size_t i) const;
    std::string treated_text(std::size_t i) const;

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const policy::Policy& policy_;
    policy::FactTable table_;
};

}  // namespace nodtrack::report
