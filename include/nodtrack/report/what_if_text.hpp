#pragma once

#include <optional>
#include <span>
#include <string>

#include "nodtrack/assess/what_if.hpp"

namespace nodtrack::report {

/// What would change the answer, for reading: by subject the nearest value of each fact that changes the action, then
/// what changes the class or a date alone, then the sizes of the next CT at which the action becomes worse.
/// `now` is the assessment of the record as it is.
std::string what_if_text(const PatientRecord& record, const assess::Assessment& now, const assess::Judge& judge,
                         std::span<const assess::Change> changes, const std::optional<assess::NextScan>& next);

/// The same as one JSON object and a line end; settings as `--set` takes them.
std::string what_if_json(const PatientRecord& record, const assess::Assessment& now, const assess::Judge& judge,
                         std::span<const assess::Change> changes, const std::optional<assess::NextScan>& next);

/// A record judged as it is and with other values: what about the recommendation becomes another, then both judgements
/// in a few lines.
struct Trial {
    const PatientRecord& record;
    const assess::Assessment& now;
    std::span<const assess::Setting> settings;
    const assess::Altered& altered;
    const assess::Assessment& then;
};
std::string trial_text(const Trial& trial, const assess::Judge& judge);
std::string trial_json(const Trial& trial, const assess::Judge& judge);

}  // namespace nodtrack::report
