#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/reader.hpp"

namespace nodtrack::tracker {

/// One patient as recorded, and the reader that read it: for versions, links and decisions.
struct PatientReading {
    store::PatientReader reader;
    PatientRecord record;
};

/// Fails with `not_found` where there is none of that id.
Result<PatientReading> patient_reading(const store::Registry& registry, std::string_view patient_id);

/// What to add where the patient that `reader` looked for is not there: under which id he is, where he was given
/// another one; else empty.
std::string now_named(const store::PatientReader& reader);

/// What the record becomes by the confirmed states of the patient that `reader` read last.
void add_confirmed_states(const store::PatientReader& reader, PatientRecord& record);

/// The judgement of a record with the confirmed states. Where people decided on another action or date since the newest
/// examination, what the policy asked for is not called overdue.
assess::Assessment judged(const assess::Judge& judge, const PatientRecord& record, Date as_of, assess::Detail detail);

/// Each id once, in the registry's order. Fails with `not_found`, naming all that are not recorded.
Result<std::vector<std::string>> recorded_ids(store::PatientReader& reader, std::vector<std::string> ids);

}  // namespace nodtrack::tracker
