#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const auto pacs = asked_pacs(call);
    if (!pacs) return tl::unexpected(pacs.error());
    if (const auto tested = exchange::test_pacs(*pacs); !tested) return tested;
    call.put(pacs->name + " (" + pacs->address() + "): answers\n");
    return {};
}

}  // namespace

UseCase pacs_test()
{
    return {.name = "pacs test",
            .summary = "asks a PACS whether it answers, and knows us",
            .description =
                "By DICOMweb it searches for a study that is nowhere, by the DICOM network it sends an echo "
                "(C-ECHO). Nothing of a patient is asked. What does not fit, such as an AE title or a "
                "certificate, is said in one sentence.",
            .parameters = {pacs_name()},
            .examples = {{"nodtrack pacs test main"}},
            .failures = {{ErrorCode::bad_input, "it does not answer, or not to us"},
                         {ErrorCode::not_found, "there is no such PACS"}},
            .listed_after = "pacs list",
            .run = run};
}

}  // namespace nodtrack::uses
