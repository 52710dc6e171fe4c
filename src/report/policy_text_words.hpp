#pragma once

#include <string>
#include <vector>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

/// `S1-050, O-05 [not verified], local policy`.
std::string trace_words(const policy::Policy& policy, const policy::Basis& basis);

/// `read in the source`, `an excerpt was read`, `not verified against the source`.
std::string verification_words(policy::Verification verification);

/// `14 days after the index scan`, with all its cases.
std::string due_words(const policy::Policy& policy, const std::vector<policy::DueFormula>& formulas);

/// Class or classes a nodule rule gives, with their conditions.
std::string outcome_words(const policy::Policy& policy, const policy::NoduleRule& rule);

/// By which day the fact that made a nodule suspicious is dated.
std::string dated_by_words(policy::FactDay day);

/// What a recommendation is about, and how it stands.
std::string matter_words_of(policy::Matter matter);

/// The patient class a recommendation sets; `–` for none.
std::string class_set_words(const policy::RecommendationRule& rule);

/// Action, and the options beside it.
std::string action_words_of(const policy::Policy& policy, const policy::RecommendationRule& rule);

/// A parameter's number, numbers or words, without unit.
std::string parameter_words(const policy::Parameter& parameter);

/// `below 24 months every 3; below 60 months every 6; then every 12`.
std::string interval_words(const std::vector<policy::IntervalBand>& bands);

}  // namespace nodtrack::report
