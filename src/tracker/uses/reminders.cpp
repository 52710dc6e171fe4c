#include "nodtrack/report/reminders.hpp"

#include <algorithm>

#include "../days_given.hpp"
#include "../in_language.hpp"

namespace nodtrack::uses {
namespace {

using report::Reminder;
using report::ReminderKind;

constexpr int days_ahead = 400;  // the longest routine interval is a year

/// The newest delivery that said anything of the patient, or took it back.
Result<std::int64_t> newest_delivery(Call& call, const std::string& patient_id)
{
    const auto history = call.history();
    if (!history) return tl::unexpected(history.error());
    const auto versions = (*history)->versions_of(patient_id);
    if (!versions) return tl::unexpected(versions.error());
    std::int64_t newest = 0;
    for_each_kind([&]<RowKind kind>() {
        for (const auto& version : RowSchema<kind>::list(**versions)) {
            if (version.delivery != nullptr) newest = std::max(newest, version.delivery->delivery_no);
            if (version.in_error != nullptr) newest = std::max(newest, version.in_error->delivery_no);
        }
    });
    return newest;
}

bool is_asked_for(const Call& call, const std::string& patient_id)
{
    const auto& ids = call.values.all("patients");
    return ids.empty() || std::ranges::count(ids, patient_id) > 0;
}

/// What stands open, a reminder each.
Result<void> add_open(Call& call, Date as_of, std::vector<Reminder>& reminders)
{
    tracker::WorklistRequest request;
    request.as_of = as_of;
    const auto within = days_given(call, "within", days_ahead);
    if (!within) return tl::unexpected(within.error());
    request.terms.within_days = *within;
    const auto list = call.worklist(request);
    if (!list) return tl::unexpected(list.error());
    for (const auto& entry : (*list)->entries) {
        if (!is_asked_for(call, entry->patient_id)) continue;
        const auto sequence = newest_delivery(call, entry->patient_id);
        if (!sequence) return tl::unexpected(sequence.error());
        const auto day = entry->due_date ? entry->due_date : entry->earliest_due;
        Reminder reminder{entry->patient_id, ReminderKind::next, {}, entry->action, entry->last_scan_date, *sequence};
        if (day) {
            reminder.day = *day;
            reminders.push_back(reminder);
        }
        if (!entry->safety_net_ct_date || entry->safety_net_ct_date == day) continue;
        reminder.kind = ReminderKind::safety_net;
        reminder.day = *entry->safety_net_ct_date;
        reminders.push_back(reminder);
    }
    return {};
}

/// Those who are no longer followed here: what a calendar has of them is cancelled.
Result<void> add_ended(Call& call, Date as_of, std::vector<Reminder>& reminders)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    auto reader = store::PatientReader::open(**registry);
    if (!reader) return tl::unexpected(reader.error());
    PatientRecord record;
    for (;;) {
        const auto more = reader->next(record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return {};
        const auto& status = record.patient.follow_up_status;
        if (!status || *status == FollowUpStatus::active || !is_asked_for(call, record.patient.patient_id)) continue;
        const auto sequence = newest_delivery(call, record.patient.patient_id);
        if (!sequence) return tl::unexpected(sequence.error());
        Reminder reminder;
        reminder.patient_id = record.patient.patient_id;
        reminder.kind = ReminderKind::ended;
        reminder.day = as_of;
        reminder.sequence = *sequence;
        reminders.push_back(std::move(reminder));
    }
}

Result<void> run(Call& call)
{
    const Date as_of = call.values.date("as_of").value_or(call.today);
    std::vector<Reminder> reminders;
    if (const auto added = add_open(call, as_of, reminders); !added) return added;
    if (const auto added = add_ended(call, as_of, reminders); !added) return added;
    std::ranges::stable_sort(reminders, {}, &Reminder::patient_id);
    for (const Reminder& reminder : reminders)
        call.shows(reminder.patient_id);
    return call.put_file(call.values.find("out").value_or("-"),
                         report::reminders_ical(reminders, as_of, sentences_of(call)));
}

}  // namespace

UseCase reminders()
{
    return {.name = "reminders",
            .summary = "writes what is due as a calendar (iCalendar, .ics)",
            .description =
                "An all-day event for what stands open of each patient, on its day, and one for a safety-net CT, each "
                "with a reminder a week before. Calendars (RFC 5545) take the file in by import or by its address at "
                "the service. Taken in again later, an event moves to its new day: its UID stays the same, and its "
                "SEQUENCE rises with what was recorded of the patient. Of patients who died, moved or declined the "
                "events are cancelled.\n\n"
                "An event names the patient by the id of the registry and what is to be done: a calendar is read by "
                "more people than the registry is; share it as the registry is shared.",
            .parameters = {repeated(text("patients", "the patients; else all", "PATIENT")), the_language(),
                           date("as_of", "the day of the judgement; else today"),
                           of_type(Type::count, text("within", "how far ahead; else 400", {}, "DAYS")),
                           typed(text("out", "the file; else stdout", {}, "FILE"))},
            .examples = {{"nodtrack reminders --out surveillance.ics"},
                         {"nodtrack reminders SARC-011 --language de --within 90"}},
            .failures = {{ErrorCode::bad_input, "a file cannot be written"}},
            .routes = {{.path = "/api/v1/reminders.ics",
                        .summary = "What is due as a calendar, as `nodtrack reminders`",
                        .media = "text/calendar; charset=utf-8"}},
            .listed_after = "letters",
            .run = run};
}

}  // namespace nodtrack::uses
