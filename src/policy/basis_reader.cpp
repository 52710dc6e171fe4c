#include "basis_reader.hpp"

namespace nodtrack::policy {
namespace {

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

}  // namespace

BasisReader::BasisReader(const Json& sources, Policy& policy) : known_items_(bibliography(sources)), policy_(policy) {}

Basis BasisReader::basis_of(const Node& node)
{
    Basis basis;
    if (const auto cite = node.find("cite")) {
        for (const Node& item : cite->items())
            basis.citations.push_back(citation(item));
    }
    if (const auto local = node.find("basis")) {
        if (local->text() != "local policy") local->problem("the only basis without a citation is \"local policy\"");
        basis.local_policy = true;
    }
    if (basis.citations.empty() && !basis.local_policy) {
        node.problem("no citation: give \"cite\": [\"S1-050\", …], or \"basis\": \"local policy\"");
    }
    return basis;
}

std::uint32_t BasisReader::citation(const Node& item)
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

}  // namespace nodtrack::policy
