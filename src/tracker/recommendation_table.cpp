#include "recommendation_table.hpp"

#include <algorithm>

#include "judging.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

/// policy id and version, class, action, due date, safety net, rule, nodules
std::vector<std::string> answer_cells(const std::optional<assess::Proposal>& answer)
{
    if (!answer) return std::vector<std::string>(8);
    return {answer->policy_id,
            answer->policy_version,
            answer->patient_class,
            std::string(assess::word_of(answer->action)),
            iso_or_empty(answer->due_date),
            iso_or_empty(answer->safety_net_ct_date),
            answer->rule,
            answer->nodules};
}

std::vector<std::string> cells_of(const std::string& patient_id, const CtAnswer& answer, std::optional<Date> known_on,
                                  std::string_view source, const std::optional<assess::Proposal>& then)
{
    std::vector<std::string> cells = {patient_id, answer.scan_id, answer.scan_date.iso(), iso_or_empty(known_on),
                                      std::string(source)};
    for (const auto& part : {answer_cells(then), answer_cells(answer.now)})
        cells.insert(cells.end(), part.begin(), part.end());
    return cells;
}

/// The first day on which the CT was recorded, with a nodule on it where there are any.
std::optional<Date> recorded_day(const std::string& scan_id, const store::PatientVersions& versions)
{
    std::optional<Date> scan;
    std::optional<Date> measured;
    const auto earliest = [](std::optional<Date>& day, Date other) { day = day ? std::min(*day, other) : other; };
    for (const auto& version : versions.scans) {
        if (version.values.scan_id == scan_id && version.in_error == nullptr) {
            earliest(scan, version.delivery->recorded_on);
        }
    }
    for (const auto& version : versions.measurements) {
        if (version.scan_id == scan_id && version.in_error == nullptr) {
            earliest(measured, version.delivery->recorded_on);
        }
    }
    return scan && measured ? std::max(scan, measured) : scan;
}

/// The newest day on which anything of the patient was recorded.
Date newest_day(const store::PatientVersions& versions, const std::vector<store::IdentityLink>& links,
                const std::vector<store::RecordedRetraction>& retractions)
{
    Date newest;
    for_each_kind([&]<RowKind kind>() {
        for (const auto& version : RowSchema<kind>::list(versions))
            newest = std::max(newest, version.delivery->recorded_on);
    });
    for (const store::IdentityLink& link : links) {
        // The day of its moment in UTC may be the day before or after the local one: then it is looked at again.
        if (const auto day = Date::parse(std::string_view(link.recorded_at).substr(0, 10))) {
            newest = std::max(newest, add_days(*day, 1));
        }
    }
    for (const store::RecordedRetraction& retraction : retractions) {
        newest = std::max(newest, retraction.delivery.recorded_on);
        if (retraction.taken_back) newest = std::max(newest, retraction.taken_back->recorded_on);
    }
    return newest;
}

assess::Proposal answer_of(const assess::Judge& judge, const PatientRecord& record, Date as_of)
{
    return proposal_of(judge.assess(record, as_of, assess::Detail::none), record, judge.policy());
}

}  // namespace

std::vector<CtAnswer> ct_answers(const assess::Judge& judge, const PatientRecord& record)
{
    std::vector<CtAnswer> answers;
    for (const Scan& scan : record.scans) {
        if (!scan.is_diagnostic_ct()) continue;
        assess::Proposal now = answer_of(judge, record, scan.scan_date);
        // Of two CTs of one day, the preferred one has the answer.
        if (now.index_scan_id == scan.scan_id) answers.push_back({scan.scan_id, scan.scan_date, std::move(now)});
    }
    std::ranges::stable_sort(answers, {}, &CtAnswer::scan_date);
    return answers;
}

Result<void> RecommendationTable::add(const PatientRecord& record, const store::PatientVersions& versions,
                                      const std::vector<store::IdentityLink>& links,
                                      const std::vector<store::RecordedRetraction>& retractions)
{
    const std::string& patient_id = record.patient.patient_id;
    const Result<std::vector<store::SavedAssessment>> kept = store::assessments_of(registry_, patient_id);
    if (!kept) return tl::unexpected<Error>(kept.error());
    const auto adoptions = store::adoptions_of(registry_, known_on_);
    if (!adoptions) return tl::unexpected<Error>(adoptions.error());
    Date newest = newest_day(versions, links, retractions);
    // Another policy judges otherwise, whatever was recorded.
    for (const store::Adoption& adoption : *adoptions) {
        const bool concerns = adoption.patient_id.empty() || adoption.patient_id == patient_id;
        if (concerns) newest = std::max(newest, adoption.delivery.recorded_on);
    }
    for (CtAnswer& answer : ct_answers(judges_.of(patient_id), record)) {
        Row row{.patient_id = patient_id, .answer = std::move(answer), .known_on = {}, .then = {}};
        row.known_on = recorded_day(row.answer.scan_id, versions);
        const auto said = std::ranges::find_if(*kept, [&](const store::SavedAssessment& saved) {
            const bool is_known = !known_on_ || saved.recorded_at.substr(0, 10) <= known_on_->iso();
            return is_known && saved.proposal.index_scan_id == row.answer.scan_id && !saved.proposal.rule.empty();
        });
        if (said != kept->end()) {
            row.then = said->proposal;
            row.is_kept = true;
        } else if (row.known_on && *row.known_on < newest) {
            to_judge_[*row.known_on].push_back(rows_.size());
        } else if (row.known_on) {
            row.then = row.answer.now;
        }
        rows_.push_back(std::move(row));
    }
    return {};
}

Result<void> RecommendationTable::judge_earlier_views()
{
    for (const auto& [day, places] : to_judge_) {
        Result<store::PatientReader> reader = store::PatientReader::open(registry_, day);
        if (!reader) return tl::unexpected<Error>(reader.error());
        const Result<Judges> judges = Judges::of(registry_, day);
        if (!judges) return tl::unexpected<Error>(judges.error());
        PatientRecord record;
        std::string patient;
        bool is_there = false;
        for (const std::size_t place : places) {
            Row& row = rows_[place];
            if (patient != row.patient_id) {
                const Result<bool> found = find_to_judge(*reader, row.patient_id, record);
                if (!found) return tl::unexpected<Error>(found.error());
                is_there = *found;
                patient = row.patient_id;
            }
            if (is_there) row.then = answer_of(judges->of(row.patient_id), record, row.answer.scan_date);
        }
    }
    return {};
}

Result<void> RecommendationTable::write(interop::StudyTable& table)
{
    if (const Result<void> done = judge_earlier_views(); !done) return done;
    for (const Row& row : rows_) {
        const std::string_view source = row.is_kept ? "kept" : row.then ? "judged" : "";
        table.add(cells_of(row.patient_id, row.answer, row.known_on, source, row.then));
    }
    return {};
}

void RecommendationTable::add_present(interop::StudyTable& table, const std::string& patient_id, const CtAnswer& answer)
{
    table.add(cells_of(patient_id, answer, std::nullopt, "", std::nullopt));
}

}  // namespace nodtrack::tracker
