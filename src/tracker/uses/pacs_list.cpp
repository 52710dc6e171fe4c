#include <fmt/format.h>

#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

struct Listed {
    std::string name;
    std::string address;
    bool encrypted = false;
};

Shape<Listed> listed_shape()
{
    return {member<&Listed::name>("name"), member<&Listed::address>("address"),
            member<&Listed::encrypted>("encrypted")};
}

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto all = tracker::pacs_list((*registry)->file());
    if (!all) return tl::unexpected(all.error());
    if (call.format == Format::json) {
        List list(call, "pacs");
        for (const exchange::Pacs& pacs : *all)
            list.add(json_of(listed_shape(), Listed{pacs.name, pacs.address(), pacs.is_encrypted()}));
        list.end();
        return {};
    }
    for (const exchange::Pacs& pacs : *all)
        call.put(fmt::format("{:<12} {}{}{}\n", pacs.name, pacs.address(), pacs.is_encrypted() ? "" : ", not encrypted",
                             pacs.is_web() ? "" : ", as " + pacs.calling_ae_title));
    if (all->empty()) call.put("no PACS; enter one by 'nodtrack pacs add'\n");
    return {};
}

}  // namespace

UseCase pacs_list()
{
    return {.name = "pacs list",
            .summary = "lists the PACSs that were entered",
            .description = "By name, with their addresses. None of them is asked anything.",
            .parameters = {json_switch("a JSON object a line: name, address, encrypted")},
            .examples = {{"nodtrack pacs list"}},
            .routes = {{.path = "/api/v1/pacs",
                        .roles = radiologist | admin,
                        .summary = "The PACSs that were entered, as `nodtrack pacs list`",
                        .response = "PacsList"}},
            .schemas = {{"PacsList", object_schema({{"pacs", array_schema(schema_of(listed_shape()))}})}},
            .listed_after = "pacs add",
            .run = run};
}

}  // namespace nodtrack::uses
