#include "decision_columns.hpp"

#include <algorithm>

#include "read_value.hpp"
#include "text_lines.hpp"

namespace nodtrack::store {
namespace {

assess::DecisionKind stored_kind(std::string_view word)
{
    const auto* const found = std::ranges::find(assess::decision_kind_words, word);
    if (found == std::ranges::end(assess::decision_kind_words)) throw_unreadable(word);
    return static_cast<assess::DecisionKind>(found - std::ranges::begin(assess::decision_kind_words));
}

bool is_null(const BulkStatement& row, int column)
{
    return sqlite3_value_type(row.value(column)) == SQLITE_NULL;
}

}  // namespace

policy::Action stored_action(std::string_view word)
{
    const std::optional<policy::Action> action = assess::action_of_word(word);
    if (!action) throw_unreadable(word);
    return *action;
}

std::optional<Date> date_or_null(const BulkStatement& row, int column)
{
    if (is_null(row, column)) return std::nullopt;
    Date date;
    read_value(row.value(column), date);
    return date;
}

void write_decision(RecordedTable& table, const assess::Decision& decision, DeliveryNumber delivery_no)
{
    const assess::Proposal& proposal = decision.proposal;
    const std::string decided_on = decision.decided_on.iso();
    const std::string due_date = iso_or_empty(decision.due_date);
    const std::string as_of = proposal.as_of.iso();
    const std::string present = joined_lines(decision.present);
    const std::string event_date = decision.event ? decision.event->date.iso() : std::string();
    const std::string policy_due = iso_or_empty(proposal.due_date);
    const std::string safety_net = iso_or_empty(proposal.safety_net_ct_date);
    table.text(decision.patient_id).text(decided_on).integer(delivery_no).text(assess::word_of(decision.action));
    table.text_or_null(due_date).text(decision.reason).text(as_of).text(proposal.policy_version);
    table.text(assess::decision_kind_words[static_cast<std::size_t>(decision.kind)]).text(decision.decided_by);
    table.text(decision.board ? "yes" : "no").text_or_null(present);
    table.text_or_null(decision.event ? decision.event->nodule_id : std::string_view());
    table.text_or_null(decision.event ? word(decision.event->kind) : std::string_view()).text_or_null(event_date);
    table.text(proposal.policy_id).text(proposal.policy_sha256).text_or_null(proposal.index_scan_id);
    table.text(assess::word_of(proposal.action)).text_or_null(policy_due).text_or_null(safety_net);
    table.text(proposal.rule).text(proposal.patient_class).text_or_null(proposal.nodules);
    table.end_row();
}

void read_decision(const BulkStatement& row, assess::Decision& decision)
{
    assess::Proposal& proposal = decision.proposal;
    decision.patient_id = row.text(0);
    read_value(row.value(1), decision.decided_on);
    decision.delivery_no = row.integer(decision_delivery_column);
    decision.action = stored_action(row.text(3));
    decision.due_date = date_or_null(row, 4);
    decision.reason = row.text(5);
    read_value(row.value(6), proposal.as_of);
    proposal.policy_version = row.text(7);
    decision.kind = stored_kind(row.text(8));
    decision.decided_by = row.text(9);
    decision.board = row.text(10) == "yes";
    decision.present = lines_in(row.text(11));
    decision.event.reset();
    if (!is_null(row, 12)) {
        NoduleEvent& event = decision.event.emplace();
        event.nodule_id = row.text(12);
        const std::optional<EventKind> kind = value_of_word<EventKind>(row.text(13));
        if (!kind) throw_unreadable(row.text(13));
        event.kind = *kind;
        read_value(row.value(14), event.date);
    }
    proposal.policy_id = row.text(15);
    proposal.policy_sha256 = row.text(16);
    proposal.index_scan_id = row.text(17);
    proposal.action = stored_action(row.text(18));
    proposal.due_date = date_or_null(row, 19);
    proposal.safety_net_ct_date = date_or_null(row, 20);
    proposal.rule = row.text(21);
    proposal.patient_class = row.text(22);
    proposal.nodules = row.text(23);
}

}  // namespace nodtrack::store
