#pragma once

#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/dose/effective_dose.hpp"

namespace nodtrack::report {

/// One thing to ask for at the next CT.
struct ProtocolItem {
    std::string topic;    ///< `contrast`, `dose`, `slices`, `scanner`, `reading`
    std::string ask;      ///< what to write on the request
    std::string why;      ///< with what the documents say
    std::string history;  ///< what the patient's earlier CTs say to it; may be empty
    std::vector<dose::Citation> citations;
};

/// The request for the next chest CT.
struct CtProtocol {
    bool is_asked_for = true;          ///< false: no CT of this programme follows from the recommendation
    std::optional<Date> due;           ///< the CT's date, where the recommendation or its safety net gives one
    std::string occasion;              ///< why, and when, in words
    std::vector<ProtocolItem> items;   ///< empty where no CT is asked for
    std::vector<std::string> lacking;  ///< what the record does not say
};

/// What to ask for, from the recommendation and the earlier CTs. The slice thickness up to which volumes compare is
/// the policy's (`volume_slice_at_most_mm`).
CtProtocol next_ct_protocol(const assess::Assessment& assessment, const PatientRecord& record,
                            const assess::Judge& judge, const dose::DoseHistory& doses);

std::string protocol_text(const CtProtocol& protocol, const assess::Assessment& assessment,
                          const PatientRecord& record);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `is_asked_for`, `due_date` (null: none), `occasion`,
/// `items` [{`topic` {contrast, dose, slices, scanner, reading}, `ask`, `why`, `history` (null: nothing), `cite`
/// [{`item`, `source`, `at`, `verified` {read, found, unverified}}]}], `lacking` [text].
std::string protocol_json(const CtProtocol& protocol, const assess::Assessment& assessment,
                          const PatientRecord& record);

}  // namespace nodtrack::report
