#pragma once

#include <map>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/describe.hpp"

namespace nodtrack::report {

/// Writes assessments as JSON objects, one line each, as schema/assessment.schema.json describes them. What is the same
/// for every patient (rule texts, thresholds, citations) is rendered once.
class AssessmentJson {
  public:
    /// `judge` must outlive this.
    explicit AssessmentJson(const assess::Judge& judge);

    /// Appends one object and a line end. `detail` says which `reasons` stand in it: none for `none`.
    void append(std::string& out, const assess::Assessment& assessment, const PatientRecord& record,
                assess::Detail detail);

  private:
    /// The parts of a reason that do not depend on the patient.
    struct RuleText {
        std::string head;  ///< `"rule":"N9f","list":…,"says":…`
        std::string tail;  ///< thresholds, citations, basis
        std::vector<policy::FactUse> facts;
    };

    RuleText rule_text(std::string_view id, std::string_view says, std::vector<policy::ConditionIndex> conditions,
                       const policy::Basis& basis) const;
    const RuleText& text_of(const assess::TrailEntry& entry) const;
    void append_nodule(std::string& out, const assess::NoduleAssessment& nodule, const PatientRecord& record) const;
    void append_flags(std::string& out, const assess::Assessment& assessment, const PatientRecord& record) const;
    void append_facts(std::string& out, const RuleText& text, const assess::TrailEntry& entry,
                      const assess::Assessment& assessment, const PatientRecord& record);
    void append_reasons(std::string& out, const assess::Assessment& assessment, const PatientRecord& record,
                        bool of_earlier_examination);
    void append_also(std::string& out, const assess::Assessment& assessment) const;
    const std::string& fact_text(policy::FactUse use, std::optional<std::uint32_t> nodule, bool without_growth,
                                 const assess::Assessment& assessment, const PatientRecord& record);

    const assess::Judge& judge_;
    std::string policy_text_;
    std::vector<RuleText> nodule_rules_;
    std::vector<RuleText> adjustments_;
    std::vector<RuleText> patient_rules_;
    std::vector<RuleText> recommendations_;
    std::vector<std::string> fact_cache_;  ///< rendered facts of the patient at hand; empty = not rendered yet
};

/// One of them for each judge that is asked for, kept.
class AssessmentJsons {
  public:
    /// `judge` must outlive this, or `clear` be called.
    AssessmentJson& of(const assess::Judge& judge) { return by_judge_.try_emplace(&judge, judge).first->second; }
    void clear() { by_judge_.clear(); }

  private:
    std::map<const assess::Judge*, AssessmentJson> by_judge_;
};

/// `measurements/SCAN/NODULE`, `scans/SCAN`, `patients`, `therapies/KIND/START`, `events/NODULE/KIND/DATE`.
std::string row_name(const assess::RowReference& row, const PatientRecord& record);

}  // namespace nodtrack::report
