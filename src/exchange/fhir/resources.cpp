#include "fhir/resources.hpp"

#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::exchange::fhir {
namespace {

constexpr std::string_view hl7_table = "http://terminology.hl7.org/CodeSystem/";

bool is_uri(std::string_view text)
{
    const bool is_spaced = text.find_first_of(" \t\r\n") != std::string_view::npos;
    return !is_spaced && (text.starts_with("http://") || text.starts_with("https://") ||
                          (text.starts_with("urn:") && !text.starts_with(oid)));
}

OrderedJson hl7_coding(std::string_view table, std::string_view code, std::string_view display)
{
    return {{"system", std::string(hl7_table) + std::string(table)}, {"code", code}, {"display", display}};
}

OrderedJson modality_coding(std::string_view code)
{
    return {{"system", dicom}, {"code", code}};
}

}  // namespace

OrderedJson coding_of(const Code& code)
{
    return {{"system", system_of(code.scheme)}, {"code", code.value}, {"display", code.meaning}};
}

OrderedJson concept_of(const Code& code)
{
    return {{"coding", OrderedJson::array({coding_of(code)})}};
}

OrderedJson loinc_concept(std::string_view code, std::string_view display)
{
    return {{"coding", OrderedJson::array({{{"system", loinc}, {"code", code}, {"display", display}}})}};
}

OrderedJson kind_concept(std::string_view word)
{
    return {{"coding", OrderedJson::array({{{"system", kinds}, {"code", word}}})}, {"text", word}};
}

OrderedJson diagnostic_service(std::string_view code, std::string_view display)
{
    return hl7_coding("v2-0074", code, display);
}

OrderedJson participant_type(std::string_view code, std::string_view display)
{
    return hl7_coding("provenance-participant-type", code, display);
}

OrderedJson absent_reason(Status status)
{
    constexpr std::string_view table = "data-absent-reason";
    if (status == Status::not_assessed)
        return {{"coding", OrderedJson::array({hl7_coding(table, "not-performed", "Not Performed")})}};
    if (status == Status::resolved)
        return {{"coding", OrderedJson::array({hl7_coding(table, "not-applicable", "Not Applicable")})}};
    return {{"coding", OrderedJson::array({hl7_coding(table, "unknown", "Unknown")})}};
}

OrderedJson quantity(std::int64_t thousandths, std::string_view ucum_code)
{
    // A decimal of three places is the shortest text of the double that is nearest to it.
    const std::string_view unit = ucum_code == "[hnsf'U]" ? "HU" : ucum_code;
    return {{"value", OrderedJson::parse(decimal_text(thousandths))},
            {"unit", unit},
            {"system", ucum},
            {"code", ucum_code}};
}

OrderedJson modalities_of(Modality modality)
{
    switch (modality) {
        case Modality::pet_ct:
            return OrderedJson::array({modality_coding("PT"), modality_coding("CT")});
        case Modality::radiograph:
            return OrderedJson::array({modality_coding("DX")});
        default:
            return OrderedJson::array({modality_coding("CT")});
    }
}

OrderedJson issued_identifier(const std::string& issuer)
{
    OrderedJson identifier = OrderedJson::object();
    if (is_uid(issuer)) {
        identifier["system"] = std::string(oid) + issuer;
    } else if (is_uri(issuer)) {
        identifier["system"] = issuer;
    } else if (!issuer.empty()) {
        identifier["assigner"]["display"] = issuer;
    }
    return identifier;
}

std::string issuer_of(const Json& identifier)
{
    const std::string system = text_of(part(identifier, "system"));
    if (system.empty()) return text_of(part(part(identifier, "assigner"), "display"));
    return system.starts_with(oid) ? system.substr(oid.size()) : system;
}

OrderedJson dicom_identifier(const std::string& uid, std::string_view resource_type)
{
    OrderedJson identifier{{"use", "usual"}};
    identifier["type"]["coding"] =
        OrderedJson::array({{{"system", "http://hl7.org/fhir/resource-types"}, {"code", resource_type}}});
    identifier["system"] = dicom_uids;
    identifier["value"] = std::string(oid) + uid;
    return identifier;
}

OrderedJson accession_identifier(const std::string& number)
{
    OrderedJson identifier;
    identifier["type"]["coding"] = OrderedJson::array({hl7_coding("v2-0203", "ACSN", "Accession ID")});
    identifier["value"] = number;
    return identifier;
}

}  // namespace nodtrack::exchange::fhir
