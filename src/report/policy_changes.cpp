#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "nodtrack/report/policy_text.hpp"
#include "policy_text_words.hpp"

namespace nodtrack::report {
namespace {

using policy::Policy;

std::string name_of(const policy::Parameter& entry)
{
    return entry.name;
}
std::string name_of(const policy::ScheduleProfile& entry)
{
    return entry.name;
}
std::string name_of(const policy::Definition& entry)
{
    return entry.name;
}
template <class Rule>
std::string name_of(const Rule& rule)
{
    return rule.id;
}

std::string said_by(const policy::Parameter& entry)
{
    return entry.meaning;
}
std::string said_by(const policy::ScheduleProfile& entry)
{
    return entry.meaning;
}
std::string said_by(const policy::Definition& entry)
{
    return entry.meaning;
}
template <class Rule>
std::string said_by(const Rule& rule)
{
    return rule.says;
}

/// What an entry comes to, so that two of one name can be compared.
std::string content_of(const Policy&, const policy::Parameter& entry)
{
    return parameter_words(entry) + (entry.unit.empty() || entry.unit == "1" ? "" : " " + entry.unit);
}
std::string content_of(const Policy&, const policy::ScheduleProfile& entry)
{
    return fmt::format("{}; low grade {}; start unknown every {}", interval_words(entry.high_or_unknown_grade),
                       interval_words(entry.low_grade), entry.unknown_start_months);
}
template <class Rule>
std::string content_of(const Policy& policy, const Rule& rule)
{
    const std::string text = policy_rule_text(policy, name_of(rule)).value_or(std::string());
    // The head names the policy and the rule's place in it, which are no content of the rule.
    return said_by(rule) + text.substr(std::min(text.find("\n\n"), text.size()));
}

/// Numbers can be told in a line, rules are told by what they say.
template <class Entry>
constexpr bool is_told_whole =
    std::is_same_v<Entry, policy::Parameter> || std::is_same_v<Entry, policy::ScheduleProfile>;

class Changes {
  public:
    Changes(const Policy& before, const Policy& after) : before_(before), after_(after) {}

    template <class Entry>
    void add(std::string_view kind, const std::vector<Entry>& before, const std::vector<Entry>& after)
    {
        const auto named_in = [](const std::vector<Entry>& list, const Entry& entry) {
            return std::find_if(list.begin(), list.end(),
                                [&](const Entry& other) { return name_of(other) == name_of(entry); });
        };
        for (const Entry& entry : after) {
            const auto earlier = named_in(before, entry);
            const std::string what = fmt::format("{} {}", kind, name_of(entry));
            if (earlier == before.end()) {
                lines.push_back(fmt::format("{}: new: {}", what,
                                            is_told_whole<Entry> ? content_of(after_, entry) : said_by(entry)));
                continue;
            }
            const std::string was = content_of(before_, *earlier);
            const std::string is = content_of(after_, entry);
            if (was == is) continue;
            if constexpr (is_told_whole<Entry>) {
                lines.push_back(fmt::format("{}: {} -> {}", what, was, is));
            } else {
                const bool other_words = said_by(*earlier) != said_by(entry);
                lines.push_back(other_words
                                    ? fmt::format("{}: \"{}\" -> \"{}\"", what, said_by(*earlier), said_by(entry))
                                    : fmt::format("{}: \"{}\", in detail otherwise", what, said_by(entry)));
            }
        }
        for (const Entry& entry : before) {
            if (named_in(after, entry) == after.end())
                lines.push_back(fmt::format("{} {}: gone: {}", kind, name_of(entry), said_by(entry)));
        }
        const auto common = [&](const std::vector<Entry>& list, const std::vector<Entry>& other) {
            std::vector<std::string> names;
            for (const Entry& entry : list) {
                if (named_in(other, entry) != other.end()) names.push_back(name_of(entry));
            }
            return names;
        };
        // Of rules the first that holds counts.
        if (common(before, after) != common(after, before)) lines.push_back(fmt::format("{}s: in another order", kind));
    }

    std::vector<std::string> lines;

  private:
    const Policy& before_;
    const Policy& after_;
};

std::string standing_words(const Policy& policy)
{
    if (!policy.standing) return "none";
    const policy::StandingRule& rule = *policy.standing;
    return fmt::format("from {} on, first date from {} on, listed for {} days",
                       policy::action_words[static_cast<std::size_t>(rule.stands_from)],
                       policy::action_words[static_cast<std::size_t>(rule.keeps_date_from)], rule.unanswered_days);
}

std::string split_words(const Policy& policy)
{
    return fmt::format("fragments {}, merged {}",
                       policy.split_and_merge.fragments_by_sum ? "by their sum" : "each alone",
                       policy.split_and_merge.merged_against_sum ? "against the sum" : "against itself");
}

}  // namespace

std::vector<std::string> policy_changes(const Policy& before, const Policy& after)
{
    Changes changes(before, after);
    changes.add("parameter", before.parameters, after.parameters);
    changes.add("profile", before.profiles, after.profiles);
    changes.add("definition", before.definitions, after.definitions);
    changes.add("nodule rule", before.nodule_rules, after.nodule_rules);
    changes.add("adjustment", before.adjustments, after.adjustments);
    changes.add("patient rule", before.patient_rules, after.patient_rules);
    changes.add("recommendation", before.recommendations, after.recommendations);
    const auto add_if_other = [&](std::string_view what, const std::string& was, const std::string& is) {
        if (was != is) changes.lines.push_back(fmt::format("{}: {} -> {}", what, was, is));
    };
    add_if_other("answers that stand", standing_words(before), standing_words(after));
    add_if_other("nodules that split or merged", split_words(before), split_words(after));
    for (const auto& [list, other, word] : {std::tuple(&before.never_recommended, &after.never_recommended, "gone"),
                                            std::tuple(&after.never_recommended, &before.never_recommended, "new")}) {
        for (const std::string& entry : *list) {
            if (std::ranges::count(*other, entry) == 0)
                changes.lines.push_back(fmt::format("never recommended: {}: {}", word, entry));
        }
    }
    return std::move(changes.lines);
}

}  // namespace nodtrack::report
