#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// Tells what is known of the patient, nodules apart: who is followed and how, what the CT lacks, signs and symptoms.
class PatientFactWords {
  public:
    PatientFactWords(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment), record_(record), judge_(judge), policy_(judge.policy())
    {}

    /// Empty for a fact that has no words of its own.
    std::string of(assess::PatientFact fact) const;

    /// That there is no nodule to judge, and why not.
    std::string nothing_found() const;

  private:
    /// `was said on 2026-06-20 to be no nodule`; empty where nobody took it off the list.
    std::string why_not_judged(std::string_view nodule_id) const;

    /// The words of a policy parameter that a set of words holds.
    template <class Word>
    std::vector<std::string> told_words(WordSet<Word> told, std::string_view parameter) const;
    template <class ScanOrVisit>
    std::vector<std::string> signs_of(assess::PatientFact fact, const ScanOrVisit& told) const;
    std::vector<std::string> signs_of_scan(assess::PatientFact fact, const Scan& scan) const;
    /// `haemoptysis told by phone on 2026-10-20`: the oldest, as due dates count from it.
    std::string oldest_sign(assess::PatientFact fact) const;

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const policy::Policy& policy_;
};

}  // namespace nodtrack::report
