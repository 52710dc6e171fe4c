#include "compile_condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nodtrack::policy {
namespace {

using Comparator = Condition::Comparator;

constexpr std::array<std::pair<std::string_view, Comparator>, 7> comparators = {{
    {"at_least", Comparator::at_least},
    {"above", Comparator::above},
    {"at_most", Comparator::at_most},
    {"below", Comparator::below},
    {"is", Comparator::is},
    {"in", Comparator::in},
    {"is_known", Comparator::is_known},
}};

struct FoundFact {
    const FactDeclaration* declaration = nullptr;
    Scope scope = Scope::nodule;
    std::uint16_t index = 0;
};

FoundFact find_fact(const FactCatalogue& catalogue, std::string_view name)
{
    for (const Scope scope : {Scope::nodule, Scope::patient}) {
        const auto facts = catalogue.of(scope);
        for (std::size_t i = 0; i < facts.size(); ++i) {
            if (facts[i].name == name) return {&facts[i], scope, static_cast<std::uint16_t>(i)};
        }
    }
    return {};
}

}  // namespace

ConditionCompiler::ConditionCompiler(Policy& policy, const std::vector<std::string>& used_facts,
                                     std::vector<std::string> rule_ids)
    : policy_(policy), rule_ids_(std::move(rule_ids))
{
    for (const std::string& fact : used_facts)
        declared_[fact] = false;
}

std::vector<std::string> ConditionCompiler::unused_facts() const
{
    std::vector<std::string> unused;
    for (const auto& [name, used] : declared_) {
        if (!used) unused.push_back(name);
    }
    return unused;
}

ConditionIndex ConditionCompiler::add(Condition condition)
{
    policy_.conditions.push_back(std::move(condition));
    return static_cast<ConditionIndex>(policy_.conditions.size() - 1);
}

ConditionIndex ConditionCompiler::compile(const Node& node, Scope scope)
{
    constexpr int deepest = 50;
    if (depth_ == deepest) {
        node.problem("conditions are nested more than 50 deep: give the inner part a definition of its own");
        return add({});
    }
    ++depth_;
    const ConditionIndex compiled = compile_one(node, scope);
    --depth_;
    return compiled;
}

ConditionIndex ConditionCompiler::compile_one(const Node& node, Scope scope)
{
    if (!node.is_object()) {
        node.problem("expected a condition { … }");
        return add({});
    }
    if (node.has("fact")) return add(comparison(node, scope));
    Condition condition;
    if (node.has("all") || node.has("any")) {
        const bool all = node.has("all");
        node.allow_only({all ? "all" : "any"});
        condition.kind = all ? Condition::Kind::all : Condition::Kind::any;
        for (const Node& part : node.at(all ? "all" : "any").items())
            condition.parts.push_back(compile(part, scope));
        if (!all && condition.parts.empty()) node.problem("\"any\" of nothing can never hold");
    } else if (node.has("not")) {
        node.allow_only({"not"});
        condition.kind = Condition::Kind::negation;
        condition.parts.push_back(compile(node.at("not"), scope));
    } else if (node.has("holds")) {
        node.allow_only({"holds"});
        condition.kind = Condition::Kind::definition;
        const auto definition = policy_.definition(node.at("holds").text());
        if (!definition) {
            node.problem("no such definition before this place");
        } else if (policy_.definitions[*definition].scope == Scope::nodule && scope == Scope::patient) {
            node.problem("a definition about a nodule needs \"count\" or \"bilateral\" here");
        } else {
            condition.definition = *definition;
        }
    } else if (node.has("count")) {
        node.allow_only({"count"});
        condition = quantifier(node, node.at("count"), Condition::Kind::count);
    } else if (node.has("bilateral")) {
        node.allow_only({"bilateral"});
        condition = quantifier(node, node.at("bilateral"), Condition::Kind::bilateral);
    } else {
        node.problem("a condition has one of: fact, all, any, not, holds, count, bilateral");
    }
    return add(std::move(condition));
}

Condition ConditionCompiler::quantifier(const Node& node, const Node& body, Condition::Kind kind)
{
    Condition condition;
    condition.kind = kind;
    if (kind == Condition::Kind::count) {
        body.allow_only({"of", "where", "at_least", "more_than_half"});
        if (const auto half = body.find("more_than_half")) condition.more_than_half = half->flag();
        condition.at_least_count = static_cast<std::uint32_t>(body.at("at_least").whole());
        if (condition.at_least_count == 0) body.problem("\"at_least\": 0 always holds; 1 or more");
    } else {
        body.allow_only({"of", "where"});
        condition.fact = find_fact(policy_.catalogue, "side").index;
    }
    const std::string of = body.at("of").text();
    if (of != "judged") {
        const auto definition = policy_.definition(of);
        if (!definition || policy_.definitions[*definition].scope != Scope::nodule) {
            node.problem("\"of\": \"judged\" or a nodule definition before this place, not \"" + of + "\"");
        } else {
            condition.of = static_cast<std::int32_t>(*definition);
        }
    }
    if (const auto where = body.find("where")) condition.parts.push_back(compile(*where, Scope::nodule));
    return condition;
}

Condition ConditionCompiler::comparison(const Node& node, Scope scope)
{
    Condition condition;
    condition.kind = Condition::Kind::compare;
    node.allow_only({"fact", "at_least", "above", "at_most", "below", "is", "in", "is_known", "if_unknown"});
    const std::string name = node.at("fact").text();
    const FoundFact found = find_fact(policy_.catalogue, name);
    const auto declared = declared_.find(name);
    if (found.declaration == nullptr) {
        node.problem("no fact is called \"" + name + "\"");
        return condition;
    }
    if (declared == declared_.end()) {
        node.problem("fact \"" + name + "\" is not in the file's list of facts");
    } else {
        declared->second = true;
    }
    if (found.scope == Scope::nodule && scope == Scope::patient) {
        node.problem("\"" + name + "\" is about a nodule: use it in \"count\" or \"bilateral\" here");
    }
    condition.scope = found.scope;
    condition.fact = found.index;
    comparator(node, *found.declaration, condition);
    if (const auto assumption = node.find("if_unknown")) {
        condition.has_if_unknown = true;
        condition.if_unknown = assumption->flag() ? Truth::yes : Truth::no;
    }
    return condition;
}

void ConditionCompiler::comparator(const Node& node, const FactDeclaration& fact, Condition& condition) const
{
    std::size_t named = 0;
    for (const auto& [key, comparator] : comparators) {
        const auto operand = node.find(key);
        if (!operand) continue;
        ++named;
        condition.comparator = comparator;
        if (comparator == Comparator::is_known) {
            condition.operand = operand->flag() ? 1.0 : 0.0;
        } else if (fact.type == FactType::number) {
            number_comparator(*operand, fact, condition);
        } else if (fact.type == FactType::yes_no) {
            condition.operand = operand->flag() ? 1.0 : 0.0;
            if (comparator != Comparator::is) operand->problem("a yes/no fact takes \"is\" or \"is_known\"");
        } else if (comparator == Comparator::is || comparator == Comparator::in) {
            condition.word_set = word_set(*operand, fact);
        } else if (fact.type == FactType::ordered_word) {
            const std::uint64_t bit = word_bit(*operand, fact);
            condition.operand = bit == 0 ? 0.0 : static_cast<double>(__builtin_ctzll(bit));
        } else {
            operand->problem("words of this fact have no order: use \"is\" or \"in\"");
        }
    }
    if (named != 1) node.problem("exactly one comparison is needed, not " + std::to_string(named));
}

void ConditionCompiler::number_comparator(const Node& operand, const FactDeclaration& fact, Condition& condition) const
{
    if (condition.comparator == Comparator::is || condition.comparator == Comparator::in) {
        operand.problem("a number takes at_least, above, at_most or below");
        return;
    }
    condition.operand = operand.thousandths();
    const bool whole_units = fact.unit == "days" || fact.unit == "months";
    constexpr int thousand = 1000;
    if (condition.operand < 0) {
        operand.problem("\"" + std::string(fact.name) + "\" is never below 0, so no bound of it is");
    }
    if (whole_units && static_cast<long long>(condition.operand) % thousand != 0) {
        operand.problem("\"" + std::string(fact.name) + "\" counts whole " + std::string(fact.unit));
    }
}

std::uint64_t ConditionCompiler::word_set(const Node& operand, const FactDeclaration& fact) const
{
    if (operand.is_string()) return word_bit(operand, fact);
    std::uint64_t set = 0;
    for (const Node& word : operand.items()) {
        const std::uint64_t bit = word_bit(word, fact);
        if ((set & bit) != 0) word.problem("named twice");
        set |= bit;
    }
    if (set == 0) operand.problem("an empty list can never hold");
    return set;
}

std::uint64_t ConditionCompiler::word_bit(const Node& word, const FactDeclaration& fact) const
{
    const std::string text = word.text();
    std::vector<std::string> words;
    if (fact.type == FactType::rule) {
        words = rule_ids_;
    } else {
        words.assign(fact.words.begin(), fact.words.end());
    }
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) {
        word.problem("\"" + text + "\" is no word of " + std::string(fact.name) + "; its words: " + joined(words));
        return 0;
    }
    constexpr std::ptrdiff_t bits_of_a_set = 64;
    if (found - words.begin() >= bits_of_a_set) return 0;  // more nodule rules than that are refused elsewhere
    return std::uint64_t{1} << static_cast<unsigned>(found - words.begin());
}

}  // namespace nodtrack::policy
