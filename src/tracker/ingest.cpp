#include "nodtrack/tracker/ingest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "delivered_patients.hpp"
#include "identity_links.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "patient_merge.hpp"

namespace nodtrack::tracker {
namespace {

/// A reader of what is stored; none while nothing is, so that a first delivery looks nothing up.
Result<std::optional<store::PatientReader>> reader_of(const store::Registry& registry)
{
    const Result<bool> empty = registry.is_empty();
    if (!empty) return tl::unexpected<Error>(empty.error());
    if (*empty) return std::nullopt;
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(std::move(reader.error()));
    return std::move(*reader);
}

Result<void> join_all(const Delivery& delivery, PatientMerge& merge, bool confirm)
{
    DeliveredPatients patients(delivery, merge.problems());
    while (const std::optional<DeliveredPatient> patient = patients.next()) {
        if (Result<void> joined = merge.join(*patient); !joined) return joined;
    }
    const bool asked = merge.problems().has_questions() && !confirm;
    if (asked || !merge.problems().empty()) return tl::unexpected<Error>(merge.problems().error());
    return {};
}

/// The images that say something new.
Result<std::vector<store::NoduleImage>> new_images(const store::Registry& registry,
                                                   std::vector<store::NoduleImage> images)
{
    std::vector<store::NoduleImage> fresh;
    for (store::NoduleImage& image : images) {
        const Result<std::vector<store::NoduleImage>> stored = store::images_of(registry, image.observation.patient_id);
        if (!stored) return tl::unexpected<Error>(stored.error());
        const auto held = std::ranges::find(*stored, image.observation, &store::NoduleImage::observation);
        if (held != stored->end()) {
            const bool same = held->paths == image.paths && held->folder == image.folder &&
                              held->series_uid == image.series_uid && held->center_um == image.center_um &&
                              held->mask == image.mask && held->voxels_sha256 == image.voxels_sha256;
            if (same) continue;
        }
        fresh.push_back(std::move(image));
    }
    return fresh;
}

/// What only a tumour board (or an admin) may record. That a row is no nodule a radiologist may say: an alarm that
/// rests on it stays listed until the board has seen it.
Result<void> require_no_decisions(const store::NewVersions& rows)
{
    std::vector<std::string> lines;
    for (const auto& version : rows.events) {
        const NoduleEvent& event = version.row->event;
        if (event.kind == EventKind::not_a_nodule) continue;
        lines.push_back(fmt::format("events: {} of nodule {} is said by the tumour board or an admin", word(event.kind),
                                    event.nodule_id));
    }
    for (const auto& version : rows.decisions) {
        lines.push_back(fmt::format("decisions: {} of {} is recorded by the tumour board or an admin",
                                    word(version.row->decision.kind), version.row->decision.decided_on.iso()));
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::not_allowed, "nothing was stored: this role does not decide", std::move(lines));
}

ComingRows coming_rows(const Delivery& delivery)
{
    ComingRows coming;
    for (const MeasurementRow& row : delivery.measurements)
        coming.observations.insert({std::string(row.patient_id), std::string(row.scan_id), std::string(row.nodule_id)});
    for (const ScanRow& row : delivery.scans)
        coming.scans.emplace(row.patient_id, row.scan.scan_id);
    return coming;
}

}  // namespace

Result<IngestReport> ingest(store::Registry& registry, const Delivery& delivery, const store::Provenance& provenance,
                            const IngestOptions& options)
{
    store::Provenance recorded = provenance;
    if (!options.amend_reason.empty()) recorded.reason = options.amend_reason;

    // Begun before anything is read, so that no other program can store between the comparison and the storing.
    std::optional<store::Change> change;
    if (!options.dry_run) {
        Result<store::Change> begun = store::Change::begin(registry, recorded);
        if (!begun) return tl::unexpected<Error>(std::move(begun.error()));
        change = std::move(*begun);
    }
    Result<std::optional<store::PatientReader>> reader = reader_of(registry);
    if (!reader) return tl::unexpected<Error>(std::move(reader.error()));

    const PatientMerge::Rules rules{
        .today = provenance.today, .amends = !options.amend_reason.empty(), .is_list = options.is_list};
    PatientMerge merge(delivery, rules, registry, *reader ? &**reader : nullptr);
    merge.problems().add_problems_of_reading();
    if (const Result<void> joined = join_all(delivery, merge, options.confirm); !joined) {
        return tl::unexpected<Error>(joined.error());
    }
    if (options.own_rows_alone) {
        const Result<void> allowed = require_own_rows(registry, merge.superseded(), provenance.actor);
        if (!allowed) return tl::unexpected<Error>(allowed.error());
    }
    if (!options.may_decide) {
        const Result<void> allowed = require_no_decisions(merge.new_versions());
        if (!allowed) return tl::unexpected<Error>(allowed.error());
    }
    IngestReport report = merge.report();
    const std::vector<std::string> confirmed = merge.problems().question_lines();
    for (const std::string& question : confirmed)
        report.warnings.push_back(confirmed_line(question));
    Result<std::vector<store::IdentityLink>> links = std::vector<store::IdentityLink>();
    if (!options.identities.empty()) {
        links = links_to_store(registry, options.identities, recorded, coming_rows(delivery), true);
        if (!links) return tl::unexpected<Error>(links.error());
    }
    if (!change) return report;
    const Result<std::vector<store::NoduleImage>> images = new_images(registry, options.images);
    if (!images) return tl::unexpected<Error>(images.error());
    if (merge.new_versions().empty() && images->empty() && links->empty()) return report;

    if (!confirmed.empty()) change->add_reason(confirmed_reason(merge.problems().kept_lines()));
    reader->reset();  // lets the write-ahead log be emptied at the commit
    if (const Result<void> stored = change->store_rows(merge.new_versions()); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    if (const Result<void> stored = change->store_images(*images); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    if (!links->empty()) {
        const Result<void> stored = change->store_links(*links);
        if (!stored) return tl::unexpected<Error>(stored.error());
    }
    const Result<store::DeliveryNumber> committed = change->commit();
    if (!committed) return tl::unexpected<Error>(committed.error());
    report.delivery_no = *committed;
    return report;
}

}  // namespace nodtrack::tracker
