#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/record.hpp"

namespace nodtrack::tracker {

/// What one patient's answer is, and what it becomes by a change of the record. Absent: nobody follows the patient.
struct AnswerChange {
    std::string patient_id;
    std::optional<assess::Proposal> before{};
    std::optional<assess::Proposal> after{};
    std::size_t unanswered_before = 0;  ///< alarms that nobody has answered
    std::size_t unanswered_after = 0;
    /// The class of the nodules, whatever else decides the answer.
    policy::PatientClass nodules_before = policy::PatientClass::not_applicable;
    policy::PatientClass nodules_after = policy::PatientClass::not_applicable;

    bool changes() const;
    /// Whether it becomes quieter: a weaker action, a later or no day, a lower class (also of the nodules, where
    /// something else decides), an alarm less, or nobody who follows the patient.
    bool reassures() const;
};

/// Of a record before and after, each as it is judged; null: there is no such patient.
AnswerChange answer_change(const std::string& patient_id, const PatientRecord* before, const PatientRecord* after,
                           const assess::Judge& judge, Date today);

/// Of one record as two policies judge it.
AnswerChange answer_change(const PatientRecord& record, const assess::Judge& before, const assess::Judge& after,
                           Date today);

/// `TUMOUR_BOARD due 2026-11-24, class SUSPICIOUS (N1 SUSPICIOUS UNEQUIVOCAL_GROWTH 8.4 mm)`
std::string answer_in_words(const std::optional<assess::Proposal>& answer, std::size_t unanswered);

/// `SARC-011: TUMOUR_BOARD due … -> CONTINUE_SURVEILLANCE due …`, each on a line of its own, and whether it becomes
/// quieter.
std::string answer_change_text(const AnswerChange& change);

/// An object: patient_id, before, after (each {action, due_date, safety_net_ct_date, patient_class, nodules,
/// unanswered_alarms} or null), changes, reassures.
std::string answer_change_json(const AnswerChange& change);
std::string answer_change_schema();

/// What is asked where answers become quieter, one line each; empty where none does.
std::vector<std::string> questions_of(const std::vector<AnswerChange>& changes);

/// The failure that they are not confirmed; `what` stands before "; nothing was stored".
Error not_confirmed(std::vector<std::string> questions);

}  // namespace nodtrack::tracker
