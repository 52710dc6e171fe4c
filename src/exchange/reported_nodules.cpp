#include "nodtrack/exchange/reported_nodules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "group_values.hpp"
#include "merged_groups.hpp"
#include "report_codes.hpp"

namespace nodtrack::exchange {
namespace {

constexpr std::string_view ct_image = "1.2.840.10008.5.1.4.1.1.2";
constexpr std::string_view enhanced_ct_image = "1.2.840.10008.5.1.4.1.1.2.1";
constexpr std::string_view converted_ct_image = "1.2.840.10008.5.1.4.1.1.2.2";
constexpr std::string_view segmentation = "1.2.840.10008.5.1.4.1.1.66.4";
constexpr std::string_view label_map = "1.2.840.10008.5.1.4.1.1.66.7";

bool is_ct(std::string_view sop_class)
{
    return sop_class == ct_image || sop_class == enhanced_ct_image || sop_class == converted_ct_image;
}
/// Segmentations and reports are made from images, and are none.
bool is_image(std::string_view sop_class)
{
    constexpr std::string_view reports = "1.2.840.10008.5.1.4.1.1.88.";
    constexpr std::string_view value_map = "1.2.840.10008.5.1.4.1.1.67";
    return !sop_class.empty() && sop_class != segmentation && sop_class != label_map && sop_class != value_map &&
           !sop_class.starts_with(reports);
}

/// Calls `visit` for an item and all below it. By recursion: a document's levels are bounded.
void for_each_below(const ContentItem& item, const auto& visit)
{
    visit(item);
    for (const ContentItem& below : item.children)
        for_each_below(below, visit);
}

/// Cornerstone writes tool, kind and, where nodtrack wrote it first, the nodule:
/// `Cornerstone3DTools@^0.1.0:Bidirectional:N1`.
std::string label_of(const std::string& tracking_id)
{
    if (!tracking_id.starts_with("Cornerstone") && !tracking_id.starts_with("cornerstone")) return tracking_id;
    const auto kind = tracking_id.find(':');
    const auto label = kind == std::string::npos ? kind : tracking_id.find(':', kind + 1);
    return label == std::string::npos ? std::string() : tracking_id.substr(label + 1);
}

/// The centre of a SCOORD3D.
std::optional<std::array<double, 3>> middle_of(const std::vector<float>& points)
{
    constexpr std::size_t numbers = 3;
    std::size_t count = points.size() / numbers;
    if (count == 0 || points.size() % numbers != 0) return std::nullopt;
    // A polygon ends where it begins.
    if (count > 1 && std::equal(points.begin(), points.begin() + numbers, points.end() - numbers)) --count;
    std::array<double, numbers> sum{};
    for (std::size_t i = 0; i < count * numbers; ++i)
        sum[i % numbers] += points[i];
    for (double& value : sum)
        value /= static_cast<double>(count);
    return sum;
}

/// What a by-reference item names, followed from the root by places. One step: what is found there is not followed
/// further, so that circles do no harm.
const ContentItem* referred(const ContentItem& root, const std::vector<std::uint32_t>& place)
{
    if (place.empty() || place.front() != 1) return nullptr;
    const ContentItem* at = &root;
    for (std::size_t i = 1; i < place.size(); ++i) {
        if (place[i] == 0 || place[i] > at->children.size()) return nullptr;
        at = &at->children[place[i] - 1];
    }
    return at;
}

class Reading {
  public:
    explicit Reading(const ReportDocument& document) : document_(document) {}

    ReportedNodules run()
    {
        find_observer();
        find_ct();
        const bool is_cad = document_.root.name.is("DCM", "112000");
        for_each_below(document_.root, [&](const ContentItem& item) {
            if (!is_cad && item.value_type == "CONTAINER" && item.name.is("DCM", "125007")) take_group(item);
            if (is_cad && item.value_type == "CODE" && item.name.is("DCM", "111059")) take_finding(item);
        });
        if (is_cad) told_.observer = Observer::program;
        merge_groups_of_one_uid(told_);
        if (groups_ == 0)
            told_.left_out.push_back({"the report",
                                      "has no measurement group (TID 1410, 1411, 1501) and no CAD finding "
                                      "(TID 4100)"});
        return std::move(told_);
    }

  private:
    void find_observer()
    {
        for_each_below(document_.root, [&](const ContentItem& item) {
            const bool names_algorithm = item.name.is("DCM", "111001") && item.value_type == "TEXT";
            const bool names_device = item.name.is("DCM", "121005") && item.code.is("DCM", "121007");
            if (names_algorithm || names_device) told_.observer = Observer::program;
            const bool names_person =
                item.name.is("DCM", "121008") || (item.name.is("DCM", "121005") && item.code.is("DCM", "121006"));
            if (names_person && told_.observer == Observer::not_told) told_.observer = Observer::person;
        });
    }

    void find_ct()
    {
        const auto ct = std::find_if(document_.evidence.begin(), document_.evidence.end(),
                                     [](const Evidence& one) { return is_ct(one.sop_class); });
        if (ct != document_.evidence.end()) {
            told_.study_uid = ct->study_uid;
            told_.series_uid = ct->series_uid;
        } else {
            told_.study_uid = document_.study_uid;
        }
        std::string acquired;
        std::string study;
        for_each_below(document_.root, [&](const ContentItem& item) {
            if (item.value_type != "DATE") return;
            if (item.name.is("DCM", "126201") && acquired.empty()) acquired = item.text;
            if (item.name.is("DCM", "111060") && study.empty()) study = item.text;
        });
        told_.ct_date = !study.empty() ? study : acquired;
        if (told_.ct_date.empty() && told_.study_uid == document_.study_uid) told_.ct_date = document_.study_date;
    }

    /// Why the group was not measured on a CT; empty where it was, or where that is not said.
    std::string why_no_ct(const std::vector<std::string>& images) const
    {
        constexpr auto why = "was measured on images other than CT";
        if (!classes_.empty() && std::none_of(classes_.begin(), classes_.end(), is_ct)) return why;
        bool any_image = false;
        for (const Evidence& one : document_.evidence) {
            if (!is_image(one.sop_class)) continue;
            const bool is_used = images.empty() || std::count(images.begin(), images.end(), one.sop_uid) > 0;
            if (is_used && is_ct(one.sop_class)) return {};
            any_image = any_image || is_used;
        }
        return any_image && classes_.empty() ? why : std::string();
    }

    void take_group(const ContentItem& group)
    {
        ++groups_;
        ReportedNodule nodule;
        nodule.group = groups_;
        Code site;
        Code laterality;
        for (const ContentItem& item : group.children) {
            if (item.name.is("DCM", "112039") && item.value_type == "TEXT") nodule.tracking_id = item.text;
            if (item.name.is("DCM", "112040") && item.value_type == "UIDREF") nodule.tracking_uid = item.text;
            if (codes::is_finding(item.name) && item.value_type == "CODE") nodule.finding = item.code;
            if (item.value_type == "CODE" && !nodule.attenuation) nodule.attenuation = codes::attenuation_of(item.code);
            if (codes::is_site(item.name) && item.value_type == "CODE") read_site(item, site, laterality);
            take_drawing(item, nodule);
        }
        read_sites_of_numbers(group, site, laterality);
        nodule.label = label_of(nodule.tracking_id);
        const std::string name = name_of(nodule);
        GroupValues values(name, nodule, aside_);
        aside_.clear();
        for (const ContentItem& item : group.children) {
            if (item.value_type == "NUM") values.take(item);
        }
        values.finish();
        collect_images(group, nodule);
        finish(std::move(nodule), site, laterality, values.any(), name);
    }

    /// A finding of TID 4100: everything stands below the code that names it.
    void take_finding(const ContentItem& finding)
    {
        ++groups_;
        ReportedNodule nodule;
        nodule.group = groups_;
        nodule.finding = finding.code;
        Code site;
        Code laterality;
        bool is_presented = true;
        for (const ContentItem& item : finding.children) {
            // The modifier names the opacity more closely.
            if (item.name.is("DCM", "112024") && item.value_type == "CODE") nodule.finding = item.code;
            if (codes::is_site(item.name) && item.value_type == "CODE") read_site(item, site, laterality);
            if (item.name.is("DCM", "111056") && item.code.is("DCM", "111152")) is_presented = false;
            if (item.name.is("DCM", "111012")) nodule.certainty_percent = item.number;
            if (item.name.is("DCM", "112040") && item.value_type == "UIDREF") nodule.tracking_uid = item.text;
            take_drawing(item, nodule);
        }
        const std::string name = fmt::format("CAD finding {}", nodule.group);
        GroupValues values(name, nodule, aside_);
        aside_.clear();
        for (const ContentItem& item : finding.children) {
            const bool is_size = codes::concept_of(item.name) != codes::Concept::other;
            if (item.value_type == "NUM" && is_size) values.take(item);
        }
        values.finish();
        collect_images(finding, nodule);
        if (!is_presented) {
            told_.left_out.push_back({name, "is marked by the program as not to be presented"});
            return;
        }
        finish(std::move(nodule), site, laterality, values.any(), name);
    }

    static std::string name_of(const ReportedNodule& nodule)
    {
        if (nodule.label.empty()) return fmt::format("group {}", nodule.group);
        return fmt::format("group {} ('{}')", nodule.group, printable(nodule.label));
    }

    /// TID 300 has the site at the number: where the group itself names none.
    static void read_sites_of_numbers(const ContentItem& group, Code& site, Code& laterality)
    {
        for (const ContentItem& number : group.children) {
            if (number.value_type != "NUM") continue;
            for (const ContentItem& below : number.children) {
                if (codes::is_site(below.name) && below.value_type == "CODE") read_site(below, site, laterality);
            }
        }
    }

    /// The first site, but for a lung that is named behind another: no nodule is left out that may lie in one.
    static void read_site(const ContentItem& item, Code& site, Code& laterality)
    {
        // OHIF writes the label that a person gave a measurement as one more site.
        if (codes::is_free_text(item.code)) return;
        const auto is_lung = [](const Code& code) { return codes::site_of(code, {}).is_lung; };
        if (!site.empty() && (is_lung(site) || !is_lung(item.code))) return;
        site = item.code;
        laterality = {};
        for (const ContentItem& below : item.children) {
            if (codes::is_laterality(below.name)) laterality = below.code;
        }
    }

    /// An outline or a centre of the group itself.
    void take_drawing(const ContentItem& item, ReportedNodule& nodule) const
    {
        if (item.value_type == "SCOORD3D" && !nodule.position_mm) nodule.position_mm = middle_of(item.points);
        if (item.value_type != "SCOORD" || nodule.outline || item.points.size() < 2) return;
        Drawn drawn;
        // A circle is its centre and a point of its rim.
        const std::size_t numbers = item.shape == "CIRCLE" ? 2 : item.points.size() / 2 * 2;
        for (std::size_t i = 0; i < numbers; i += 2)
            drawn.points.push_back({item.points[i], item.points[i + 1]});
        for (const ContentItem& below : item.children) {
            const ContentItem* image = &below;
            if (!below.refers_to.empty()) image = referred(document_.root, below.refers_to);
            if (image != nullptr && image->value_type == "IMAGE") drawn.sop_uid = image->sop_uid;
        }
        nodule.outline = std::move(drawn);
    }

    void collect_images(const ContentItem& group, ReportedNodule& nodule)
    {
        std::set<std::string> images;
        classes_.clear();
        for_each_below(group, [&](const ContentItem& item) {
            const ContentItem* image = &item;
            if (!item.refers_to.empty()) image = referred(document_.root, item.refers_to);
            if (image == nullptr || image->value_type != "IMAGE" || !is_image(image->sop_class)) return;
            images.insert(image->sop_uid);
            classes_.insert(image->sop_class);
        });
        nodule.images.assign(images.begin(), images.end());
    }

    /// Why it is no lung nodule; empty where it may be one.
    static std::string why_no_nodule(const ReportedNodule& nodule, const Code& site, const codes::Site& place)
    {
        const auto kind = codes::kind_of(nodule.finding);
        if (!site.empty() && !place.is_lung) return fmt::format("lies in {}, which is no lung", in_words(site));
        if (kind == codes::FindingKind::other)
            return fmt::format("its finding is {}, which is no nodule", in_words(nodule.finding));
        return {};
    }

    void finish(ReportedNodule nodule, const Code& site, const Code& laterality, bool has_size, const std::string& name)
    {
        const codes::Site place = codes::site_of(site, laterality);
        nodule.side = place.side;
        nodule.lobe = place.lobe;
        std::string why = why_no_nodule(nodule, site, place);
        if (why.empty()) why = why_no_ct(nodule.images);
        if (!why.empty()) {
            told_.left_out.push_back({name, std::move(why)});
            return;
        }
        told_.left_out.insert(told_.left_out.end(), aside_.begin(), aside_.end());
        if (has_size) {
            told_.nodules.push_back(std::move(nodule));
        } else {
            told_.left_out.push_back({name, "has no size in mm or mm3"});
        }
    }

    const ReportDocument& document_;
    ReportedNodules told_;
    std::vector<LeftOut> aside_;     // values of the group at hand that were not taken
    std::set<std::string> classes_;  // of the images that the group at hand refers to
    std::size_t groups_ = 0;
};

}  // namespace

ReportedNodules reported_nodules(const ReportDocument& document)
{
    return Reading(document).run();
}

}  // namespace nodtrack::exchange
