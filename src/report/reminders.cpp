#include "nodtrack/report/reminders.hpp"

#include <libical/ical.h>

#include <cstdlib>
#include <memory>

#include "nodtrack/domain/sha256.hpp"

namespace nodtrack::report {
namespace {

constexpr int days_of_warning = 7;

icaltimetype ical_day(Date date)
{
    icaltimetype day = icaltime_null_date();
    day.year = date.year();
    day.month = static_cast<int>(date.month());
    day.day = static_cast<int>(date.day());
    return day;
}

/// Midnight (UTC) of that day.
icaltimetype ical_moment(Date date)
{
    icaltimetype moment = ical_day(date);
    moment.is_date = 0;
    moment.hour = 0;  // a null date has -1
    moment.minute = 0;
    moment.second = 0;
    moment.zone = icaltimezone_get_utc_timezone();
    return moment;
}

/// The same for ever, and no patient's id in it.
std::string uid_of(const std::string& patient_id, ReminderKind kind)
{
    constexpr std::size_t digits = 32;
    const std::string what = kind == ReminderKind::safety_net ? "safety-net" : "next";
    return sha256_of("nodtrack reminder\n" + what + "\n" + patient_id).substr(0, digits) + "@nodtrack";
}

icalcomponent* alarm_of(const std::string& summary)
{
    icaldurationtype before = icaldurationtype_null_duration();
    before.is_neg = 1;
    before.days = days_of_warning;
    icaltriggertype trigger{};
    trigger.time = icaltime_null_time();
    trigger.duration = before;
    icalcomponent* const alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
    icalcomponent_add_property(alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
    icalcomponent_add_property(alarm, icalproperty_new_description(summary.c_str()));
    icalcomponent_add_property(alarm, icalproperty_new_trigger(trigger));
    return alarm;
}

std::string summary_of(const Reminder& reminder, const Sentences& words)
{
    const Fills fills = {
        {"patient", reminder.patient_id},
        {"recommendation", recommendation_sentence(reminder.action, std::nullopt, std::nullopt, {}, words)}};
    if (reminder.kind == ReminderKind::ended) return words.say("reminder.ended", fills);
    return words.say(reminder.kind == ReminderKind::next ? "reminder.summary" : "reminder.safety_net", fills);
}

std::string description_of(const Reminder& reminder, const Sentences& words)
{
    return words.say(
        "reminder.description",
        {{"recommendation", recommendation_sentence(reminder.action, reminder.day, std::nullopt, {}, words)},
         {"last_scan", reminder.last_scan ? words.day(*reminder.last_scan) : words.say("none")},
         {"notice", words.say("notice")}});
}

icalcomponent* event_of(const Reminder& reminder, ReminderKind kind, Date made_on, const Sentences& words)
{
    const bool ended = reminder.kind == ReminderKind::ended;
    const std::string summary = summary_of(reminder, words);
    icalcomponent* const event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    const auto add = [&](icalproperty* property) { icalcomponent_add_property(event, property); };
    add(icalproperty_new_uid(uid_of(reminder.patient_id, kind).c_str()));
    add(icalproperty_new_dtstamp(ical_moment(made_on)));
    add(icalproperty_new_dtstart(ical_day(reminder.day)));
    add(icalproperty_new_sequence(static_cast<int>(reminder.sequence)));
    add(icalproperty_new_status(ended ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
    add(icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    add(icalproperty_new_class(ICAL_CLASS_CONFIDENTIAL));
    add(icalproperty_new_summary(summary.c_str()));
    if (ended) return event;
    if (kind == ReminderKind::next) {
        add(icalproperty_new_description(description_of(reminder, words).c_str()));
    }
    icalcomponent_add_component(event, alarm_of(summary));
    return event;
}

}  // namespace

std::string reminders_ical(std::span<const Reminder> reminders, Date made_on, const Sentences& words)
{
    const std::unique_ptr<icalcomponent, void (*)(icalcomponent*)> calendar(icalcomponent_new(ICAL_VCALENDAR_COMPONENT),
                                                                            icalcomponent_free);
    icalcomponent_add_property(calendar.get(), icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar.get(), icalproperty_new_prodid("-//nodtrack//nodtrack//EN"));
    icalcomponent_add_property(calendar.get(), icalproperty_new_method(ICAL_METHOD_PUBLISH));
    icalproperty* const name = icalproperty_new_x(words.say("reminder.calendar").c_str());
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    icalcomponent_add_property(calendar.get(), name);
    for (const Reminder& reminder : reminders) {
        const bool ended = reminder.kind == ReminderKind::ended;
        const auto add = [&](ReminderKind kind) {
            icalcomponent_add_component(calendar.get(), event_of(reminder, kind, made_on, words));
        };
        add(ended ? ReminderKind::next : reminder.kind);
        if (ended) add(ReminderKind::safety_net);
    }
    const std::unique_ptr<char, void (*)(void*)> text(icalcomponent_as_ical_string_r(calendar.get()), std::free);
    return text.get();
}

}  // namespace nodtrack::report
