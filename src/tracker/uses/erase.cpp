#include "nodtrack/store/erase.hpp"

#include <fmt/format.h>

#include "../fetched_images.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using store::ErasureReport;

/// What became of it beside the record.
struct Told {
    ErasureReport report;
    bool is_wiped = false;
    std::size_t image_folders = 0;  ///< of images that the service had fetched, removed
    std::vector<std::string> copies;
};

std::string as_text(const Told& told)
{
    const ErasureReport& report = told.report;
    std::string text = fmt::format("erased: {} rows of {} deliveries", report.rows, report.deliveries);
    if (!report.earlier_ids.empty())
        text += fmt::format(", {} earlier number{} too", report.earlier_ids.size(),
                            report.earlier_ids.size() == 1 ? "" : "s");
    text += fmt::format("; {} entries of the read log and {} reasons no longer name the patient\n", report.reads,
                        report.reasons);
    for (const std::string& place : report.named_elsewhere)
        text += fmt::format("! the id still stands in {} of another row: look there, and correct it\n", place);
    text += told.is_wiped
                ? "the file was written anew: the bytes are gone from it\n"
                : "! another program goes on reading the registry: end it, and call this again, so that the bytes go "
                  "from the file\n";
    if (told.image_folders > 0) text += "the images that were fetched from a PACS for the service are removed\n";
    text +=
        "NOT REACHED: backups (`nodtrack backup`), exports, printed pages, logs of proxies, and the copies below; "
        "destroy them, or erase there too\n";
    for (const std::string& copy : told.copies)
        text += "  " + copy + "\n";
    return text + fmt::format(
                      "stored as delivery {}; 'nodtrack audit verify' tells that something was erased, and that "
                      "all the rest is as it was recorded\n",
                      report.delivery_no);
}

std::string as_json(const Told& told)
{
    const ErasureReport& report = told.report;
    return fmt::format(
        "{{\"delivery_no\":{},\"rows\":{},\"deliveries\":{},\"reads\":{},\"reasons\":{},"
        "\"earlier_numbers\":{},\"named_elsewhere\":{},\"wiped\":{},\"image_folders\":{},\"copies_not_reached\":{}}}\n",
        report.delivery_no, report.rows, report.deliveries, report.reads, report.reasons, report.earlier_ids.size(),
        json_of(report.named_elsewhere), told.is_wiped, told.image_folders, json_of(told.copies));
}

Result<void> wipe(Call& call, Told& told)
{
    return call.maintain([&](store::Registry& registry) -> Result<void> {
        for (const auto& copy : store::copies_beside(registry))
            told.copies.push_back(copy.string());
        const auto wiped = store::wipe_free_space(registry);
        if (!wiped) return tl::unexpected(wiped.error());
        told.is_wiped = *wiped;
        std::vector<std::string> ids = told.report.earlier_ids;
        ids.push_back(call.values.text("patient_id"));
        const auto removed = tracker::remove_fetched_images(registry.file(), ids);
        if (!removed) return tl::unexpected(removed.error());
        told.image_folders = *removed;
        return {};
    });
}

Result<void> run(Call& call)
{
    const std::string patient_id = call.values.text("patient_id");
    if (call.values.text("again") != patient_id) {
        return call.failure(ErrorCode::usage,
                            "erase: {again} is not the same id; nothing was erased. This cannot be undone: type the id "
                            "twice");
    }
    if (call.values.text("reason").find_first_not_of(" \t\r\n") == std::string::npos)
        return call.failure(ErrorCode::usage, "{reason}: missing; say why, without the id");
    Told told;
    const auto stored = call.store({}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto erased = store::erase_patient(registry, patient_id, call.provenance(call.values.text("reason")));
        if (!erased) return tl::unexpected(erased.error());
        told.report = std::move(*erased);
        return told.report.delivery_no;
    });
    if (!stored) {
        // An earlier call may have ended between the erasure and the wiping.
        if (stored.error().code == ErrorCode::not_found) {
            if (const auto wiped = wipe(call, told); !wiped) return wiped;
        }
        return stored;
    }
    if (const auto wiped = wipe(call, told); !wiped) return wiped;
    call.put(call.format == Format::json ? as_json(told) : as_text(told));
    return {};
}

}  // namespace

UseCase erase()
{
    const std::string number = schema_of(std::int64_t{});
    const std::string lines = array_schema(schema_of(std::string()));
    return {
        .name = "erase",
        .summary = "destroys everything recorded of a patient, for ever (GDPR, Article 17)",
        .description =
            "Takes away all rows of the patient with all their versions, earlier numbers, links, images, kept "
            "recommendations and decisions, and what had been entered for another patient and moved; blanks the id in "
            "reasons, in the read log and in kept answers; then writes the file anew, so that the bytes are gone from "
            "it. Images that the service fetched of the patient go too. What was known of this patient on a day before "
            "cannot be told any more.\n\n"
            "The log stays a chain: a tombstone that names nobody says how many rows of which delivery are gone and "
            "what the rest hashes to, and `nodtrack audit verify` tells it. A registry that is not intact is not "
            "erased "
            "from.\n\n"
            "Backups, exports and printed pages are not reached: the answer names those beside the registry.",
        .parameters = {required(text("patient_id", "the patient", "PATIENT")),
                       required(text("again", "the same id once more", {}, "PATIENT")),
                       required(text("reason", "why, without the id; it stays", {}, "REASON")),
                       json_switch("one JSON object: delivery_no, rows, deliveries, reads, reasons, earlier_numbers, "
                                   "named_elsewhere, wiped, image_folders, copies_not_reached")},
        .examples = {{"nodtrack erase SARC-042 --again SARC-042 --reason 'request of 12 November, file 2026/118'"}},
        .failures = {{ErrorCode::bad_input,
                      "the patient has another number by now, or the registry is not intact; nothing was erased"},
                     {ErrorCode::not_found, "nothing is recorded of that id"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/erasures",
                    .roles = admin,
                    .scope = std::nullopt,
                    .summary = "Destroys everything recorded of a patient, for ever",
                    .request = "Erasure",
                    .response = "ErasureReport"}},
        .schemas = {{"ErasureReport", object_schema({{"delivery_no", number},
                                                     {"rows", number},
                                                     {"deliveries", number},
                                                     {"reads", number},
                                                     {"reasons", number},
                                                     {"earlier_numbers", number},
                                                     {"named_elsewhere", lines},
                                                     {"wiped", schema_of(true)},
                                                     {"image_folders", number},
                                                     {"copies_not_reached", lines}})}},
        .opening = Opening::to_write,
        .listed_after = "move",
        .run = run};
}

}  // namespace nodtrack::uses
