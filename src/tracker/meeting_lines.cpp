#include "meeting_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerKind;

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text)
{
    const std::size_t from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::vector<std::string> words_of(std::string_view text)
{
    std::istringstream in{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(std::move(word));
    return words;
}

/// Where the reason begins: at the first colon that ends a word.
std::size_t colon_of(std::string_view line)
{
    for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1)) {
        if (at + 1 == line.size() || blanks.find(line[at + 1]) != std::string_view::npos) return at;
    }
    return line.size();
}

/// One line, word by word.
class LineReader {
  public:
    LineReader(std::string_view line, const MeetingTerms& terms)
    {
        const std::size_t colon = colon_of(line);
        words_ = words_of(line.substr(0, colon));
        const std::string_view reason = trimmed(line.substr(std::min(colon + 1, line.size())));
        request_.reason = reason.empty() ? terms.reason : std::string(reason);
        request_.decided_on = terms.decided_on;
        request_.decided_by = terms.decided_by;
        request_.present = terms.present;
        request_.board = true;
    }

    /// Fills `lines` with what the line says, or with what is wrong with it.
    void put(MeetingLines& lines, int number)
    {
        request_.patient_id = next();
        seen();
        const bool later = decision();
        while (!at_end() && problem_.empty())
            detail();
        if (!problem_.empty()) {
            lines.problems.push_back(fmt::format("line {}: {}: {}", number, request_.patient_id, problem_));
        } else if (later) {
            lines.later.push_back(request_.patient_id);
        } else {
            lines.requests.push_back(std::move(request_));
        }
    }

  private:
    bool at_end() const { return place_ >= words_.size(); }
    std::string next() { return at_end() ? std::string() : words_[place_++]; }
    void refuse(std::string problem)
    {
        if (problem_.empty()) problem_ = std::move(problem);
    }

    std::optional<Date> day_behind(std::string_view word)
    {
        const std::string text = next();
        const auto day = Date::parse(text);
        if (!day) refuse(fmt::format("'{}' behind {} is no day; write YYYY-MM-DD", text, word));
        return day;
    }

    /// `[TUMOUR_BOARD 2026-11-24]`
    void seen()
    {
        if (at_end() || !words_[place_].starts_with('[')) return;
        std::string inside;
        while (!at_end() && !inside.ends_with(']'))
            inside += (inside.empty() ? "" : " ") + next();
        if (!inside.ends_with(']')) return refuse("the bracket does not end; leave what stands in brackets as it is");
        const auto parts = words_of(std::string_view(inside).substr(1, inside.size() - 2));
        const auto action = assess::action_of_word(parts.empty() ? std::string_view() : std::string_view(parts[0]));
        if (!action) return refuse("in the brackets stands no action; leave what stands in brackets as it is");
        request_.seen_answer = SeenAnswer{*action, parts.size() > 1 ? Date::parse(parts[1]) : std::nullopt};
    }

    /// Whether the patient is put off.
    bool decision()
    {
        const std::string word = next();
        if (word == "later") return true;
        if (word == "accept") {
            request_.kind = LedgerKind::accept;
        } else if (word == "close") {
            request_.kind = LedgerKind::close;
        } else if (word == "override") {
            request_.kind = LedgerKind::supersede;
            const std::string action = next();
            request_.action = assess::action_of_word(action);
            if (!request_.action)
                refuse(fmt::format("'{}' is no action; one of {}", action, fmt::join(policy::action_words, ", ")));
        } else if (word == "event") {
            event();
        } else if (word == "?" || word.empty()) {
            refuse(
                "nothing is decided yet; write accept, override ACTION due DATE, close, event KIND NODULE, or later");
        } else {
            refuse(
                fmt::format("'{}' is no decision; write accept, override ACTION due DATE, close, event KIND NODULE, "
                            "or later",
                            word));
        }
        return false;
    }

    void event()
    {
        request_.kind = LedgerKind::nodule_event;
        const std::string kind = next();
        const auto known = value_of_word<EventKind>(kind);
        if (!known) return refuse(fmt::format("'{}' is no kind of event; one of {}", kind, word_list<EventKind>()));
        const std::string nodule = next();
        if (nodule.empty()) return refuse("the nodule of the event is missing; write event KIND NODULE");
        request_.event = NoduleEvent{nodule, *known, request_.decided_on, request_.reason};
    }

    void detail()
    {
        const std::string word = next();
        if (word == "due") {
            request_.due_date = day_behind(word);
        } else if (word == "on" && request_.event) {
            if (const auto day = day_behind(word)) request_.event->date = *day;
        } else if (word == "next") {
            const std::string step = next();
            request_.next_step = value_of_word<NextStep>(step);
            if (!request_.next_step)
                refuse(fmt::format("'{}' is no next step; one of {}", step, word_list<NextStep>()));
        } else if (word == "baseline") {
            baselines();
        } else if (word == "confirm") {
            request_.confirm = true;
        } else {
            refuse(
                fmt::format("'{}' is not understood; behind the decision go next STEP, due DATE, baseline NODULES, "
                            "confirm, and after a colon the reason",
                            word));
        }
    }

    void baselines()
    {
        std::istringstream in{next()};
        for (std::string id; std::getline(in, id, ',');) {
            if (!id.empty()) request_.baselines.push_back(id);
        }
        if (request_.baselines.empty()) refuse("baseline names no nodule; write baseline N2,N3");
    }

    std::vector<std::string> words_;
    std::size_t place_ = 0;
    DecideRequest request_;
    std::string problem_;
};

}  // namespace

MeetingLines read_meeting_lines(std::string_view text, const MeetingTerms& terms)
{
    MeetingLines lines;
    int number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // of an editor
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (!line.empty() && line.front() != '#') LineReader(line, terms).put(lines, number);
    }
    return lines;
}

}  // namespace nodtrack::tracker
