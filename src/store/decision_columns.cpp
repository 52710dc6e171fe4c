#include "decision_columns.hpp"

#include <algorithm>

#include "read_value.hpp"
#include "write_value.hpp"

namespace nodtrack::store {
namespace {

/// Who was there, as the record has it.
std::string joined_names(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += word_set_separator;
        text += name;
    }
    return text;
}

/// Up to schema 4 each name stood on a line of its own.
std::vector<std::string> names_in(std::string_view text)
{
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(";\n"), text.size());
        std::string_view name = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end + 1));
        name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

assess::LedgerKind stored_kind(std::string_view word)
{
    const auto* const found = std::ranges::find(assess::ledger_kind_words, word);
    if (found == std::ranges::end(assess::ledger_kind_words)) throw_unreadable(word);
    return static_cast<assess::LedgerKind>(found - std::ranges::begin(assess::ledger_kind_words));
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

const std::vector<std::string_view>& decision_columns()
{
    static const std::vector<std::string_view> columns = [] {
        std::vector<std::string_view> names = {"patient_id",
                                               "decided_on",
                                               "delivery_no",
                                               "action",
                                               "due_date",
                                               "reason",
                                               "as_of",
                                               "policy_version",
                                               "kind",
                                               "decided_by",
                                               "board",
                                               "present",
                                               "nodule_id",
                                               "event_kind",
                                               "event_date",
                                               "policy_id",
                                               "policy_sha256",
                                               "index_scan_id",
                                               "policy_action",
                                               "policy_due_date",
                                               "policy_safety_net_ct_date",
                                               "policy_rule",
                                               "policy_patient_class",
                                               "policy_nodules",
                                               "next_step"};
        for (const std::string_view name : column_names<RowKind::decision>) {
            if (std::ranges::count(names, name) == 0) names.push_back(name);
        }
        return names;
    }();
    return columns;
}

std::string decision_column_list()
{
    std::string list;
    for (const std::string_view column : decision_columns())
        list += (list.empty() ? "decision." : ", decision.") + std::string(column);
    return list;
}

void write_decision(RecordedTable& table, const assess::LedgerDecision& decision, DeliveryNumber delivery_no)
{
    const assess::Proposal& proposal = decision.proposal;
    const bool has_action = decision.kind == assess::LedgerKind::accept ||
                            decision.kind == assess::LedgerKind::supersede || decision.event.has_value();
    const std::string decided_on = decision.decided_on.iso();
    const std::string due_date = iso_or_empty(decision.due_date);
    const std::string as_of = proposal.as_of.iso();
    const std::string present = joined_names(decision.present);
    const std::string event_date = decision.event ? decision.event->date.iso() : std::string();
    const std::string policy_due = iso_or_empty(proposal.due_date);
    const std::string safety_net = iso_or_empty(proposal.safety_net_ct_date);
    table.text(decision.patient_id).text(decided_on).integer(delivery_no);
    table.text_or_null(has_action ? assess::word_of(decision.action) : std::string_view());
    table.text_or_null(due_date).text_or_null(decision.reason).text(as_of).text(proposal.policy_version);
    table.text(assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)]).text(decision.decided_by);
    table.text(decision.board ? "yes" : "no").text_or_null(present);
    table.text_or_null(decision.event ? decision.event->nodule_id : std::string_view());
    table.text_or_null(decision.event ? word(decision.event->kind) : std::string_view()).text_or_null(event_date);
    table.text(proposal.policy_id).text(proposal.policy_sha256).text_or_null(proposal.index_scan_id);
    table.text(assess::word_of(proposal.action)).text_or_null(policy_due).text_or_null(safety_net);
    table.text(proposal.rule).text(proposal.patient_class).text_or_null(proposal.nodules);
    table.text_or_null(decision.next_step ? word(*decision.next_step) : std::string_view()).end_row();
}

void write_decision(RecordedTable& table, const DecisionRow& row, DeliveryNumber delivery_no)
{
    for (const std::string_view column : decision_columns()) {
        if (column == "delivery_no") {
            table.integer(delivery_no);
            continue;
        }
        bool is_of_ledger = true;
        for_each_column<RowKind::decision>([&](const auto& field) {
            if (field.column != column) return;
            is_of_ledger = false;
            write_field(table, field, value_of<RowKind::decision>(row, field));
        });
        if (is_of_ledger) table.null();
    }
    table.end_row();
}

namespace {

/// What a row says that a correction may change.
void read_decided(const BulkStatement& row, assess::LedgerDecision& decision)
{
    if (!is_null(row, 3)) decision.action = stored_action(row.text(3));
    decision.due_date = date_or_null(row, 4);
    decision.reason = row.text(5);
    decision.board = row.text(10) == "yes";
    decision.present = names_in(row.text(11));
    read_value(row.value(24), decision.next_step);
}

void read_event(const BulkStatement& row, NoduleEvent& event)
{
    event.nodule_id = row.text(12);
    read_value(row.value(13), event.kind);
    read_value(row.value(14), event.date);
}

void read_proposal(const BulkStatement& row, assess::Proposal& proposal)
{
    read_value(row.value(6), proposal.as_of);
    proposal.policy_version = row.text(7);
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

}  // namespace

bool is_decision_in_error(const BulkStatement& row, const Coverage& coverage)
{
    if (coverage.empty()) return false;
    const DeliveryNumber delivery_no = row.integer(decision_delivery_column);
    const auto key = [&](std::initializer_list<int> columns) {
        std::string text;
        for (const int column : columns)
            text += (column == *columns.begin() ? "" : "\n") + std::string(row.text(column));
        return text;
    };
    if (coverage.of_row(RowKind::decision, key({1, 8, 9}), delivery_no) != nullptr) return true;
    return !is_null(row, 12) && coverage.of_row(RowKind::event, key({12, 13, 14}), delivery_no) != nullptr;
}

bool LedgerRows::add(const BulkStatement& row)
{
    std::string key = std::string(row.text(1)) + '\n' + std::string(row.text(8)) + '\n' + std::string(row.text(9));
    const bool corrects = has_decision_ && key == key_;
    key_ = std::move(key);
    if (is_null(row, 6)) {
        has_decision_ = corrects;
        if (corrects) read_decided(row, decisions_.back());
        return false;
    }
    has_decision_ = true;
    assess::LedgerDecision& decision = decisions_.emplace_back();
    decision.patient_id = row.text(0);
    read_value(row.value(1), decision.decided_on);
    decision.delivery_no = row.integer(decision_delivery_column);
    decision.kind = stored_kind(row.text(8));
    decision.decided_by = row.text(9);
    read_decided(row, decision);
    if (!is_null(row, 12)) read_event(row, decision.event.emplace());
    read_proposal(row, decision.proposal);
    return true;
}

}  // namespace nodtrack::store
