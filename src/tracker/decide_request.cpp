#include "decide_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/domain/text.hpp"
#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerKind;
using assess::word_of;
using policy::Action;

class RequestProblems {
  public:
    RequestProblems(const DecideRequest& request, Date today) : request_(request), today_(today) {}

    std::vector<std::string> lines()
    {
        who_and_why();
        days();
        if (request_.kind == LedgerKind::supersede) {
            override_itself();
        } else if (request_.action || (request_.due_date && !request_.next_step)) {
            add("action: an action or due date of one's own is an override; accept takes the policy's as it stands");
        }
        if (!request_.baselines.empty() && !request_.board) {
            add("baseline: the tumour board accepts a nodule as it is; say that the board decided");
        }
        if ((request_.kind == LedgerKind::nodule_event) != request_.event.has_value()) {
            add("event: goes with a decision about a nodule, and only with it");
        }
        return std::move(lines_);
    }

  private:
    void add(std::string line) { lines_.push_back(std::move(line)); }

    void who_and_why()
    {
        const auto is_blank = [](const std::string& text) {
            return text.find_first_not_of(" \t\r\n") == std::string::npos;
        };
        if (is_blank(request_.decided_by)) add("by: missing; name who answers for the decision");
        if (is_blank(request_.reason)) add("reason: missing; say why it was decided so");
        if (!request_.board && !request_.present.empty()) {
            add("present: who was there is kept of a board's decision only; say that the board decided");
        }
        const auto is_unprintable = [](const std::string& text) { return holds_control_character(text, true); };
        if (is_unprintable(request_.decided_by) || is_unprintable(request_.reason) ||
            std::ranges::any_of(request_.present, is_unprintable)) {
            add("by, reason, present: hold a control character; write printable characters");
        }
        for (const std::string& name : request_.present) {
            if (is_blank(name) || name.find('\n') != std::string::npos) {
                add("present: a name is empty or longer than a line; write the names comma-separated");
            } else if (name.find(word_set_separator) != std::string::npos) {
                add("present: a name holds a ;, which joins the names in decisions.csv; write the names without it");
            }
        }
    }

    void days()
    {
        if (request_.decided_on > today_) {
            add(fmt::format("decided on: {} is after today, {}", request_.decided_on.iso(), today_.iso()));
        }
        if (request_.due_date && *request_.due_date < request_.decided_on) {
            add(fmt::format("due: {} is before the decision, {}", request_.due_date->iso(), request_.decided_on.iso()));
        }
        constexpr int most_days_ahead = 10 * 366;
        if (request_.due_date && *request_.due_date > add_days(request_.decided_on, most_days_ahead)) {
            add(fmt::format("due: {} is more than ten years after the decision, {}; was another year meant?",
                            request_.due_date->iso(), request_.decided_on.iso()));
        }
        if (request_.event && request_.event->date > request_.decided_on) {
            add(fmt::format("date: the event, {}, is after the decision, {}", request_.event->date.iso(),
                            request_.decided_on.iso()));
        }
    }

    void override_itself()
    {
        if (!request_.action) {
            add("action: missing; one of " + fmt::format("{}", fmt::join(policy::action_words, ", ")));
        } else if (!request_.due_date && *request_.action != Action::out_of_scope) {
            add(fmt::format("due: missing; say by which day {} is to be done", word_of(*request_.action)));
        }
    }

    const DecideRequest& request_;
    Date today_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> problems_of_request(const DecideRequest& request, Date today)
{
    return RequestProblems(request, today).lines();
}

}  // namespace nodtrack::tracker
