#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "fhir/nodules.hpp"
#include "fhir/resources.hpp"
#include "fhir/row_extension.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"
#include "report_codes.hpp"

namespace nodtrack::exchange {
namespace {

using namespace fhir;

/// Writes the resources of one patient.
class Writer {
  public:
    explicit Writer(const BundleToWrite& asked) : asked_(asked), record_(*asked.record)
    {
        const Patient& patient = record_.patient;
        owner_ = fmt::format("fhir\n{}\n{}", patient.patient_id_issuer, patient.patient_id);
    }

    OrderedJson bundle()
    {
        add_patient();
        for (const std::string& nodule : all_nodules(record_))
            add_nodule(nodule);
        for (const Scan* scan : scans_in_order())
            add_scan(*scan);
        add_rows<RowKind::therapy>(record_.therapies);
        add_rows<RowKind::event>(record_.events);
        add_rows<RowKind::visit>(record_.visits);
        add_rows<RowKind::decision>(record_.decisions);
        if (!asked_.software_version.empty()) add_answers();
        OrderedJson bundle{{"resourceType", "Bundle"},
                           {"id", uuid("Bundle", {})},
                           {"meta", {{"profile", {record_profile}}}},
                           {"type", "collection"}};
        bundle["entry"] = std::move(entries_);
        return bundle;
    }

  private:
    std::string uuid(std::string_view type, std::string_view name) const
    {
        return uuid_text_of_name(fmt::format("{}\n{}\n{}", owner_, type, name));
    }
    OrderedJson reference(std::string_view type, std::string_view name) const
    {
        return {{"reference", "urn:uuid:" + uuid(type, name)}, {"type", type}};
    }
    OrderedJson subject() const { return reference("Patient", {}); }

    OrderedJson resource(std::string_view type, std::string_view name) const
    {
        return {{"resourceType", type}, {"id", uuid(type, name)}};
    }
    void add(OrderedJson resource)
    {
        OrderedJson entry{{"fullUrl", "urn:uuid:" + resource["id"].get<std::string>()}};
        entry["resource"] = std::move(resource);
        entries_.push_back(std::move(entry));
    }
    template <RowKind kind>
    static void add_extension(OrderedJson& resource, const ValuesOf<kind>& values)
    {
        OrderedJson extension = row_extension_of<kind>(values);
        if (!extension.is_null()) resource["extension"] = std::move(extension);
    }

    std::vector<const Scan*> scans_in_order() const
    {
        std::vector<const Scan*> scans;
        for (const Scan& scan : record_.scans)
            scans.push_back(&scan);
        std::ranges::sort(scans, [](const Scan* left, const Scan* right) {
            return std::pair(left->scan_date, left->scan_id) < std::pair(right->scan_date, right->scan_id);
        });
        return scans;
    }

    void add_patient()
    {
        const Patient& patient = record_.patient;
        OrderedJson out = resource("Patient", {});
        add_extension<RowKind::patient>(out, patient);
        OrderedJson identifier = issued_identifier(patient.patient_id_issuer);
        identifier["value"] = patient.patient_id;
        out["identifier"] = OrderedJson::array({std::move(identifier)});
        if (patient.sex) out["gender"] = word(*patient.sex);
        if (patient.birth_date) out["birthDate"] = patient.birth_date->iso();
        if (patient.follow_up_status == FollowUpStatus::deceased) {
            if (patient.follow_up_status_on) {
                out["deceasedDateTime"] = patient.follow_up_status_on->iso();
            } else {
                out["deceasedBoolean"] = true;
            }
        }
        add(std::move(out));
    }

    void add_nodule(const std::string& nodule)
    {
        const auto found = std::ranges::find(record_.nodule_ids, nodule);
        const auto place = static_cast<std::uint32_t>(found - record_.nodule_ids.begin());
        const bool is_tumour = asked_.with_mcode && is_proven_malignant(record_, nodule);
        OrderedJson out = resource("BodyStructure", nodule);
        if (is_tumour) out["meta"]["profile"] = OrderedJson::array({mcode_tumour});
        out["identifier"] = OrderedJson::array();
        if (const std::string uid = tracking_uid(record_, place); !uid.empty())
            out["identifier"].push_back(dicom_identifier(uid, "BodyStructure"));
        out["identifier"].push_back({{"system", nodule_ids}, {"value", nodule}});
        // A nodule is all that the record says of it, unless malignancy is proven; what kind of tumour it is then is
        // not said either.
        if (!is_tumour) out["morphology"] = concept_of(codes::nodule_code);
        const auto [lobe, side] = place_of(record_, place);
        out["location"] = concept_of(codes::site_of(lobe, side));
        out["patient"] = subject();
        add(std::move(out));
    }

    void add_scan(const Scan& scan)
    {
        OrderedJson out = resource("ImagingStudy", scan.scan_id);
        add_extension<RowKind::scan>(out, scan);
        out["identifier"] = OrderedJson::array();
        if (!scan.study_uid.empty())
            out["identifier"].push_back({{"system", dicom_uids}, {"value", std::string(oid) + scan.study_uid}});
        if (!scan.accession_number.empty()) out["identifier"].push_back(accession_identifier(scan.accession_number));
        out["identifier"].push_back({{"system", scan_ids}, {"value", scan.scan_id}});
        out["status"] = "available";
        out["modality"] = modalities_of(scan.modality);
        out["subject"] = subject();
        out["started"] = scan.scan_date.iso();
        if (!scan.series_uid.empty())
            out["series"] =
                OrderedJson::array({{{"uid", scan.series_uid}, {"modality", modalities_of(scan.modality).back()}}});
        add(std::move(out));
        add_measurements(scan);
        if (scan.is_diagnostic_ct()) add_report(scan);
    }

    void add_measurements(const Scan& scan)
    {
        results_ = OrderedJson::array();
        std::vector<const Measurement*> rows;
        for (const Measurement& row : record_.measurements) {
            if (&record_.scans[row.scan] == &scan) rows.push_back(&row);
        }
        std::ranges::sort(rows, {}, [&](const Measurement* row) { return record_.nodule_ids[row->nodule]; });
        for (const Measurement* row : rows)
            add_measurement(scan, record_.nodule_ids[row->nodule], row->findings);
    }

    OrderedJson observation(const Scan& scan, const std::string& nodule, const Findings& findings,
                            std::string_view what, OrderedJson code) const
    {
        OrderedJson out = resource("Observation", fmt::format("{}\n{}\n{}", scan.scan_id, nodule, what));
        const bool is_sure =
            findings.source_verification.value_or(SourceVerification::verified) == SourceVerification::verified &&
            findings.source_completion.value_or(SourceCompletion::complete) == SourceCompletion::complete;
        out["status"] = is_sure ? "final" : "preliminary";
        out["code"] = std::move(code);
        out["subject"] = subject();
        out["focus"] = OrderedJson::array({reference("BodyStructure", nodule)});
        out["effectiveDateTime"] = scan.scan_date.iso();
        return out;
    }

    /// An amount that stands in an Observation of its own, and in the size as a member.
    OrderedJson add_member(const Scan& scan, const std::string& nodule, const Findings& findings, std::string_view what,
                           OrderedJson code, OrderedJson quantity)
    {
        OrderedJson out = observation(scan, nodule, findings, what, std::move(code));
        out["valueQuantity"] = std::move(quantity);
        out["derivedFrom"] = OrderedJson::array({reference("ImagingStudy", scan.scan_id)});
        OrderedJson named{{"reference", "urn:uuid:" + out["id"].get<std::string>()}, {"type", "Observation"}};
        results_.push_back(named);
        add(std::move(out));
        return named;
    }

    void add_measurement(const Scan& scan, const std::string& nodule, const Findings& findings)
    {
        OrderedJson members = OrderedJson::array();
        if (findings.volume)
            members.push_back(add_member(scan, nodule, findings, "volume", concept_of(volume_code),
                                         quantity(findings.volume->thousandths(), "mm3")));
        if (findings.mean_attenuation)
            members.push_back(add_member(scan, nodule, findings, "mean HU", concept_of(ct_number_code),
                                         quantity(findings.mean_attenuation->thousandths(), "[hnsf'U]")));
        OrderedJson out = observation(scan, nodule, findings, "size", loinc_concept(tumour_size, "Size Tumor"));
        if (asked_.with_mcode && findings.long_axis && is_proven_malignant(record_, nodule))
            out["meta"]["profile"] = OrderedJson::array({mcode_tumour_size});
        add_extension<RowKind::measurement>(out, findings);
        if (!findings.reader.empty()) out["performer"] = OrderedJson::array({{{"display", findings.reader}}});
        if (!findings.long_axis && !findings.short_axis) out["dataAbsentReason"] = absent_reason(findings.status);
        if (scan.is_diagnostic_ct()) out["method"] = concept_of(ct_method);
        if (!members.empty()) out["hasMember"] = std::move(members);
        out["derivedFrom"] = OrderedJson::array({reference("ImagingStudy", scan.scan_id)});
        add_dimensions(findings, out);
        results_.push_back({{"reference", "urn:uuid:" + out["id"].get<std::string>()}, {"type", "Observation"}});
        add(std::move(out));
    }

    static void add_dimensions(const Findings& findings, OrderedJson& out)
    {
        const auto add_one = [&](const std::optional<Length>& axis, std::string_view code, std::string_view display) {
            if (!axis) return;
            out["component"].push_back(
                {{"code", loinc_concept(code, display)}, {"valueQuantity", quantity(axis->thousandths(), "mm")}});
        };
        add_one(findings.long_axis, longest_dimension, "Size.maximum dimension in Tumor");
        add_one(findings.short_axis, other_dimension, "Size additional dimension in Tumor");
    }

    void add_report(const Scan& scan)
    {
        if (asked_.software_version.empty()) return;
        OrderedJson out = resource("DiagnosticReport", scan.scan_id);
        out["status"] = "final";
        out["category"] = OrderedJson::array({{{"coding", {diagnostic_service("RAD", "Radiology")}}}});
        out["code"] = loinc_concept("24627-2", "CT Chest");
        out["subject"] = subject();
        out["effectiveDateTime"] = scan.scan_date.iso();
        if (!results_.empty()) out["result"] = results_;
        out["imagingStudy"] = OrderedJson::array({reference("ImagingStudy", scan.scan_id)});
        const auto said = std::ranges::find(asked_.conclusions, scan.scan_id, &ConclusionToWrite::scan_id);
        if (said != asked_.conclusions.end() && !said->text.empty()) {
            out["conclusion"] = said->text;
            answers_.push_back(reference("DiagnosticReport", scan.scan_id));
        }
        add(std::move(out));
    }

    /// Rows of a kind that R4 has no measured values of: their columns stand in the extension, their day and kind also
    /// where others look for them.
    template <RowKind kind>
    void add_rows(const std::vector<ValuesOf<kind>>& rows)
    {
        std::vector<const ValuesOf<kind>*> ordered;
        for (const ValuesOf<kind>& row : rows)
            ordered.push_back(&row);
        std::ranges::sort(ordered,
                          [](const auto* left, const auto* right) { return is_written_before<kind>(*left, *right); });
        for (const ValuesOf<kind>* row : ordered)
            add_row<kind>(*row);
    }

    template <RowKind kind>
    void add_row(const ValuesOf<kind>& row)
    {
        std::string name(row_noun(kind));
        for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
            if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) name += "\n" + text_of_value(row.*field.member);
        });
        OrderedJson out = resource(resource_of(kind), name);
        add_extension<kind>(out, row);
        if constexpr (kind == RowKind::therapy) fill(out, row);
        if constexpr (kind == RowKind::visit) fill_visit(out, row, name);
        if constexpr (kind == RowKind::event) fill_basic(out, row_noun(kind), row.date);
        if constexpr (kind == RowKind::decision) fill_basic(out, row_noun(kind), row.decided_on);
        add(std::move(out));
    }

    void fill(OrderedJson& out, const Therapy& therapy) const
    {
        const bool is_running = therapy.kind == TherapyKind::systemic && !therapy.end_date;
        out["status"] = is_running ? "in-progress" : "completed";
        out["code"] = kind_concept(word(therapy.kind));
        out["subject"] = subject();
        out["performedPeriod"]["start"] = therapy.start_date.iso();
        if (therapy.end_date) out["performedPeriod"]["end"] = therapy.end_date->iso();
    }
    void fill_visit(OrderedJson& out, const Visit& visit, const std::string& name) const
    {
        out["identifier"] = OrderedJson::array({{{"system", kinds}, {"value", uuid("visit", name)}}});
        out["status"] = "finished";
        const bool is_remote = visit.kind == VisitKind::phone;
        out["class"] = {{"system", "http://terminology.hl7.org/CodeSystem/v3-ActCode"},
                        {"code", is_remote ? "VR" : "AMB"},
                        {"display", is_remote ? "virtual" : "ambulatory"}};
        out["subject"] = subject();
        out["period"] = {{"start", visit.visit_date.iso()}, {"end", visit.visit_date.iso()}};
    }
    void fill_basic(OrderedJson& out, std::string_view kind, Date day) const
    {
        out["code"] = kind_concept(kind);
        out["subject"] = subject();
        out["created"] = day.iso();
    }

    void add_answers()
    {
        add_requests();
        OrderedJson device = resource("Device", {});
        device["manufacturer"] = "nodtrack";
        device["deviceName"] = OrderedJson::array({{{"name", "nodtrack"}, {"type", "model-name"}}});
        device["version"] = OrderedJson::array({{{"value", asked_.software_version}}});
        add(std::move(device));
        if (!asked_.as_of || answers_.empty()) return;
        OrderedJson out = resource("Provenance", {});
        out["target"] = answers_;
        out["occurredDateTime"] = asked_.as_of->iso();
        // An instant is asked for, and there is no clock: the day of the judgement.
        out["recorded"] = asked_.as_of->iso() + "T00:00:00Z";
        out["policy"] =
            OrderedJson::array({fmt::format("urn:nodtrack:policy:{}:{}", asked_.policy_id, asked_.policy_version)});
        out["agent"] = OrderedJson::array(
            {{{"type", {{"coding", {participant_type("assembler", "Assembler")}}}}, {"who", reference("Device", {})}}});
        out["entity"] =
            OrderedJson::array({{{"role", "source"},
                                 {"what",
                                  {{"identifier", {{"system", policies}, {"value", asked_.policy_sha256}}},
                                   {"display", fmt::format("{} {}, SHA-256 {}", asked_.policy_id, asked_.policy_version,
                                                           asked_.policy_sha256)}}}}});
        add(std::move(out));
    }

    void add_requests()
    {
        std::map<std::string, int> times;
        for (const RequestToWrite& request : asked_.requests) {
            const std::string name = fmt::format("{}\n{}", request.action, ++times[request.action]);
            OrderedJson out = resource("ServiceRequest", name);
            out["status"] = "draft";
            out["intent"] = "proposal";
            out["code"]["coding"] = OrderedJson::array();
            if (request.is_ct) out["code"]["coding"].push_back(coding_of(codes::ct_of_chest));
            out["code"]["coding"].push_back({{"system", actions}, {"code", request.action}});
            out["code"]["text"] = request.action;
            out["subject"] = subject();
            if (request.due_date) out["occurrenceDateTime"] = request.due_date->iso();
            if (asked_.as_of) out["authoredOn"] = asked_.as_of->iso();
            out["requester"] = reference("Device", {});
            if (!request.reason.empty()) out["reasonCode"] = OrderedJson::array({{{"text", request.reason}}});
            if (!asked_.index_scan_id.empty() && has_report(asked_.index_scan_id))
                out["reasonReference"] = OrderedJson::array({reference("DiagnosticReport", asked_.index_scan_id)});
            answers_.push_back(reference("ServiceRequest", name));
            add(std::move(out));
        }
    }
    bool has_report(std::string_view scan_id) const
    {
        return std::ranges::any_of(
            record_.scans, [&](const Scan& scan) { return scan.scan_id == scan_id && scan.is_diagnostic_ct(); });
    }

    const BundleToWrite& asked_;
    const PatientRecord& record_;
    std::string owner_;
    OrderedJson entries_ = OrderedJson::array();
    OrderedJson results_;                         // of the scan at hand
    OrderedJson answers_ = OrderedJson::array();  // what rests on the policy
};

}  // namespace

std::string bundle_json(const BundleToWrite& bundle)
{
    constexpr int indent = 1;
    return Writer(bundle).bundle().dump(indent) + "\n";
}

}  // namespace nodtrack::exchange
