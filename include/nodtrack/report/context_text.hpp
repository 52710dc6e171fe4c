#pragma once

#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/dose/context.hpp"

namespace nodtrack::report {

/// The context released with this program; a fault in it is a bug.
const dose::Context& released_context();

/// The topics that fit the patient's answer, histology, grade and findings: those that ask for most first. They stand
/// beside the answer and never change it.
std::vector<const dose::ContextTopic*> context_of(const assess::Assessment& assessment, const PatientRecord& record,
                                                  const policy::Policy& policy);

/// One paragraph a topic: its title, then each statement with its number.
std::string context_text(const std::vector<const dose::ContextTopic*>& topics);

/// One topic in a line: `Spread to lymph nodes: Rhabdomyosarcoma, … [S2-007]`.
std::string context_line(const dose::ContextTopic& topic);

/// All topics, each with whom it is shown for.
std::string all_context_text();

/// One JSON object and a line end. Keys: `topic`, `title`, `statements` [{`item`, `source`, `at`, `verified` {read,
/// found, unverified}, `statement`}].
std::string context_json(const dose::ContextTopic& topic);

}  // namespace nodtrack::report
