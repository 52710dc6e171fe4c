#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nodtrack/report/sentences.hpp"

namespace nodtrack::report {

/// What a calendar is reminded of; a patient has one of each kind at most.
enum class ReminderKind : std::uint8_t {
    next,        ///< what is to be done next
    safety_net,  ///< the safety-net CT
    ended        ///< the patient is no longer followed here: takes both others out of the calendar
};

struct Reminder {
    std::string patient_id;
    ReminderKind kind = ReminderKind::next;
    Date day;  ///< the day it stands on
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> last_scan;
    std::int64_t sequence = 0;  ///< rises whenever something of the patient was recorded
};

/// A calendar (RFC 5545, METHOD:PUBLISH) of all-day events. An event's UID is the same whenever it is made, so that a
/// calendar that takes the file in again moves the event and has no second one; its SEQUENCE is the reminder's.
/// `made_on` is the DTSTAMP of all.
std::string reminders_ical(std::span<const Reminder> reminders, Date made_on, const Sentences& words);

}  // namespace nodtrack::report
