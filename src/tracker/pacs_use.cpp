#include "pacs_use.hpp"

#include <algorithm>

#include "nodtrack/tracker/ct_claim.hpp"

namespace nodtrack::uses {

Result<exchange::Pacs> asked_pacs(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    return tracker::pacs_named((*registry)->file(), call.values.text("name"));
}

Result<exchange::StudyQuery> asked_studies(const Call& call)
{
    exchange::StudyQuery query{.patient_code = call.values.text("patient_id"),
                               .study_uid = call.values.text("study_uid"),
                               .accession = call.values.text("accession"),
                               .since = {}};
    if (query.patient_code.empty() && query.study_uid.empty() && query.accession.empty())
        return call.failure(ErrorCode::usage, "say of which patient, or give {study_uid} or {accession}");
    if (const auto since = call.values.date("since")) {
        query.since = since->iso();
        std::erase(query.since, '-');
    }
    return query;
}

std::string day_text(const std::string& dicom_day)
{
    const auto day = tracker::dicom_date(dicom_day);
    return day ? day->iso() : dicom_day;
}

std::string modalities_text(const std::string& modalities)
{
    std::string text;
    for (const char letter : modalities)
        text += letter == '\\' ? std::string(", ") : std::string(1, letter);
    return text;
}

Shape<exchange::PacsStudy> study_shape()
{
    using exchange::PacsStudy;
    Shape<PacsStudy> shape = {member<&PacsStudy::study_uid>("study_uid"),
                              {"study_date", R"({"type":["string","null"]})",
                               [](std::string& out, const PacsStudy& study) {
                                   if (study.date.empty()) {
                                       out += "null";
                                   } else {
                                       append_json(out, std::string_view(day_text(study.date)));
                                   }
                               }},
                              {"modalities", array_schema(R"({"type":"string"})"),
                               [](std::string& out, const PacsStudy& study) {
                                   std::vector<std::string> all;
                                   std::string_view rest = study.modalities;
                                   while (!rest.empty()) {
                                       const auto end = std::min(rest.find('\\'), rest.size());
                                       all.emplace_back(rest.substr(0, end));
                                       rest.remove_prefix(std::min(end + 1, rest.size()));
                                   }
                                   out += json_of(all);
                               }},
                              known<&PacsStudy::accession>("accession"),
                              known<&PacsStudy::description>("description"),
                              member<&PacsStudy::patient_code>("patient_id"),
                              known<&PacsStudy::issuer>("issuer_of_patient_id")};
    return shape;
}

Route pacs_route(std::string_view path, std::string_view response, std::string_view summary)
{
    return {.path = path, .roles = radiologist, .summary = summary, .response = response};
}

}  // namespace nodtrack::uses
