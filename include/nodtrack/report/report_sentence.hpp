#pragma once

#include <string>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

// Sentences for pasting into a report, in the words that radiologists dictate. They say what was measured and which
// imaging criteria hold; "confirmed" stands only beside pathology, and a quiet scan is "no evidence at this scan".

/// One sentence of a judged nodule: place, look, size, the size before, change, growth state, class.
/// `nodule` is a position in `Assessment::nodules`.
std::string nodule_sentence(std::size_t nodule, const assess::Assessment& assessment, const PatientRecord& record,
                            const assess::Judge& judge);

/// One sentence of the patient: examination and what it is compared with, nodules, class, recommendation and date.
std::string patient_sentence(const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge);

/// The patient's sentence, then one a nodule, each a paragraph.
std::string sentences_text(const assess::Assessment& assessment, const PatientRecord& record,
                           const assess::Judge& judge);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `index_scan` (null: none), `patient` (the sentence),
/// `nodules` [{`nodule_id`, `sentence`}].
std::string sentences_json(const assess::Assessment& assessment, const PatientRecord& record,
                           const assess::Judge& judge, bool with_text = false);

}  // namespace nodtrack::report
