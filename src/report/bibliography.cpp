#include "bibliography.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace nodtrack::report {
namespace {

using Statements = std::map<std::string, policy::Citation, std::less<>>;

policy::Verification verification_of(const std::string& word)
{
    if (word == "read") return policy::Verification::read;
    return word == "found" ? policy::Verification::found : policy::Verification::unverified;
}

Statements read_statements()
{
    Statements statements;
    const auto document = nlohmann::json::parse(policy::released_sources_json());
    for (const auto& source : document.at("sources")) {
        if (!source.contains("items")) continue;
        for (const auto& item : source.at("items")) {
            const std::string id = item.at("id");
            const std::string verified = item.contains("verified") ? item.at("verified") : source.at("verified");
            statements.try_emplace(id, policy::Citation{.item = id,
                                                        .source = source.at("id"),
                                                        .title = source.at("title"),
                                                        .at = item.value("at", ""),
                                                        .statement = item.value("statement", ""),
                                                        .verification = verification_of(verified)});
        }
    }
    return statements;
}

}  // namespace

const policy::Citation* statement_of(std::string_view item)
{
    static const Statements statements = read_statements();
    const auto found = statements.find(item);
    return found == statements.end() ? nullptr : &found->second;
}

std::string_view verification_mark(policy::Verification verification)
{
    if (verification == policy::Verification::read) return "";
    return verification == policy::Verification::found ? " [excerpt read]" : " [not verified against the source]";
}

}  // namespace nodtrack::report
