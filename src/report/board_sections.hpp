#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "board_content.hpp"
#include "nodtrack/dose/context.hpp"
#include "nodtrack/dose/effective_dose.hpp"
#include "nodtrack/report/counter_evidence.hpp"

namespace nodtrack::report {

// The sections of a worksheet as HTML, each with its height on paper; board_html.cpp chooses how much of each fits.

// All of this is millimetres of paper.
inline constexpr double page_width = 190.0;
inline constexpr double half_width = 93.0;
inline constexpr double paper_point = 25.4 / 72.0;
inline constexpr double normal_line = 3.5;
inline constexpr double small_line = 3.1;
inline constexpr double normal_size = 8.0 * paper_point;
inline constexpr double small_size = 7.0 * paper_point;

/// HTML and how high it is at most.
struct BoardBlock {
    std::string html;
    double height = 0.0;
};

/// What a worksheet tells, gathered once: its sections are set again and again until all fit.
struct WorksheetContent {
    WorksheetContent(const assess::Assessment& judged, const PatientRecord& patient, const assess::Judge& by,
                     const dose::DoseHistory& dose_history);

    const policy::Policy& policy() const { return judge.policy(); }
    bool malignant() const;

    const assess::Assessment& assessment;
    const PatientRecord& record;
    const assess::Judge& judge;
    const dose::DoseHistory& doses;
    std::string command_id;
    std::vector<BoardNodule> nodules;
    std::vector<const Disagreement*> counter_evidence;
    std::vector<const policy::Citation*> evidence;
    std::vector<std::string> questions;
    std::vector<const dose::ContextTopic*> context;
};

/// The answer, the fact that decides it, what stands, what was decided, rules, and so many statements.
BoardBlock answer_section(const WorksheetContent& sheet, std::size_t statements);

/// The table of nodules: at most so many rows, each of at most so many lines.
BoardBlock nodule_section(const WorksheetContent& sheet, std::size_t most_rows, std::size_t lines);

/// Trial definitions beside count, dose and at most so many open questions.
BoardBlock definition_section(const WorksheetContent& sheet, std::size_t most_questions);

/// At most so many disagreements. `brief`: how it is settled, and statements by number alone.
BoardBlock counter_evidence_section(const WorksheetContent& sheet, std::size_t most, bool brief);

/// What the documents say for such a patient; topics that do not fit are counted.
BoardBlock context_section(const WorksheetContent& sheet, std::size_t most);

}  // namespace nodtrack::report
