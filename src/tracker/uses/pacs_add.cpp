#include <fmt/format.h>

#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

namespace fs = std::filesystem;

/// Later commands may be given elsewhere.
fs::path whole_path(const Call& call, std::string_view name)
{
    const auto file = call.values.find(name);
    return file ? fs::absolute(*file).lexically_normal() : fs::path();
}

Result<void> run(Call& call)
{
    exchange::Pacs pacs;
    pacs.name = call.values.text("name");
    if (const auto url = call.values.find("dicomweb")) {
        if (const auto taken = exchange::take_dicomweb_url(pacs, *url); !taken) return taken;
    }
    if (const auto ae = call.values.find("ae")) {
        if (const auto taken = exchange::take_ae(pacs, *ae); !taken) return taken;
    }
    pacs.calling_ae_title = call.values.find("calling").value_or(pacs.calling_ae_title);
    pacs.ca = whole_path(call, "ca");
    pacs.certificate = whole_path(call, "cert");
    pacs.key = whole_path(call, "key");
    if (const auto seconds = call.values.count("patience")) pacs.patience_s = static_cast<int>(*seconds);
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    if (const auto added = tracker::add_pacs((*registry)->file(), pacs); !added) return added;
    call.put(fmt::format("{}: {}\n", pacs.name, pacs.address()));
    if (!pacs.is_encrypted())
        call.note("what goes to this PACS and comes from it is not encrypted: others in the network can read it");
    call.note(fmt::format("try it: nodtrack pacs test {}", pacs.name));
    return {};
}

}  // namespace

UseCase pacs_add()
{
    return {
        .name = "pacs add",
        .summary = "enters a PACS, by its DICOMweb address or its AE title",
        .description =
            "A PACS is reached by DICOMweb ({dicomweb}), which is the faster by far, or by the DICOM network ({ae}). "
            "Give one of them.\n\n"
            "With https:// the PACS's certificate is checked against {ca}, else against the authorities that this "
            "computer trusts; with {ae} the connection is encrypted where {ca} is given. {cert} and {key} are "
            "nodtrack's own certificate, for a PACS that wants one. All are PEM files, of which the paths alone are "
            "kept.\n\n"
            "The list stands in a file beside the registry (REGISTRY.pacs.json), for this user alone. nodtrack "
            "connects to the addresses in it and to no other; no redirect is followed. "
            "docs/how-to/pacs.md is for who administers the PACS.",
        .parameters = {required(text("name", "what it is called from now on", "NAME")),
                       text("dicomweb", "its DICOMweb address: https://HOST[:PORT]/PATH", {}, "URL"),
                       text("ae", "its AE title, host and port: AET@HOST:PORT", {}, "AE"),
                       text("ca", "the authority that signed its certificate", {}, "FILE"),
                       text("cert", "nodtrack's own certificate", {}, "FILE"),
                       text("key", "the key of that certificate", {}, "FILE"),
                       text("calling", "nodtrack's AE title there; else NODTRACK", {}, "AET"),
                       [] {
                           Parameter patience =
                               of_type(Type::count, text("patience",
                                                         "a call that brings nothing for so long is given up; "
                                                         "else 60",
                                                         {}, "SECONDS"));
                           patience.least = 1;
                           patience.most = 60;
                           return patience;
                       }()},
        .examples = {{"nodtrack pacs add main --dicomweb https://pacs.example/dicom-web --ca hospital-ca.pem"},
                     {"nodtrack pacs add main --ae PACS@pacs.example:11112 --calling NODTRACK",
                      "not encrypted: the hospital's own network"}},
        .failures = {{ErrorCode::bad_input, "the name is taken"}, {ErrorCode::not_found, "there is no such file"}},
        .opening = Opening::make_if_missing,
        .listed_after = "log",
        .run = run};
}

}  // namespace nodtrack::uses
