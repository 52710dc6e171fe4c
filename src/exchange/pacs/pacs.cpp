#include "nodtrack/exchange/pacs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "attributes.hpp"
#include "dcmtk_plugin.hpp"
#include "dicomweb.hpp"
#include "mapped_file.hpp"
#include "nesting.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "received_objects.hpp"

namespace nodtrack::exchange {
namespace {

/// What failed at a PACS, behind its name and address. What is no fault of it says so itself.
Error said_of(const Pacs& pacs, Error error)
{
    if (error.code == ErrorCode::bad_input)
        error.message = fmt::format("PACS '{}' ({}) {}", pacs.name, pacs.address(), error.message);
    return error;
}

tl::unexpected<Error> failed(const Pacs& pacs, const std::string& why)
{
    return tl::unexpected<Error>(said_of(pacs, Error{ErrorCode::bad_input, why, {}}));
}

/// Runs `call` with DCMTK's library.
template <class Answer>
Answer by_dimse(const Pacs& pacs, const auto& call)
{
    const auto plugin = dcmtk_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    Answer answer = call(**plugin);
    if (!answer) return tl::unexpected<Error>(said_of(pacs, answer.error()));
    return answer;
}

Result<std::vector<Attributes>> asked(const Pacs& pacs, const Attributes& keys)
{
    using Answers = Result<std::vector<Attributes>>;
    if (!pacs.is_web()) return by_dimse<Answers>(pacs, [&](const DcmtkPlugin& side) { return side.find(pacs, keys); });
    Answers answers = web_find(pacs, keys);
    if (!answers) return tl::unexpected<Error>(said_of(pacs, answers.error()));
    return answers;
}

/// A PACS takes these for patterns, and would answer with other patients.
Result<void> check_key(const std::string& text, const std::string& what)
{
    if (text.find_first_of("*?\\") == std::string::npos) return {};
    return failure(ErrorCode::usage,
                   fmt::format("{} '{}' holds one of * ? \\, which a PACS takes for patterns of many; "
                               "ask for one by its exact number",
                               what, text));
}

Result<void> check_uid(const std::string& uid, const std::string& what)
{
    if (is_uid(uid)) return {};
    return failure(ErrorCode::usage,
                   fmt::format("{} '{}' is no DICOM UID: digits and dots, such as 1.2.840.113619.2.55", what, uid));
}

PacsStudy study_of(const Attributes& answer)
{
    return {.study_uid = answer.at(tag::study_uid),
            .date = answer.at(tag::study_date),
            .accession = answer.at(tag::accession),
            .description = answer.at(tag::study_description),
            .modalities = answer.at(tag::modalities),
            .patient_code = answer.at(tag::patient_id),
            .birth_date = answer.at(tag::birth_date),
            .issuer = answer.at(tag::issuer)};
}

bool is_asked_for(const PacsStudy& study, const StudyQuery& query)
{
    const auto fits = [](const std::string& wanted, const std::string& told) {
        return wanted.empty() || wanted == told;
    };
    return fits(query.patient_code, study.patient_code) && fits(query.study_uid, study.study_uid) &&
           fits(query.accession, study.accession) && is_uid(study.study_uid) &&
           (query.since.empty() || study.date.empty() || study.date >= query.since);
}

Result<void> get(const Pacs& pacs, const Attributes& keys, ObjectSink& sink)
{
    if (!pacs.is_web())
        return by_dimse<Result<void>>(pacs, [&](const DcmtkPlugin& side) { return side.get(pacs, keys, sink); });
    if (const auto done = web_get(pacs, keys, sink); !done) return tl::unexpected<Error>(said_of(pacs, done.error()));
    return {};
}

/// What the PACS has of a series and did not send would be slices that nobody looks at.
Result<void> check_complete(const Pacs& pacs, const PacsSeries& series, const std::vector<std::string>& there,
                            const std::set<std::string>& came)
{
    const auto missing =
        std::count_if(there.begin(), there.end(), [&](const std::string& uid) { return !came.contains(uid); });
    if (missing > 0)
        return failed(pacs, fmt::format("has {} objects of series {} and did not send {} of them; nothing was stored, "
                                        "try again",
                                        there.size(), series.series_uid, missing));
    if (came.size() > there.size())
        return failed(pacs,
                      fmt::format("sent {} objects of series {} and lists {}: it may be taking the series in just "
                                  "now; nothing was stored, try again in a minute",
                                  came.size(), series.series_uid, there.size()));
    return {};
}

}  // namespace

Result<void> test_pacs(const Pacs& pacs)
{
    if (!pacs.is_web()) return by_dimse<Result<void>>(pacs, [&](const DcmtkPlugin& side) { return side.echo(pacs); });
    if (const auto done = web_test(pacs); !done) return tl::unexpected<Error>(said_of(pacs, done.error()));
    return {};
}

Result<std::vector<PacsStudy>> find_studies(const Pacs& pacs, const StudyQuery& query, std::size_t& left_out)
{
    left_out = 0;
    if (const auto checked = check_key(query.patient_code, "patient"); !checked)
        return tl::unexpected<Error>(checked.error());
    if (const auto checked = check_key(query.accession, "accession number"); !checked)
        return tl::unexpected<Error>(checked.error());
    if (!query.study_uid.empty()) {
        if (const auto checked = check_uid(query.study_uid, "study"); !checked)
            return tl::unexpected<Error>(checked.error());
    }
    Attributes keys{{tag::level, "STUDY"},
                    {tag::study_date, query.since.empty() ? "" : query.since + "-"},
                    {tag::accession, query.accession},
                    {tag::modalities, ""},
                    {tag::study_description, ""},
                    {tag::patient_id, query.patient_code},
                    {tag::issuer, ""},
                    {tag::birth_date, ""},
                    {tag::study_uid, query.study_uid}};
    const auto answers = asked(pacs, keys);
    if (!answers) return tl::unexpected<Error>(answers.error());
    std::vector<PacsStudy> studies;
    for (const Attributes& answer : *answers) {
        PacsStudy study = study_of(answer);
        if (is_asked_for(study, query)) {
            studies.push_back(std::move(study));
        } else {
            ++left_out;
        }
    }
    std::sort(studies.begin(), studies.end(), [](const PacsStudy& left, const PacsStudy& right) {
        return std::pair(left.date, left.study_uid) > std::pair(right.date, right.study_uid);
    });
    return studies;
}

Result<std::vector<PacsSeries>> find_series(const Pacs& pacs, const std::string& study_uid)
{
    const auto answers = asked(pacs, {{tag::level, "SERIES"},
                                      {tag::modality, ""},
                                      {tag::series_description, ""},
                                      {tag::study_uid, study_uid},
                                      {tag::series_uid, ""},
                                      {tag::objects_of_series, ""}});
    if (!answers) return tl::unexpected<Error>(answers.error());
    std::vector<PacsSeries> series;
    for (const Attributes& answer : *answers) {
        if (!is_uid(answer.at(tag::series_uid)))
            return failed(pacs, fmt::format("lists a series of study {} without a valid UID", study_uid));
        series.push_back({answer.at(tag::series_uid), answer.at(tag::modality), answer.at(tag::series_description),
                          answer.at(tag::objects_of_series)});
    }
    std::sort(series.begin(), series.end(),
              [](const PacsSeries& left, const PacsSeries& right) { return left.series_uid < right.series_uid; });
    return series;
}

Result<std::vector<std::string>> find_objects(const Pacs& pacs, const std::string& study_uid,
                                              const std::string& series_uid)
{
    const auto answers = asked(
        pacs, {{tag::level, "IMAGE"}, {tag::sop_uid, ""}, {tag::study_uid, study_uid}, {tag::series_uid, series_uid}});
    if (!answers) return tl::unexpected<Error>(answers.error());
    std::vector<std::string> uids;
    for (const Attributes& answer : *answers)
        uids.push_back(answer.at(tag::sop_uid));
    return uids;
}

Result<Received> fetch_series(const Pacs& pacs, const PacsStudy& study, const PacsSeries& series,
                              const std::filesystem::path& folder)
{
    const auto there = find_objects(pacs, study.study_uid, series.series_uid);
    if (!there) return tl::unexpected<Error>(there.error());
    ReceivedObjects received(folder, {study.patient_code, study.study_uid, series.series_uid});
    const Attributes keys{
        {tag::level, "SERIES"}, {tag::study_uid, study.study_uid}, {tag::series_uid, series.series_uid}};
    if (const auto got = get(pacs, keys, received); !got) return tl::unexpected<Error>(got.error());
    if (const auto checked = check_complete(pacs, series, *there, received.sop_uids()); !checked)
        return tl::unexpected<Error>(checked.error());
    return Received{received.sop_uids().size(), received.bytes()};
}

Result<ObjectToSend> object_to_send(const std::filesystem::path& file)
{
    const MappedFile mapped(file);
    if (!mapped.is_there())
        return failure(ErrorCode::not_found,
                       "'" + file.string() + "': there is no such file, it is empty, or it may not be read");
    if (const auto checked = check_structure(mapped.bytes(), file.string()); !checked)
        return tl::unexpected<Error>(checked.error());
    const auto head = object_head(mapped.bytes(), file.string());
    if (!head) return tl::unexpected<Error>(head.error());
    ObjectToSend object{.file = file,
                        .sop_class = head->value(0x00080016),
                        .sop_uid = head->value(tag::sop_uid),
                        .study_uid = head->value(tag::study_uid),
                        .series_uid = head->value(tag::series_uid),
                        .patient_code = head->value(tag::patient_id),
                        .transfer_syntax = head->value(0x00020010)};
    for (const auto& [uid, what] : {std::pair(&object.sop_class, "SOP class UID (0008,0016)"),
                                    std::pair(&object.sop_uid, "SOP instance UID (0008,0018)"),
                                    std::pair(&object.study_uid, "study UID (0020,000D)"),
                                    std::pair(&object.series_uid, "series UID (0020,000E)"),
                                    std::pair(&object.transfer_syntax, "transfer syntax (0002,0010)")}) {
        if (!is_uid(*uid))
            return failure(ErrorCode::bad_input,
                           fmt::format("{}: has no valid {}; a PACS could not find it again", file.string(), what));
    }
    return object;
}

Result<void> send_objects(const Pacs& pacs, const std::vector<ObjectToSend>& objects)
{
    if (pacs.is_web()) {
        const auto done = web_store(pacs, objects);
        if (!done) return tl::unexpected<Error>(said_of(pacs, done.error()));
    } else {
        auto done = by_dimse<Result<void>>(pacs, [&](const DcmtkPlugin& side) { return side.store(pacs, objects); });
        if (!done) return done;
    }
    // One question a series: it may hold many of the objects.
    std::set<std::pair<std::string, std::string>> series;
    for (const ObjectToSend& object : objects)
        series.emplace(object.study_uid, object.series_uid);
    std::set<std::string> there;
    for (const auto& [study_uid, series_uid] : series) {
        const auto uids = find_objects(pacs, study_uid, series_uid);
        if (!uids) return tl::unexpected<Error>(uids.error());
        there.insert(uids->begin(), uids->end());
    }
    for (const ObjectToSend& object : objects) {
        if (!there.contains(object.sop_uid))
            return failed(pacs,
                          fmt::format("says that it stored {}, and does not have it when asked (SOP instance {}); "
                                      "look for it there, and send it again",
                                      object.file.string(), object.sop_uid));
    }
    return {};
}

}  // namespace nodtrack::exchange
