#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compile_condition.hpp"
#include "document.hpp"
#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/domain/strict_json.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {
namespace {

constexpr int deepest = 150;  // leaves room for conditions, 50 deep at most

/// Statements of the bibliography by their number.
std::map<std::string, Citation> bibliography(const Json& sources)
{
    std::map<std::string, Citation> items;
    for (const Json& source : sources.value("sources", Json::array())) {
        for (const Json& item : source.value("items", Json::array())) {
            Citation citation;
            citation.item = item.value("id", "");
            citation.source = source.value("id", "");
            citation.title = source.value("title", "");
            citation.at = item.value("at", "");
            citation.statement = item.value("statement", "");
            const std::string verified = item.value("verified", source.value("verified", "unverified"));
            citation.verification = verified == "read"    ? Verification::read
                                    : verified == "found" ? Verification::found
                                                          : Verification::unverified;
            items[citation.item] = citation;
        }
    }
    return items;
}

/// The position of a word in a list of words, as an enumerator.
template <class Enumeration, class Words>
Enumeration enumerator(const Node& node, const Words& words)
{
    const std::string text = node.text();
    for (std::size_t i = 0; i < std::size(words); ++i) {
        if (words[i] == text) return static_cast<Enumeration>(i);
    }
    std::vector<std::string> known(std::begin(words), std::end(words));
    node.problem("\"" + text + "\" is none of: " + joined(known));
    return {};
}

class Loader {
  public:
    Loader(const Json& document, const Json& sources, const FactCatalogue& catalogue)
        : root_(document, "", problems_), known_items_(bibliography(sources))
    {
        policy_.catalogue = catalogue;
    }

    Result<Policy> load(std::string sha256)
    {
        root_.allow_only({"id", "version", "title", "parameters", "profiles", "facts", "definitions", "nodule_rules",
                          "adjustments", "patient_rules", "recommendations", "never_recommended", "does_not_apply",
                          "weak_points", "standing", "$schema"});
        policy_.id = root_.at("id").text();
        policy_.version = root_.at("version").text();
        policy_.title = root_.at("title").text();
        policy_.sha256 = std::move(sha256);
        parameters();
        profiles();
        rules();
        if (const auto node = root_.find("standing")) standing(*node);
        for (const Node& entry : root_.at("never_recommended").items())
            policy_.never_recommended.push_back(entry.text());
        notices(root_.at("does_not_apply"), policy_.does_not_apply);
        notices(root_.at("weak_points"), policy_.weak_points);
        if (!problems_.empty()) {
            auto lines = problems_.take();
            const std::string summary = "the policy file has " + std::to_string(lines.size()) +
                                        (lines.size() == 1 ? " problem" : " problems") + "; it was not loaded";
            return failure(ErrorCode::bad_input, summary, std::move(lines));
        }
        return std::move(policy_);
    }

  private:
    Basis basis(const Node& node)
    {
        Basis basis;
        if (const auto cite = node.find("cite")) {
            for (const Node& item : cite->items())
                basis.citations.push_back(citation(item));
        }
        if (const auto local = node.find("basis")) {
            if (local->text() != "local policy")
                local->problem("the only basis without a citation is \"local policy\"");
            basis.local_policy = true;
        }
        if (basis.citations.empty() && !basis.local_policy) {
            node.problem("no citation: give \"cite\": [\"S1-050\", …], or \"basis\": \"local policy\"");
        }
        return basis;
    }

    std::uint32_t citation(const Node& item)
    {
        const std::string id = item.text();
        for (std::size_t i = 0; i < policy_.citations.size(); ++i) {
            if (policy_.citations[i].item == id) return static_cast<std::uint32_t>(i);
        }
        const auto found = known_items_.find(id);
        if (found == known_items_.end()) {
            item.problem("\"" + id + "\" is no item of the bibliography (schema/sources.json)");
            return 0;
        }
        policy_.citations.push_back(found->second);
        return static_cast<std::uint32_t>(policy_.citations.size() - 1);
    }

    void parameters()
    {
        for (const auto& [name, node] : root_.at("parameters").members()) {
            node.allow_only({"value", "unit", "means", "cite", "basis"});
            Parameter parameter;
            parameter.name = name;
            parameter.meaning = node.at("means").text();
            if (const auto unit = node.find("unit")) parameter.unit = unit->text();
            const Node value = node.at("value");
            const auto take = [&](const Node& entry) {
                if (entry.is_string()) {
                    parameter.words.push_back(entry.text());
                } else {
                    parameter.numbers.push_back(entry.thousandths());
                    if (parameter.numbers.back() < 0) entry.problem("sizes, counts, shares and spans are not below 0");
                }
            };
            if (value.is_array()) {
                for (const Node& entry : value.items())
                    take(entry);
            } else {
                take(value);
            }
            if (!parameter.numbers.empty() && parameter.unit.empty()) node.problem("a number needs its \"unit\"");
            if (!parameter.words.empty() && !parameter.unit.empty()) node.problem("words have no \"unit\"");
            if (parameter.numbers.empty() == parameter.words.empty()) value.problem("expected numbers, or words");
            parameter.basis = basis(node);
            policy_.parameters.push_back(std::move(parameter));
        }
    }

    std::vector<IntervalBand> bands(const Node& list)
    {
        std::vector<IntervalBand> bands;
        for (const Node& node : list.items()) {
            node.allow_only({"below_months", "interval_months"});
            IntervalBand band;
            if (const auto below = node.find("below_months")) band.below_months = below->whole();
            band.interval_months = node.at("interval_months").whole();
            if (band.interval_months == 0) node.problem("an interval of 0 months");
            if (!bands.empty() && (!bands.back().below_months ||
                                   (band.below_months && *band.below_months <= *bands.back().below_months))) {
                node.problem("bands run from early to late, and only the last has no \"below_months\"");
            }
            bands.push_back(band);
        }
        if (bands.empty() || bands.back().below_months)
            list.problem("the last band has no \"below_months\": it holds for all the rest");
        return bands;
    }

    void profiles()
    {
        for (const auto& [name, node] : root_.at("profiles").members()) {
            node.allow_only({"means", "high_or_unknown_grade", "low_grade", "unknown_start_months", "cite", "basis"});
            ScheduleProfile profile;
            profile.name = name;
            profile.meaning = node.at("means").text();
            profile.high_or_unknown_grade = bands(node.at("high_or_unknown_grade"));
            profile.low_grade = bands(node.at("low_grade"));
            profile.unknown_start_months = node.at("unknown_start_months").whole();
            profile.basis = basis(node);
            policy_.profiles.push_back(std::move(profile));
        }
    }

    std::vector<std::string> rule_ids()
    {
        std::vector<std::string> ids;
        std::set<std::string> seen;
        for (const std::string_view list : {"nodule_rules", "adjustments", "patient_rules", "recommendations"}) {
            for (const Node& node : root_.at(list).items()) {
                const std::string id = node.has("id") ? node.at("id").text() : "";
                if (!seen.insert(id).second) node.problem("the id \"" + id + "\" stands on two rules");
                if (list == "nodule_rules") ids.push_back(id);
            }
        }
        constexpr std::size_t most_nodule_rules = 64;
        if (ids.size() > most_nodule_rules) root_.at("nodule_rules").problem("more than 64 nodule rules");
        return ids;
    }

    void rules()
    {
        std::vector<std::string> facts;
        for (const Node& fact : root_.at("facts").items())
            facts.push_back(fact.text());
        rule_ids_ = rule_ids();
        ConditionCompiler compiler(policy_, facts, rule_ids_);
        compiler_ = &compiler;
        for (const Node& node : root_.at("definitions").items())
            definition(node);
        for (const Node& node : root_.at("nodule_rules").items())
            nodule_rule(node);
        for (const Node& node : root_.at("adjustments").items())
            adjustment(node);
        for (const Node& node : root_.at("patient_rules").items())
            patient_rule(node);
        for (const Node& node : root_.at("recommendations").items())
            recommendation(node);
        for (const std::string& fact : compiler.unused_facts()) {
            root_.at("facts").problem("fact \"" + fact + "\" is listed, but no condition names it");
        }
        compiler_ = nullptr;
        if (policy_.nodule_rules.empty()) root_.at("nodule_rules").problem("no rules");
        if (policy_.recommendations.empty()) root_.at("recommendations").problem("no recommendations");
    }

    void definition(const Node& node)
    {
        node.allow_only({"name", "means", "scope", "when", "cite", "basis"});
        Definition definition;
        definition.name = node.at("name").text();
        if (policy_.definition(definition.name)) node.problem("defined twice");
        definition.meaning = node.at("means").text();
        const std::string scope = node.at("scope").text();
        if (scope != "nodule" && scope != "patient") node.problem("\"scope\" is nodule or patient");
        definition.scope = scope == "patient" ? Scope::patient : Scope::nodule;
        definition.basis = basis(node);
        definition.when = compiler_->compile(node.at("when"), definition.scope);
        policy_.definitions.push_back(std::move(definition));
    }

    void nodule_rule(const Node& node)
    {
        node.allow_only({"id", "says", "when", "then", "or_worse", "reports_stable_months", "takes_size_bound",
                         "dated_by", "cite", "basis"});
        NoduleRule rule;
        rule.id = node.at("id").text();
        rule.says = node.at("says").text();
        rule.when = compiler_->compile(node.at("when"), Scope::nodule);
        rule.guard = guard_of(rule.when);
        const Node then = node.at("then");
        const auto outcome = [&](const Node& entry) {
            entry.allow_only({"class", "when"});
            ClassOutcome result;
            if (const auto when = entry.find("when")) result.when = compiler_->compile(*when, Scope::nodule);
            result.nodule_class = enumerator<NoduleClass>(entry.at("class"), nodule_class_words);
            rule.then.push_back(result);
        };
        if (then.is_array()) {
            for (const Node& entry : then.items())
                outcome(entry);
        } else {
            outcome(then);
        }
        if (rule.then.empty() || rule.then.back().when)
            then.problem("the last outcome has no \"when\": it holds otherwise");
        if (const auto worse = node.find("or_worse")) or_worse(*worse, rule);
        if (const auto reports = node.find("reports_stable_months")) rule.reports_stable_months = reports->flag();
        if (const auto takes = node.find("takes_size_bound")) rule.takes_size_bound = takes->flag();
        if (const auto day = node.find("dated_by")) rule.dated_by = enumerator<FactDay>(*day, fact_day_words);
        rule.basis = basis(node);
        policy_.nodule_rules.push_back(std::move(rule));
    }

    /// The first comparison of a nodule's word fact that the condition demands, if it says nothing of unknown values.
    Guard guard_of(ConditionIndex index) const
    {
        const Condition& condition = policy_.conditions[index];
        if (condition.kind == Condition::Kind::all) {
            for (const ConditionIndex part : condition.parts) {
                const Guard guard = guard_of(part);
                if (guard.word_set != 0) return guard;
            }
        }
        const bool usable = condition.kind == Condition::Kind::compare && condition.scope == Scope::nodule &&
                            condition.word_set != 0 && !condition.has_if_unknown;
        return usable ? Guard{condition.fact, condition.word_set} : Guard{};
    }

    void or_worse(const Node& node, NoduleRule& rule)
    {
        node.allow_only({"when", "rules"});
        rule.worse_of_when = compiler_->compile(node.at("when"), Scope::nodule);
        for (const Node& entry : node.at("rules").items()) {
            const std::string id = entry.text();
            const auto found = std::find(rule_ids_.begin(), rule_ids_.end(), id);
            if (found == rule_ids_.end()) entry.problem("no nodule rule has the id \"" + id + "\"");
            rule.worse_of_rules.push_back(static_cast<std::uint32_t>(found - rule_ids_.begin()));
        }
    }

    void adjustment(const Node& node)
    {
        node.allow_only({"id", "says", "when", "raise_to", "dated_by", "cite", "basis"});
        Adjustment adjustment;
        if (const auto day = node.find("dated_by")) adjustment.dated_by = enumerator<FactDay>(*day, fact_day_words);
        adjustment.id = node.at("id").text();
        adjustment.says = node.at("says").text();
        adjustment.when = compiler_->compile(node.at("when"), Scope::nodule);
        if (const auto raise = node.find("raise_to")) {
            adjustment.raise_to = enumerator<NoduleClass>(*raise, nodule_class_words);
        }
        adjustment.basis = basis(node);
        policy_.adjustments.push_back(std::move(adjustment));
    }

    void patient_rule(const Node& node)
    {
        node.allow_only({"id", "says", "when", "raise_to", "extrapolated_unless", "cite", "basis"});
        PatientRule rule;
        rule.id = node.at("id").text();
        rule.says = node.at("says").text();
        rule.when = compiler_->compile(node.at("when"), Scope::patient);
        rule.raise_to = enumerator<PatientClass>(node.at("raise_to"), patient_class_words);
        if (const auto unless = node.find("extrapolated_unless")) {
            rule.extrapolated_unless = compiler_->compile(*unless, Scope::patient);
        }
        rule.basis = basis(node);
        policy_.patient_rules.push_back(std::move(rule));
    }

    std::vector<DueFormula> due_formulas(const Node& node)
    {
        std::vector<DueFormula> formulas;
        if (node.is_array()) {
            for (const Node& entry : node.items())
                formulas.push_back(due_formula(entry));
        } else {
            formulas.push_back(due_formula(node));
        }
        if (formulas.empty() || formulas.back().when)
            node.problem("the last due formula has no \"when\": it holds otherwise");
        return formulas;
    }

    DueFormula due_formula(const Node& node)
    {
        node.allow_only({"when", "from", "otherwise_from", "add", "routine", "cite", "basis"});
        DueFormula formula;
        if (const auto when = node.find("when")) formula.when = compiler_->compile(*when, Scope::patient);
        if (const auto routine = node.find("routine")) {
            routine->allow_only({"at_most_months", "when"});
            formula.routine = true;
            if (const auto cap = routine->find("at_most_months")) formula.routine_at_most_months = cap->whole();
            if (const auto when = routine->find("when")) {
                formula.routine_at_most_when = compiler_->compile(*when, Scope::patient);
            }
        } else {
            formula.from = enumerator<Anchor>(node.at("from"), anchor_words);
            if (const auto otherwise = node.find("otherwise_from")) {
                formula.otherwise_from = enumerator<Anchor>(*otherwise, anchor_words);
            }
            if (const auto add = node.find("add")) {
                add->allow_only({"days", "months", "days_at_most_routine", "months_at_most_routine"});
                if (const auto days = add->find("days")) formula.days = days->whole();
                if (const auto months = add->find("months")) formula.months = months->whole();
                if (const auto days = add->find("days_at_most_routine")) {
                    formula.days = days->whole();
                    formula.days_at_most_routine = true;
                }
                if (const auto months = add->find("months_at_most_routine")) {
                    formula.months = months->whole();
                    formula.months_at_most_routine = true;
                }
            }
        }
        if (node.has("cite") || node.has("basis")) formula.basis = basis(node);
        return formula;
    }

    void recommendation(const Node& node)
    {
        node.allow_only({"id", "says", "advises", "when", "matter", "action", "due", "safety_net", "options",
                         "patient_class", "shows", "cite", "basis"});
        RecommendationRule rule;
        rule.id = node.at("id").text();
        rule.says = node.at("says").text();
        rule.advises = node.at("advises").text();
        rule.when = compiler_->compile(node.at("when"), Scope::patient);
        if (const auto matter = node.find("matter")) rule.matter = enumerator<Matter>(*matter, matter_words);
        rule.action = enumerator<Action>(node.at("action"), action_words);
        if (const auto due = node.find("due")) rule.due = due_formulas(*due);
        if (const auto safety_net = node.find("safety_net")) rule.safety_net = due_formulas(*safety_net);
        if (const auto options = node.find("options")) {
            for (const Node& entry : options->items()) {
                entry.allow_only({"action", "when"});
                rule.options.push_back({enumerator<Action>(entry.at("action"), action_words),
                                        compiler_->compile(entry.at("when"), Scope::patient)});
            }
        }
        if (const auto sets = node.find("patient_class")) {
            sets->allow_only({"is", "when_rule"});
            rule.patient_class = enumerator<PatientClass>(sets->at("is"), patient_class_words);
            const std::string mode = sets->at("when_rule").text();
            if (mode != "holds" && mode != "decides") sets->problem("\"when_rule\" is holds or decides");
            rule.sets_class = mode == "holds" ? RecommendationRule::SetsClass::when_it_holds
                                              : RecommendationRule::SetsClass::when_it_decides;
        }
        if (const auto shows = node.find("shows")) {
            for (const Node& entry : shows->items())
                rule.shows.push_back(entry.text());
        }
        rule.basis = basis(node);
        policy_.recommendations.push_back(std::move(rule));
    }

    void standing(const Node& node)
    {
        node.allow_only({"stands_from", "keeps_date_from", "unanswered_days", "cite", "basis"});
        StandingRule rule;
        rule.stands_from = enumerator<Action>(node.at("stands_from"), action_words);
        rule.keeps_date_from = enumerator<Action>(node.at("keeps_date_from"), action_words);
        rule.unanswered_days = node.at("unanswered_days").whole();
        rule.basis = basis(node);
        policy_.standing = std::move(rule);
    }

    void notices(const Node& list, std::vector<Notice>& notices)
    {
        for (const Node& node : list.items()) {
            node.allow_only({"id", "title", "text", "cite", "basis"});
            Notice notice;
            notice.id = node.at("id").text();
            notice.title = node.at("title").text();
            notice.text = node.at("text").text();
            notice.basis = basis(node);
            notices.push_back(std::move(notice));
        }
    }

    Problems problems_;
    Node root_;
    std::map<std::string, Citation> known_items_;
    Policy policy_;
    std::vector<std::string> rule_ids_;
    ConditionCompiler* compiler_ = nullptr;
};

}  // namespace

const Parameter* Policy::parameter(std::string_view name) const
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> Policy::definition(std::string_view name) const
{
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        if (definitions[i].name == name) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

Result<Policy> load(std::string_view policy_json, std::string_view sources_json, const FactCatalogue& catalogue)
{
    const auto document = parsed_strictly<Json>(policy_json, "the policy file", deepest);
    if (!document) return tl::unexpected(document.error());
    const auto sources = parsed_strictly<Json>(sources_json, "the bibliography", deepest);
    if (!sources) return tl::unexpected(sources.error());
    try {
        return Loader(*document, *sources, catalogue).load(sha256_of(policy_json));
    } catch (const nlohmann::json::exception& error) {
        return failure(ErrorCode::bad_input, std::string("the policy file cannot be read: ") + error.what());
    }
}

}  // namespace nodtrack::policy
