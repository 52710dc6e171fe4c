#include "fhir/reported_bundle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fhir/amounts.hpp"
#include "fhir/reported_ct.hpp"

namespace nodtrack::exchange::fhir {
namespace {

/// Whether an Observation measures what nodtrack records.
bool measures(const Json& observation)
{
    const Json& code = part(observation, "code");
    if (is_tumour_size(code) || measured_by(code) != codes::Concept::other) return true;
    return std::ranges::any_of(part(observation, "component"), [](const Json& component) {
        return measured_by(part(component, "code")) != codes::Concept::other;
    });
}

/// Of a Bundle that no nodule was taken from.
Ct nothing_of(const Entry* patient)
{
    Ct ct;
    ct.patient = patient;
    return ct;
}

/// Gathers what the Observations of a Bundle say.
class Reader {
  public:
    Reader(const BundleIndex& index, Faults& faults) : index_(index), faults_(faults) {}

    std::vector<BundleReport> run()
    {
        find_parents();
        for (const Entry& entry : index_.entries())
            look_at(entry);
        if (faults_.any()) return {};
        std::vector<BundleReport> reports;
        for (const std::string& key : order_)
            reports.push_back(report_of(cts_[key], groups_));
        if (reports.empty()) reports.push_back(report_of(nothing_of(only_patient()), groups_));
        tell_unread();
        auto& left_out = reports.front().told.left_out;
        left_out.insert(left_out.begin(), left_out_.begin(), left_out_.end());
        return reports;
    }

  private:
    void find_parents()
    {
        for (const Entry& entry : index_.entries()) {
            if (entry.type != "Observation") continue;
            for (const Json& member : part(*entry.resource, "hasMember")) {
                if (const Entry* const child = index_.target(member)) parent_of_[child] = &entry;
            }
        }
    }

    const Entry* only_patient() const
    {
        const auto is_patient = [](const Entry& entry) { return entry.type == "Patient"; };
        const auto found = std::ranges::find_if(index_.entries(), is_patient);
        return found == index_.entries().end() ? nullptr : &*found;
    }

    void check(const Entry* entry)
    {
        if (entry == nullptr || !read_.insert(entry).second) return;
        check_resource(*entry, index_, faults_);
    }

    void leave_out(const Entry& entry, const std::string& why)
    {
        const std::string words = first_code(part(*entry.resource, "code")).meaning;
        left_out_.push_back({words.empty() ? entry.path : entry.path + " (" + shown(Json(words)) + ")", why});
    }

    void look_at(const Entry& entry)
    {
        if (entry.type != "Observation") return;
        const Json& observation = *entry.resource;
        // Without a code nobody can say that it is no size.
        const bool has_code = !part(observation, "code").is_null();
        if (has_code && !measures(observation)) {
            read_.insert(&entry);
            return leave_out(entry,
                             "measures nothing that nodtrack records (its code is of no size, volume or CT number)");
        }
        const std::size_t before = faults_.count();
        check(&entry);
        const Entry* const patient = index_.target(part(observation, "subject"));
        const Entry* const body = focus_of(entry);
        const Entry* const study = study_of(entry);
        for (const Entry* named : {patient, body, study})
            check(named);
        if (faults_.count() != before) return;
        if (patient == nullptr)
            return faults_.add(entry.path + ".subject",
                               "names no Patient of this Bundle; expected one: the patient is "
                               "told by id, date of birth and sex");
        if (const std::string why = why_not(entry, body, study); !why.empty()) return leave_out(entry, why);
        take(entry, ct_of(entry, patient, study), body);
    }

    const Entry* focus_of(const Entry& entry) const
    {
        for (const Json& focus : part(*entry.resource, "focus")) {
            const Entry* const named = index_.target(focus);
            if (named != nullptr && named->type == "BodyStructure") return named;
        }
        const auto parent = parent_of_.find(&entry);
        // One level up: a member of a member is nobody's custom, and a circle must end.
        if (parent == parent_of_.end()) return nullptr;
        for (const Json& focus : part(*parent->second->resource, "focus")) {
            const Entry* const named = index_.target(focus);
            if (named != nullptr && named->type == "BodyStructure") return named;
        }
        return nullptr;
    }

    const Entry* study_of(const Entry& entry) const
    {
        const auto parent = parent_of_.find(&entry);
        const Entry* const above = parent == parent_of_.end() ? nullptr : parent->second;
        for (const Entry* from : {&entry, above}) {
            if (from == nullptr) continue;
            for (const Json& source : part(*from->resource, "derivedFrom")) {
                const Entry* const named = index_.target(source);
                if (named != nullptr && named->type == "ImagingStudy") return named;
            }
        }
        return nullptr;
    }

    /// Why a sound Observation is not taken; empty where it is.
    std::string why_not(const Entry& entry, const Entry* body, const Entry* study) const
    {
        const Json& observation = *entry.resource;
        const std::string status = text_of(part(observation, "status"));
        if (status == "entered-in-error" || status == "cancelled" || status == "registered")
            return "its status is " + status;
        if (!part(observation, "specimen").is_null()) return "was measured on a specimen, and not on a CT";
        if (study != nullptr && !is_ct(*study->resource)) return "was measured on images other than CT";
        const Code method = first_code(part(observation, "method"));
        if (!method.empty() && !method.is("SCT", "77477000") && study == nullptr)
            return "was measured by another method than CT";
        const Json& site = site_in(observation, body);
        if (site.is_null()) return "says no site; lung nodules alone are taken";
        if (!lung_site(site, body).is_lung) return "lies in no lung";
        if (body == nullptr) return {};
        const Json& morphology = part(*body->resource, "morphology");
        if (morphology.is_null()) return {};
        return codes::kind_of(first_code(morphology)) == codes::FindingKind::other ? "is no nodule" : "";
    }

    static bool is_ct(const Json& study)
    {
        const Json& modalities = part(study, "modality");
        if (modalities.is_null()) return true;  // not told: a person sees the note
        return std::ranges::any_of(modalities, [](const Json& one) { return part(one, "code") == "CT"; });
    }

    static const Json& site_in(const Json& observation, const Entry* body)
    {
        if (body != nullptr && !part(*body->resource, "location").is_null()) return part(*body->resource, "location");
        return part(observation, "bodySite");
    }

    static codes::Site lung_site(const Json& site, const Entry* body)
    {
        const Code laterality =
            body == nullptr ? Code() : first_code(part(part(*body->resource, "locationQualifier"), std::size_t{0}));
        codes::Site best = codes::site_of(first_code(site), laterality);
        for (const Json& coding : part(site, "coding")) {
            const Json one{{"coding", Json::array({coding})}};
            if (const codes::Site found = codes::site_of(first_code(one), laterality); found.is_lung && !best.lobe)
                best = found;
        }
        return best;
    }

    Ct& ct_of(const Entry& entry, const Entry* patient, const Entry* study)
    {
        const Json& observation = *entry.resource;
        std::optional<Date> day = study == nullptr ? std::nullopt : day_of(part(*study->resource, "started"));
        if (!day) day = day_of(part(observation, "effectiveDateTime"));
        if (!day) day = day_of(part(part(observation, "effectivePeriod"), "start"));
        const std::string key = fmt::format("{}\n{}", patient->path,
                                            study != nullptr ? study->path
                                            : day            ? day->iso()
                                                             : std::string());
        const auto [found, is_new] = cts_.try_emplace(key);
        Ct& ct = found->second;
        if (is_new) {
            order_.push_back(key);
            ct.patient = patient;
            ct.study = study;
            ct.day = day;
        }
        const std::string status = text_of(part(observation, "status"));
        ct.is_complete = ct.is_complete && (status == "final" || status == "amended" || status == "corrected");
        const bool has_person = !part(observation, "performer").empty();
        ct.is_program = ct.is_program || (!part(observation, "device").is_null() && !has_person);
        ct.says_ct = ct.says_ct || !part(observation, "method").is_null() ||
                     (study != nullptr && !part(*study->resource, "modality").is_null());
        return ct;
    }

    void take(const Entry& entry, Ct& ct, const Entry* body)
    {
        const Json& observation = *entry.resource;
        const auto parent = parent_of_.find(&entry);
        const std::string key = body != nullptr              ? body->path
                                : parent != parent_of_.end() ? parent->second->path
                                                             : entry.path;
        const auto [found, is_new] = ct.nodules.try_emplace(key);
        Gathered& gathered = found->second;
        if (is_new) {
            ct.order.push_back(key);
            gathered.path = entry.path;
            describe(gathered.nodule, observation, body);
        }
        const Json& code = part(observation, "code");
        const bool is_size = is_tumour_size(code);
        const auto of = is_size ? codes::Concept::one_diameter : measured_by(code);
        const Json& components = part(observation, "component");
        const bool has_value = !part(observation, "valueQuantity").is_null() || components.is_null();
        if (of != codes::Concept::other && has_value && part(observation, "dataAbsentReason").is_null())
            put(entry, gathered.nodule, observation, of, entry.path);
        take_components(entry, gathered.nodule, components, is_size);
    }

    void take_components(const Entry& entry, ReportedNodule& nodule, const Json& components, bool is_size)
    {
        if (components.is_null()) return;
        const auto count = [&](codes::Concept of) {
            return std::ranges::count_if(components,
                                         [&](const Json& one) { return measured_by(part(one, "code")) == of; });
        };
        const auto longest = count(codes::Concept::long_axis);
        const auto others = count(codes::Concept::short_axis);
        if (longest > 1 || (is_size && longest == 0 && others > 0))
            return faults_.add(entry.path + ".component",
                               fmt::format("has {} longest dimensions ({}); expected one", longest, longest_dimension));
        std::size_t place = 0;
        for (const Json& one : components) {
            const std::string path = fmt::format("{}.component[{}]", entry.path, place++);
            const auto of = measured_by(part(one, "code"));
            if (of == codes::Concept::other) {
                left_out_.push_back({path, "measures nothing that nodtrack records"});
            } else if (of == codes::Concept::short_axis && others > 1) {
                left_out_.push_back({path,
                                     "is one of several further dimensions, and none is said to lie across the "
                                     "longest on its slice"});
            } else {
                put(entry, nodule, one, of, path);
            }
        }
    }

    static void describe(ReportedNodule& nodule, const Json& observation, const Entry* body)
    {
        const codes::Site site = lung_site(site_in(observation, body), body);
        nodule.side = site.side;
        nodule.lobe = site.lobe;
        if (body == nullptr) return;
        nodule.tracking_uid = uid_of(*body->resource);
        nodule.finding = first_code(part(*body->resource, "morphology"));
        nodule.label = identified_by(*body->resource, nodule_ids);
        for (const Json& identifier : part(*body->resource, "identifier")) {
            if (nodule.label.empty() && part(identifier, "system") != dicom_uids)
                nodule.label = text_of(part(identifier, "value"));
        }
        nodule.tracking_id = nodule.label;
    }

    void put(const Entry& entry, ReportedNodule& nodule, const Json& holder, codes::Concept of, const std::string& path)
    {
        const std::size_t before = faults_.count();
        const Amount amount = amount_of(holder, of, path, faults_);
        if (faults_.count() != before) return;
        if (!amount.thousandths) {
            left_out_.push_back({path, amount.why_not});
            return;
        }
        const bool is_repeated = (of == codes::Concept::volume && nodule.volume) ||
                                 (of == codes::Concept::ct_number && nodule.mean_attenuation) ||
                                 (of == codes::Concept::long_axis && nodule.long_axis && !nodule.has_one_diameter) ||
                                 (of == codes::Concept::short_axis && nodule.short_axis);
        if (is_repeated)
            return faults_.add(path, fmt::format("says again what another Observation of this nodule and CT says ({}); "
                                                 "expected it once",
                                                 entry.path));
        if (of == codes::Concept::volume) nodule.volume = Volume::from_thousandths(*amount.thousandths);
        if (of == codes::Concept::ct_number)
            nodule.mean_attenuation = Attenuation_HU::from_thousandths(*amount.thousandths);
        if (of == codes::Concept::short_axis) nodule.short_axis = Length::from_thousandths(*amount.thousandths);
        if (of == codes::Concept::long_axis || (of == codes::Concept::one_diameter && !nodule.long_axis)) {
            nodule.long_axis = Length::from_thousandths(*amount.thousandths);
            nodule.has_one_diameter = of == codes::Concept::one_diameter;
        }
        if (nodule.long_axis && nodule.short_axis && *nodule.long_axis < *nodule.short_axis)
            faults_.add(path, "is a dimension above the longest one; expected the longest to be the longest");
    }

    /// By type, for a Bundle may have thousands of them.
    void tell_unread()
    {
        std::map<std::string, int> counts;
        for (const Entry& entry : index_.entries()) {
            if (!read_.contains(&entry) && entry.type != "Patient") ++counts[shown(Json(entry.type))];
        }
        for (const auto& [type, count] : counts)
            left_out_.push_back({fmt::format("{} of type {}", count, type),
                                 "sizes of lung nodules are taken from Observations, with the BodyStructure and "
                                 "ImagingStudy that they name, and never from narrative"});
    }

    const BundleIndex& index_;
    Faults& faults_;
    std::map<const Entry*, const Entry*> parent_of_;
    std::set<const Entry*> read_;
    std::map<std::string, Ct> cts_;
    std::vector<std::string> order_;
    std::vector<LeftOut> left_out_;
    std::size_t groups_ = 0;
};

}  // namespace

std::vector<BundleReport> reports_in(const BundleIndex& index, Faults& faults)
{
    return Reader(index, faults).run();
}

}  // namespace nodtrack::exchange::fhir
