#include "nodtrack/tracker/preview.hpp"

#include <algorithm>

#include "delivered_patients.hpp"
#include "judging.hpp"
#include "nodtrack/report/preview_json.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "patient_merge.hpp"
#include "typed_rows.hpp"

namespace nodtrack::tracker {
namespace {

std::vector<std::string> lines_of(const Error& error)
{
    return error.context.empty() ? std::vector{error.message} : error.context;
}

/// Joins the delivery to what `reader` reads; what is wrong with it goes to the problems.
Result<void> try_delivery(const store::Registry& registry, store::PatientReader& reader, const Delivery& delivery,
                          const TypedMeasurement& typed, Date today, Preview& preview)
{
    PatientMerge merge(delivery, {.today = today, .amends = !typed.amend_reason.empty()}, registry, &reader);
    merge.problems().add_problems_of_reading();
    DeliveredPatients patients(delivery, merge.problems());
    while (const std::optional<DeliveredPatient> patient = patients.next()) {
        if (Result<void> joined = merge.join(*patient); !joined) return joined;
    }
    preview.questions = merge.problems().question_lines();
    if (!merge.problems().empty()) {
        preview.problems = lines_of(merge.problems().error());
        return {};
    }
    preview.warnings = merge.report().warnings;
    const bool asked = merge.problems().has_questions() && !typed.confirm;
    preview.would_store = !asked && !merge.new_versions().empty();
    preview.record = merge.record();
    add_confirmed_states(reader, preview.record);
    return {};
}

}  // namespace

Result<Preview> preview(const store::Registry& registry, const assess::Judge& judge, const TypedMeasurement& typed,
                        Date today)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord stored;
    const Result<bool> found = reader->find(typed.patient_id, stored);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       "patient '" + typed.patient_id + "' is not in this registry" + now_named(*reader));
    }

    Preview preview;
    const Result<TypedRows> rows = rows_of(typed, stored);
    if (!rows) {
        preview.problems = lines_of(rows.error());
    } else if (const Result<void> tried = try_delivery(registry, *reader, rows->delivery, typed, today, preview);
               !tried) {
        return tl::unexpected<Error>(tried.error());
    }
    if (!preview.problems.empty()) {
        const Result<bool> again = find_to_judge(*reader, typed.patient_id, preview.record);
        if (!again) return tl::unexpected<Error>(again.error());
    }
    preview.assessment = judged(judge, preview.record, today, assess::Detail::fired);
    const assess::Timeline& timeline = preview.assessment.timeline;
    preview.on_index_scan =
        timeline.index_rank && preview.record.scans[timeline.scans[*timeline.index_rank]].scan_id == typed.scan_id;
    return preview;
}

std::string preview_json(const Preview& preview, const assess::Judge& judge, const TypedMeasurement& typed)
{
    return report::preview_json({.scan_id = typed.scan_id,
                                 .nodule_id = typed.nodule_id,
                                 .problems = preview.problems,
                                 .questions = preview.questions,
                                 .warnings = preview.warnings,
                                 .would_store = preview.would_store,
                                 .on_index_scan = preview.on_index_scan},
                                preview.assessment, preview.record, judge, assess::Detail::fired);
}

}  // namespace nodtrack::tracker
