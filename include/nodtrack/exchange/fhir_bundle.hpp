#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/exchange/report_document.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::exchange {

// FHIR R4 Bundles, one a patient. The mapping with its codes: docs/how-to/fhir.md.

/// What the policy says as of the day of one CT.
struct ConclusionToWrite {
    std::string scan_id;
    std::string text;  ///< empty: a report without a conclusion
};

/// Something that the policy recommends.
struct RequestToWrite {
    std::string action;  ///< a word: `SHORT_INTERVAL_CT`
    std::optional<Date> due_date;
    std::string reason;
    bool is_ct = false;
};

/// One patient, to be written as a Bundle.
struct BundleToWrite {
    const PatientRecord* record = nullptr;
    bool with_mcode = false;  ///< mCODE profiles, where malignancy is proven
    std::vector<ConclusionToWrite> conclusions;
    std::vector<RequestToWrite> requests;
    std::string index_scan_id;  ///< of the examination that the requests rest on; may be empty
    std::string policy_id;
    std::string policy_version;
    std::string policy_sha256;
    std::optional<Date> as_of;  ///< day of the judgement; absent: there is none, and neither is a Provenance
    std::string software_version;
};

/// The Bundle (type `collection`), a line feed at its end. Ids are UUIDs of what the resources are, so that the same
/// record gives the same bytes. It says everything that the record says: what R4 has no element for stands in an
/// extension, column by column.
std::string bundle_json(const BundleToWrite& bundle);

/// Whether the record proves that the nodule is malignant: by pathology, the newest counting; or because it was there
/// on a CT up to the day on which the known lung metastases were diagnosed, and nobody said since that it is none.
bool is_proven_malignant(const PatientRecord& record, std::string_view nodule_id);

/// Another program's measurements of one CT, in the form in which a structured report gives them.
struct BundleReport {
    ReportDocument document;
    ReportedNodules told;
};

/// A Bundle that was read.
struct ReadBundle {
    /// nodtrack wrote it (`Bundle.meta.profile` says so): it is a record, in `rows`; else `reports` has what it says of
    /// lung nodules.
    bool is_record = false;
    std::array<std::vector<std::string>, row_kind_count> rows;    ///< of each kind, as objects of the record's JSON
    std::array<std::vector<std::string>, row_kind_count> places;  ///< of these rows: `Bundle.entry[3].resource`
    std::vector<BundleReport> reports;  ///< one a CT, or one without any nodule where nothing could be taken
};

/// What is read of one file at most. A patient with 10,000 measurements has some 20 MB.
struct BundleLimits {
    static constexpr std::size_t bytes = std::size_t{32} << 20U;
    static constexpr std::size_t entries = 100'000;
    static constexpr int levels = 64;
};

/// Reads a Bundle. Fails with `bad_input` where it is none, passes a limit, or an element that nodtrack reads is not as
/// R4 has it: each problem is a line of the error's context, with its path, what was found and what was expected.
/// Elements that nodtrack does not read are not looked at. Sizes are never taken from narrative.
Result<ReadBundle> read_bundle(std::string_view text, const std::string& name);

/// Whether a Bundle that nodtrack wrote says just what `record`, which was read from it, says: elements that repeat
/// the record (names of profiles, codes of a site) must not contradict it. Fails with `bad_input`, the first
/// differences in the context.
Result<void> check_written_of(std::string_view text, const PatientRecord& record, const std::string& name);

/// Whether the JSON text is a FHIR resource, by its `resourceType`; false also where it is no JSON.
bool is_fhir(std::string_view text);

}  // namespace nodtrack::exchange
