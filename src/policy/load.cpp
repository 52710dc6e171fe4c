#include "basis_reader.hpp"
#include "document.hpp"
#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/domain/strict_json.hpp"
#include "nodtrack/policy/policy.hpp"
#include "rule_loader.hpp"

namespace nodtrack::policy {
namespace {

constexpr int deepest = 150;  // leaves room for conditions, 50 deep at most

/// Reads a policy file but for its rules.
class Loader {
  public:
    Loader(const Json& document, const Json& sources, const FactCatalogue& catalogue)
        : root_(document, "", problems_), bases_(sources, policy_)
    {
        policy_.catalogue = catalogue;
    }

    Result<Policy> load(std::string sha256)
    {
        root_.allow_only({"id", "version", "title", "parameters", "profiles", "facts", "definitions", "nodule_rules",
                          "adjustments", "patient_rules", "recommendations", "never_recommended", "does_not_apply",
                          "weak_points", "standing", "split_and_merge", "$schema"});
        policy_.id = root_.at("id").text();
        policy_.version = root_.at("version").text();
        policy_.title = root_.at("title").text();
        policy_.sha256 = std::move(sha256);
        parameters();
        profiles();
        RuleLoader(root_, policy_, bases_).load();
        if (const auto node = root_.find("standing")) standing(*node);
        if (const auto node = root_.find("split_and_merge")) split_and_merge(*node);
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
            parameter.basis = bases_.basis_of(node);
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
            profile.basis = bases_.basis_of(node);
            policy_.profiles.push_back(std::move(profile));
        }
    }

    void standing(const Node& node)
    {
        node.allow_only({"stands_from", "keeps_date_from", "unanswered_days", "cite", "basis"});
        StandingRule rule;
        rule.stands_from = enumerator<Action>(node.at("stands_from"), action_words);
        rule.keeps_date_from = enumerator<Action>(node.at("keeps_date_from"), action_words);
        rule.unanswered_days = node.at("unanswered_days").whole();
        rule.basis = bases_.basis_of(node);
        policy_.standing = std::move(rule);
    }

    void split_and_merge(const Node& node)
    {
        node.allow_only({"fragments_by_sum", "merged_against_sum", "means", "cite", "basis"});
        SplitAndMergeRule rule;
        rule.is_stated = true;
        rule.fragments_by_sum = node.at("fragments_by_sum").flag();
        rule.merged_against_sum = node.at("merged_against_sum").flag();
        rule.meaning = node.at("means").text();
        rule.basis = bases_.basis_of(node);
        policy_.split_and_merge = std::move(rule);
    }

    void notices(const Node& list, std::vector<Notice>& notices)
    {
        for (const Node& node : list.items()) {
            node.allow_only({"id", "title", "text", "cite", "basis"});
            Notice notice;
            notice.id = node.at("id").text();
            notice.title = node.at("title").text();
            notice.text = node.at("text").text();
            notice.basis = bases_.basis_of(node);
            notices.push_back(std::move(notice));
        }
    }

    Problems problems_;
    Node root_;
    Policy policy_;
    BasisReader bases_;
};

}  // namespace

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
