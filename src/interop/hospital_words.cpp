#include "hospital_words.hpp"

#include <algorithm>
#include <array>

#include "meant_words.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "table_value.hpp"

namespace nodtrack::interop {
namespace {

struct KnownColumn {
    std::string_view name;  ///< as `plain_name` makes it
    RowKind kind;
    std::string_view column;
};

// clang-format off
constexpr auto known_columns = std::to_array<KnownColumn>({
    {"patnr", RowKind::patient, "patient_id"}, {"patid", RowKind::patient, "patient_id"},
    {"patientennr", RowKind::patient, "patient_id"}, {"patientennummer", RowKind::patient, "patient_id"},
    {"patientenid", RowKind::patient, "patient_id"}, {"patient", RowKind::patient, "patient_id"},
    {"pid", RowKind::patient, "patient_id"}, {"fallnr", RowKind::patient, "patient_id"},
    {"fallnummer", RowKind::patient, "patient_id"}, {"mrn", RowKind::patient, "patient_id"},
    {"pseudonym", RowKind::patient, "patient_id"}, {"studiennummer", RowKind::patient, "patient_id"},
    {"geburtsdatum", RowKind::patient, "birth_date"}, {"gebdatum", RowKind::patient, "birth_date"},
    {"gebdat", RowKind::patient, "birth_date"}, {"geb", RowKind::patient, "birth_date"},
    {"geboren", RowKind::patient, "birth_date"}, {"dob", RowKind::patient, "birth_date"},
    {"dateofbirth", RowKind::patient, "birth_date"},
    {"geschlecht", RowKind::patient, "sex"}, {"gender", RowKind::patient, "sex"},
    {"histologie", RowKind::patient, "histology"}, {"diagnose", RowKind::patient, "histology"},
    {"diagnosis", RowKind::patient, "histology"}, {"entitaet", RowKind::patient, "histology"},
    {"grading", RowKind::patient, "grade"}, {"gewebe", RowKind::patient, "tissue"},
    {"resektionsdatum", RowKind::patient, "resection_date"}, {"opdatum", RowKind::patient, "resection_date"},
    {"scanid", RowKind::scan, "scan_id"}, {"untersuchungsnr", RowKind::scan, "scan_id"},
    {"untersuchungsnummer", RowKind::scan, "scan_id"}, {"accessionnumber", RowKind::scan, "scan_id"},
    {"accession", RowKind::scan, "scan_id"}, {"auftragsnummer", RowKind::scan, "scan_id"},
    {"ctdatum", RowKind::scan, "scan_date"}, {"datumct", RowKind::scan, "scan_date"}, {"datum", RowKind::scan, "scan_date"},
    {"untersuchungsdatum", RowKind::scan, "scan_date"}, {"scandatum", RowKind::scan, "scan_date"},
    {"datumderuntersuchung", RowKind::scan, "scan_date"}, {"ctdate", RowKind::scan, "scan_date"},
    {"studydate", RowKind::scan, "scan_date"}, {"examdate", RowKind::scan, "scan_date"}, {"date", RowKind::scan, "scan_date"},
    {"modalitaet", RowKind::scan, "modality"}, {"untersuchungsart", RowKind::scan, "modality"},
    {"schichtdicke", RowKind::scan, "slice_thickness_mm"}, {"schicht", RowKind::scan, "slice_thickness_mm"},
    {"kontrastmittel", RowKind::scan, "iv_contrast"}, {"km", RowKind::scan, "iv_contrast"},
    {"kontrast", RowKind::scan, "iv_contrast"}, {"contrast", RowKind::scan, "iv_contrast"},
    {"dlp", RowKind::scan, "dlp_mgy_cm"},
    {"herd", RowKind::measurement, "nodule_id"}, {"herdnr", RowKind::measurement, "nodule_id"},
    {"rundherd", RowKind::measurement, "nodule_id"}, {"rundherdnr", RowKind::measurement, "nodule_id"},
    {"laesion", RowKind::measurement, "nodule_id"}, {"laesionnr", RowKind::measurement, "nodule_id"},
    {"nodule", RowKind::measurement, "nodule_id"}, {"lesion", RowKind::measurement, "nodule_id"},
    {"groesse", RowKind::measurement, "long_axis_mm"}, {"groessemm", RowKind::measurement, "long_axis_mm"},
    {"durchmesser", RowKind::measurement, "long_axis_mm"}, {"langachse", RowKind::measurement, "long_axis_mm"},
    {"laengsdurchmesser", RowKind::measurement, "long_axis_mm"}, {"size", RowKind::measurement, "long_axis_mm"},
    {"diameter", RowKind::measurement, "long_axis_mm"},
    {"kurzachse", RowKind::measurement, "short_axis_mm"}, {"querdurchmesser", RowKind::measurement, "short_axis_mm"},
    {"volumen", RowKind::measurement, "volume_mm3"},
    {"lappen", RowKind::measurement, "lobe"}, {"lungenlappen", RowKind::measurement, "lobe"},
    {"lokalisation", RowKind::measurement, "lobe"}, {"lage", RowKind::measurement, "lobe"},
    {"seite", RowKind::measurement, "side"},
    {"dichte", RowKind::measurement, "attenuation"}, {"density", RowKind::measurement, "attenuation"},
    {"form", RowKind::measurement, "shape"}, {"rand", RowKind::measurement, "margin"},
    {"begrenzung", RowKind::measurement, "margin"}, {"verkalkung", RowKind::measurement, "calcification"},
    {"kalk", RowKind::measurement, "calcification"}, {"suvmax", RowKind::measurement, "suv_max"},
    {"suv", RowKind::measurement, "suv_max"}, {"verlauf", RowKind::measurement, "status"},
    {"befunder", RowKind::measurement, "reader"},
});

struct KnownWord {
    std::string_view column;
    std::string_view said;  ///< folded
    std::string_view word;
};

constexpr auto known_words = std::to_array<KnownWord>({
    {"sex", "m", "male"}, {"sex", "männlich", "male"}, {"sex", "mann", "male"},
    {"sex", "w", "female"}, {"sex", "f", "female"}, {"sex", "weiblich", "female"}, {"sex", "frau", "female"},
    {"sex", "d", "other"}, {"sex", "divers", "other"},
    {"grade", "g1", "low"}, {"grade", "g3", "high"}, {"grade", "niedrig", "low"}, {"grade", "hoch", "high"},
    {"tissue", "knochen", "bone"}, {"tissue", "weichteil", "soft_tissue"}, {"tissue", "weichgewebe", "soft_tissue"},
    {"modality", "ct thorax", "ct"}, {"modality", "thorax-ct", "ct"}, {"modality", "pet-ct", "pet_ct"},
    {"modality", "pet/ct", "pet_ct"}, {"modality", "röntgen", "radiograph"}, {"modality", "röntgen thorax", "radiograph"},
    {"iv_contrast", "ja", "given"}, {"iv_contrast", "mit", "given"}, {"iv_contrast", "mit km", "given"},
    {"iv_contrast", "nein", "none"}, {"iv_contrast", "ohne", "none"}, {"iv_contrast", "ohne km", "none"},
    {"iv_contrast", "nativ", "none"}, {"iv_contrast", "yes", "given"}, {"iv_contrast", "no", "none"},
    {"status", "neu", "new"}, {"status", "bekannt", "present"}, {"status", "vorhanden", "present"},
    {"status", "nicht beurteilbar", "not_assessed"}, {"status", "nicht mehr nachweisbar", "resolved"},
    {"side", "li", "left"}, {"side", "links", "left"}, {"side", "l", "left"},
    {"side", "re", "right"}, {"side", "rechts", "right"}, {"side", "r", "right"},
    {"lobe", "rechts oben", "rul"}, {"lobe", "oberlappen rechts", "rul"}, {"lobe", "rechter oberlappen", "rul"},
    {"lobe", "re ol", "rul"}, {"lobe", "ol re", "rul"}, {"lobe", "rol", "rul"}, {"lobe", "ol rechts", "rul"},
    {"lobe", "mittellappen", "rml"}, {"lobe", "rechter mittellappen", "rml"}, {"lobe", "ml", "rml"}, {"lobe", "rml", "rml"},
    {"lobe", "rechts mitte", "rml"}, {"lobe", "mittellappen rechts", "rml"},
    {"lobe", "rechts unten", "rll"}, {"lobe", "unterlappen rechts", "rll"}, {"lobe", "rechter unterlappen", "rll"},
    {"lobe", "re ul", "rll"}, {"lobe", "ul re", "rll"}, {"lobe", "ul rechts", "rll"}, {"lobe", "rll", "rll"},
    {"lobe", "links oben", "lul"}, {"lobe", "oberlappen links", "lul"}, {"lobe", "linker oberlappen", "lul"},
    {"lobe", "li ol", "lul"}, {"lobe", "ol li", "lul"}, {"lobe", "lol", "lul"}, {"lobe", "ol links", "lul"},
    {"lobe", "links unten", "lll"}, {"lobe", "unterlappen links", "lll"}, {"lobe", "linker unterlappen", "lll"},
    {"lobe", "li ul", "lll"}, {"lobe", "ul li", "lll"}, {"lobe", "ul links", "lll"}, {"lobe", "lll", "lll"},
    {"attenuation", "solide", "solid"}, {"attenuation", "teilsolide", "part_solid"}, {"attenuation", "subsolide", "part_solid"},
    {"attenuation", "milchglas", "ground_glass"}, {"attenuation", "zystisch", "cystic"},
    {"attenuation", "kavernös", "cavitary"}, {"attenuation", "eingeschmolzen", "cavitary"},
    {"shape", "rund", "round"}, {"shape", "dreieckig", "triangular"}, {"shape", "irregulär", "irregular"},
    {"shape", "unregelmässig", "irregular"},
    {"margin", "glatt", "smooth"}, {"margin", "gelappt", "lobulated"}, {"margin", "lobuliert", "lobulated"},
    {"margin", "spikuliert", "spiculated"}, {"margin", "unscharf", "ill_defined"},
    {"calcification", "keine", "none"}, {"calcification", "diffus", "diffuse"}, {"calcification", "zentral", "central"},
    {"calcification", "exzentrisch", "eccentric"},
    {"histology", "weichteilsarkom o.n.a.", "other_soft_tissue"}, {"histology", "synovialsarkom", "synovial_sarcoma"},
    {"histology", "ewing-sarkom", "ewing_sarcoma"}, {"histology", "ewingsarkom", "ewing_sarcoma"},
    {"histology", "dedifferenziertes liposarkom", "dedifferentiated_liposarcoma"},
    {"histology", "myxoides liposarkom", "myxoid_liposarcoma"}, {"histology", "pleomorphes liposarkom", "pleomorphic_liposarcoma"},
    {"histology", "epitheloidsarkom", "epithelioid_sarcoma"}, {"histology", "klarzellsarkom", "clear_cell_sarcoma"},
    {"histology", "riesenzelltumor des knochens", "giant_cell_tumour_of_bone"}, {"histology", "chordom", "chordoma"},
});
// clang-format on

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

bool holds(const std::vector<std::string>& all, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(all, [&](const std::string& one) { return std::ranges::count(words, folded(one)) > 0; });
}

/// RUL and LUL: upper in English, lower in German. Said by what else stands in the column; empty where nothing says it.
std::string_view meant_lobe(std::string_view said, const std::vector<std::string>& all)
{
    const bool is_english = holds(all, {"rll", "lll"});
    const bool is_german = holds(all, {"rol", "lol"});
    if (is_english == is_german) return {};
    if (said == "rul") return is_english ? "rul" : "rll";
    return is_english ? "lul" : "lll";
}

}  // namespace

std::string plain_name(std::string_view name)
{
    std::string text = folded(name);
    for (const auto& [from, to] : std::to_array<std::pair<std::string_view, std::string_view>>(
             {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}}))
        replace_all(text, from, to);
    std::string plain;
    int depth = 0;
    for (const char c : text) {
        if (c == '(' || c == '[') ++depth;
        const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (depth == 0 && is_kept) plain += c;
        if ((c == ')' || c == ']') && depth > 0) --depth;
    }
    return plain;
}

std::optional<MeantColumn> meant_column(std::string_view plain)
{
    for (const KnownColumn& known : known_columns) {
        if (known.name == plain) return MeantColumn{known.kind, known.column};
    }
    // The record's own names, with or without their unit.
    for (const RowKind kind : {RowKind::patient, RowKind::scan, RowKind::measurement}) {
        for (const RecordColumn& column : record_columns(kind)) {
            std::string own(column.name);
            std::erase(own, '_');
            std::string bare(
                column.name.substr(0, column.name.size() - (column.unit.empty() ? 0 : column.unit.size() + 1)));
            std::erase(bare, '_');
            if (plain == own || plain == bare) return MeantColumn{kind, column.name};
        }
    }
    return std::nullopt;
}

std::string_view meant_word(std::string_view column, std::span<const std::string_view> words, std::string_view value,
                            const std::vector<std::string>& all)
{
    const std::string said = folded(value);
    if (column == "lobe" && (said == "rul" || said == "lul")) return meant_lobe(said, all);
    for (const KnownWord& known : known_words) {
        if (known.column == column && known.said == said) return known.word;
    }
    std::string english = said;
    if (column == "histology") replace_all(english, "sarkom", "sarcoma");
    const std::vector<std::string_view> meant = meant_words(english, words);
    return meant.size() == 1 ? meant.front() : std::string_view();
}

}  // namespace nodtrack::interop
