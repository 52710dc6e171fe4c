#pragma once

#include <vector>

#include "attributes.hpp"
#include "nodtrack/exchange/pacs.hpp"
#include "object_sink.hpp"

// QIDO-RS, WADO-RS and STOW-RS (DICOM PS3.18). Addresses are made of the configured one; no address of an answer is
// used. What fails is told as the sentence that goes behind the PACS's name.

namespace nodtrack::exchange {

/// As DIMSE's C-FIND is asked: level and keys; those with a value are what is searched by.
Result<std::vector<Attributes>> web_find(const Pacs& pacs, const Attributes& keys);
/// A whole series.
Result<void> web_get(const Pacs& pacs, const Attributes& keys, ObjectSink& sink);
Result<void> web_store(const Pacs& pacs, const std::vector<ObjectToSend>& objects);
/// Asks for a study that is nowhere.
Result<void> web_test(const Pacs& pacs);

/// An answer to QIDO-RS, one entry each; only these keys. Fails with `bad_input` where it is none.
Result<std::vector<Attributes>> web_answers(const std::string& json, const Attributes& keys);

}  // namespace nodtrack::exchange
