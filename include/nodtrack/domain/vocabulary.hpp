#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nodtrack {

// The record's controlled words. Each enumerator stands at the position of its word in its `Vocabulary`.
// The word `unknown` is no enumerator: not known is an empty `std::optional`. Standard codes (SNOMED CT, DICOM,
// RadLex, ICD-O) of these words: schema/codes.json.

enum class Sex : std::uint8_t { female, male, other };
enum class Tissue : std::uint8_t { bone, soft_tissue };
enum class Grade : std::uint8_t { low, high };
enum class KnownLungMetastases : std::uint8_t { none, present, resected };
enum class ScheduleProfile : std::uint8_t { default_profile, six_monthly };
enum class CurativeTreatment : std::uint8_t { completed, not_completed };
enum class FollowUpStatus : std::uint8_t { active, deceased, moved, declined };
enum class PrimarySite : std::uint8_t {
    extremity,
    trunk,
    pelvis,
    shoulder_girdle,
    spine,
    neuroaxis,
    head_neck,
    intraabdominal,
    retroperitoneal,
    skin
};
enum class Histology : std::uint8_t {
    osteosarcoma,
    extraskeletal_osteosarcoma,
    ewing_sarcoma,
    chondrosarcoma,
    giant_cell_tumour_of_bone,
    ups_soft_tissue,
    ups_of_bone,
    myxofibrosarcoma,
    synovial_sarcoma,
    leiomyosarcoma,
    myxoid_liposarcoma,
    dedifferentiated_liposarcoma,
    pleomorphic_liposarcoma,
    rhabdomyosarcoma,
    alveolar_rhabdomyosarcoma,
    epithelioid_sarcoma,
    clear_cell_sarcoma,
    angiosarcoma,
    alveolar_soft_part_sarcoma,
    mpnst,
    desmoid,
    other_bone,
    other_soft_tissue,
    plasma_cell,
    lymphoma,
    carcinoma_metastasis,
    chordoma,
    embryonal_rhabdomyosarcoma,
    solitary_fibrous_tumour,
    well_differentiated_liposarcoma
};
enum class Modality : std::uint8_t { ct, pet_ct, radiograph };
enum class ScanPurpose : std::uint8_t { diagnostic, attenuation_correction };
enum class IvContrast : std::uint8_t { none, given };
enum class Reading : std::uint8_t { complete, limited };
enum class Symptom : std::uint8_t {
    cough,
    dyspnoea,
    haemoptysis,
    chest_pain,
    constitutional,
    bone_pain,
    back_pain_neurological,
    local_pain,
    local_swelling,
    local_mass
};
enum class OtherFinding : std::uint8_t {
    mediastinal_or_hilar_node,  ///< short axis 10 mm or more
    lymphangitic_pattern,
    pleural_nodularity,
    chest_wall_or_bone_lesion,
    infection_suspected,
    effusion_known
};
enum class VisitKind : std::uint8_t { clinic, phone, other };
enum class DecisionKind : std::uint8_t {
    accept,          ///< the recommendation is to be carried out
    supersede,       ///< the record's word is `override`: another action, or another date, instead
    close,           ///< what stands open is closed
    before_registry  ///< what lies before the registry's start is closed
};
/// What is recommended, in order of concern; `out_of_scope` stands apart.
enum class Action : std::uint8_t {
    continue_surveillance,
    data_required,
    short_interval_ct,
    pet_ct,
    tumour_board,
    urgent_escalation,
    out_of_scope
};
enum class NextStep : std::uint8_t { biopsy, surgery, sbrt, ablation, systemic_therapy, clinic_visit, other };
enum class Status : std::uint8_t { present, newly_seen, resolved, not_assessed };
enum class Side : std::uint8_t { left, right };
enum class Lobe : std::uint8_t { rul, rml, rll, lul, lingula, lll };
enum class Location : std::uint8_t { parenchymal, perifissural, subpleural, pleural, endobronchial, staple_line };
enum class VolumeMethod : std::uint8_t { manual, semi_automatic, automatic, ellipsoid, mask_voxels, partial_volume };
enum class SourceVerification : std::uint8_t { verified, unverified, algorithm };
enum class SourceCompletion : std::uint8_t { complete, partial };
enum class AttenuationClass : std::uint8_t {
    solid,
    part_solid,
    ground_glass,
    complex_ground_glass,
    cystic,
    cavitary,
    fat_containing
};
enum class Shape : std::uint8_t { round, oval, triangular, polygonal, lentiform, lobulated, irregular };
enum class Margin : std::uint8_t { smooth, lobulated, spiculated, ill_defined };
enum class Calcification : std::uint8_t { none, diffuse, central, laminated, popcorn, eccentric, stippled, amorphous };
enum class TherapyKind : std::uint8_t { systemic, thoracic_radiotherapy, sbrt, ablation, metastasectomy };
enum class EventKind : std::uint8_t { board_baseline, not_a_nodule, pathology_benign, pathology_malignant };
enum class Answer : std::uint8_t { no, yes };
enum class DosePhantom : std::uint8_t { head_16_cm, body_32_cm };

/// The words of one enumeration, in the order of its enumerators, and whether the record may also say `unknown`.
template <class Enumeration>
struct Vocabulary;

#define NODTRACK_VOCABULARY(Enumeration, column, says_unknown, ...)                   \
    template <>                                                                       \
    struct Vocabulary<Enumeration> {                                                  \
        static constexpr std::string_view name = column;                              \
        static constexpr bool accepts_unknown = says_unknown;                         \
        static constexpr auto words = std::to_array<std::string_view>({__VA_ARGS__}); \
    };

NODTRACK_VOCABULARY(Sex, "sex", true, "female", "male", "other")
NODTRACK_VOCABULARY(Tissue, "tissue", false, "bone", "soft_tissue")
NODTRACK_VOCABULARY(Grade, "grade", true, "low", "high")
NODTRACK_VOCABULARY(KnownLungMetastases, "known_lung_metastases", false, "none", "present", "resected")
NODTRACK_VOCABULARY(ScheduleProfile, "schedule_profile", false, "default", "six_monthly")
NODTRACK_VOCABULARY(CurativeTreatment, "curative_treatment", true, "completed", "not_completed")
NODTRACK_VOCABULARY(FollowUpStatus, "follow_up_status", false, "active", "deceased", "moved", "declined")
NODTRACK_VOCABULARY(PrimarySite, "primary_site", false, "extremity", "trunk", "pelvis", "shoulder_girdle", "spine",
                    "neuroaxis", "head_neck", "intraabdominal", "retroperitoneal", "skin")
NODTRACK_VOCABULARY(Histology, "histology", false, "osteosarcoma", "extraskeletal_osteosarcoma", "ewing_sarcoma",
                    "chondrosarcoma", "giant_cell_tumour_of_bone", "ups_soft_tissue", "ups_of_bone", "myxofibrosarcoma",
                    "synovial_sarcoma", "leiomyosarcoma", "myxoid_liposarcoma", "dedifferentiated_liposarcoma",
                    "pleomorphic_liposarcoma", "rhabdomyosarcoma", "alveolar_rhabdomyosarcoma", "epithelioid_sarcoma",
                    "clear_cell_sarcoma", "angiosarcoma", "alveolar_soft_part_sarcoma", "mpnst", "desmoid",
                    "other_bone", "other_soft_tissue", "plasma_cell", "lymphoma", "carcinoma_metastasis", "chordoma",
                    "embryonal_rhabdomyosarcoma", "solitary_fibrous_tumour", "well_differentiated_liposarcoma")
NODTRACK_VOCABULARY(Modality, "modality", false, "ct", "pet_ct", "radiograph")
NODTRACK_VOCABULARY(ScanPurpose, "purpose", false, "diagnostic", "attenuation_correction")
NODTRACK_VOCABULARY(IvContrast, "iv_contrast", true, "none", "given")
NODTRACK_VOCABULARY(Reading, "reading", false, "complete", "limited")
NODTRACK_VOCABULARY(Symptom, "symptoms", false, "cough", "dyspnoea", "haemoptysis", "chest_pain", "constitutional",
                    "bone_pain", "back_pain_neurological", "local_pain", "local_swelling", "local_mass")
NODTRACK_VOCABULARY(OtherFinding, "other_findings", false, "mediastinal_or_hilar_node", "lymphangitic_pattern",
                    "pleural_nodularity", "chest_wall_or_bone_lesion", "infection_suspected", "effusion_known")
NODTRACK_VOCABULARY(VisitKind, "kind", false, "clinic", "phone", "other")
NODTRACK_VOCABULARY(DecisionKind, "kind", false, "accept", "override", "close", "before_registry")
NODTRACK_VOCABULARY(Action, "action", false, "CONTINUE_SURVEILLANCE", "DATA_REQUIRED", "SHORT_INTERVAL_CT", "PET_CT",
                    "TUMOUR_BOARD", "URGENT_ESCALATION", "OUT_OF_SCOPE")
NODTRACK_VOCABULARY(NextStep, "next_step", false, "biopsy", "surgery", "sbrt", "ablation", "systemic_therapy",
                    "clinic_visit", "other")
NODTRACK_VOCABULARY(Status, "status", false, "present", "new", "resolved", "not_assessed")
NODTRACK_VOCABULARY(Side, "side", true, "left", "right")
NODTRACK_VOCABULARY(Lobe, "lobe", true, "rul", "rml", "rll", "lul", "lingula", "lll")
NODTRACK_VOCABULARY(Location, "location", true, "parenchymal", "perifissural", "subpleural", "pleural", "endobronchial",
                    "staple_line")
NODTRACK_VOCABULARY(VolumeMethod, "volume_method", false, "manual", "semi_automatic", "automatic", "ellipsoid",
                    "mask_voxels", "partial_volume")
NODTRACK_VOCABULARY(SourceVerification, "source_verification", false, "verified", "unverified", "algorithm")
NODTRACK_VOCABULARY(SourceCompletion, "source_completion", false, "complete", "partial")
NODTRACK_VOCABULARY(AttenuationClass, "attenuation", true, "solid", "part_solid", "ground_glass",
                    "complex_ground_glass", "cystic", "cavitary", "fat_containing")
NODTRACK_VOCABULARY(Shape, "shape", true, "round", "oval", "triangular", "polygonal", "lentiform", "lobulated",
                    "irregular")
NODTRACK_VOCABULARY(Margin, "margin", true, "smooth", "lobulated", "spiculated", "ill_defined")
NODTRACK_VOCABULARY(Calcification, "calcification", true, "none", "diffuse", "central", "laminated", "popcorn",
                    "eccentric", "stippled", "amorphous")
NODTRACK_VOCABULARY(TherapyKind, "kind", false, "systemic", "thoracic_radiotherapy", "sbrt", "ablation",
                    "metastasectomy")
NODTRACK_VOCABULARY(EventKind, "kind", false, "board_baseline", "not_a_nodule", "pathology_benign",
                    "pathology_malignant")
NODTRACK_VOCABULARY(Answer, "answer", false, "no", "yes")
NODTRACK_VOCABULARY(DosePhantom, "dose_phantom_cm", false, "16", "32")

#undef NODTRACK_VOCABULARY

/// The lung that a lobe belongs to.
constexpr Side side_of(Lobe lobe)
{
    return lobe == Lobe::rul || lobe == Lobe::rml || lobe == Lobe::rll ? Side::right : Side::left;
}

/// The record's word for a value.
template <class Enumeration>
constexpr std::string_view word(Enumeration value)
{
    return Vocabulary<Enumeration>::words[static_cast<std::size_t>(value)];
}

/// The value of a word; absent when the vocabulary has no such word (`unknown` included).
template <class Enumeration>
constexpr std::optional<Enumeration> value_of_word(std::string_view text)
{
    const auto& words = Vocabulary<Enumeration>::words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == text) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

/// All words a column takes, comma-separated, for messages and documents.
template <class Enumeration>
std::string word_list()
{
    std::string list;
    for (const std::string_view entry : Vocabulary<Enumeration>::words) {
        if (!list.empty()) list += ", ";
        list += entry;
    }
    if (Vocabulary<Enumeration>::accepts_unknown) list += ", unknown";
    return list;
}

/// A set of words of one vocabulary (at most 16); empty when none is recorded.
template <class Word>
class WordSet {
  public:
    using value_type = Word;

    constexpr void insert(Word entry) { bits_ = static_cast<std::uint16_t>(bits_ | bit(entry)); }
    constexpr bool contains(Word entry) const { return (bits_ & bit(entry)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool shares_any_with(WordSet other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool contains_all_of(WordSet other) const { return (bits_ & other.bits_) == other.bits_; }
    constexpr WordSet united_with(WordSet other) const
    {
        WordSet both = *this;
        both.bits_ = static_cast<std::uint16_t>(both.bits_ | other.bits_);
        return both;
    }
    constexpr bool operator==(const WordSet&) const = default;

  private:
    static_assert(Vocabulary<Word>::words.size() <= 16);
    static constexpr std::uint16_t bit(Word entry)
    {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(entry));
    }
    std::uint16_t bits_ = 0;
};

using Symptoms = WordSet<Symptom>;
using OtherFindings = WordSet<OtherFinding>;

template <class T>
inline constexpr bool is_word_set = false;
template <class Word>
inline constexpr bool is_word_set<WordSet<Word>> = true;

inline constexpr char word_set_separator = ';';

/// The words of a set, in the vocabulary's order, joined by `;`.
template <class Word>
std::string text_of_words(WordSet<Word> set)
{
    std::string text;
    for (std::size_t i = 0; i < Vocabulary<Word>::words.size(); ++i) {
        if (!set.contains(static_cast<Word>(i))) continue;
        if (!text.empty()) text += word_set_separator;
        text += Vocabulary<Word>::words[i];
    }
    return text;
}

/// The set of words joined by `;`; absent where one of them is no word of the vocabulary.
template <class Word>
std::optional<WordSet<Word>> words_of_text(std::string_view text)
{
    WordSet<Word> set;
    while (!text.empty()) {
        const std::size_t end = text.find(word_set_separator);
        const auto entry = value_of_word<Word>(text.substr(0, end));
        if (!entry) return std::nullopt;
        set.insert(*entry);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return set;
}

/// The name of a patient's schedule: a profile of the policy that judges. The standard ones are those of
/// `ScheduleProfile`; others come with a policy that was adopted, so this vocabulary is not closed. Empty: `default`.
class ProfileWord : public std::string {
  public:
    using std::string::string;
    using std::string::operator=;
    ProfileWord(ScheduleProfile standard) : std::string(word(standard)) {}
};

/// Lower-case letters, digits and underscores, a letter first, at most 64.
constexpr bool is_profile_word(std::string_view text)
{
    constexpr std::size_t longest = 64;
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (text.empty() || text.size() > longest || !is_letter(text.front())) return false;
    for (const char c : text) {
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_') return false;
    }
    return true;
}

}  // namespace nodtrack
