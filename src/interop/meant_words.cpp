#include "meant_words.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::interop {
namespace {

struct Synonym {
    std::string_view name;  ///< lower case, `_` between words
    std::array<std::string_view, 3> words;
};

/// Names and abbreviations that pathologists, radiologists and other programs use for words of the record. One stands
/// here only where it means nothing else in that column.
constexpr auto synonyms = std::to_array<Synonym>({
    {"ups", {"ups_soft_tissue", "ups_of_bone"}},
    {"undifferentiated_pleomorphic_sarcoma", {"ups_soft_tissue", "ups_of_bone"}},
    {"pleomorphic_undifferentiated_sarcoma", {"ups_soft_tissue", "ups_of_bone"}},
    {"undifferentiated_pleomorphic_sarcoma_of_bone", {"ups_of_bone"}},
    {"undifferentiated_pleomorphic_sarcoma_of_soft_tissue", {"ups_soft_tissue"}},
    {"ups_bone", {"ups_of_bone"}},
    {"ups_of_soft_tissue", {"ups_soft_tissue"}},
    {"mfh", {"ups_soft_tissue", "ups_of_bone"}},
    {"malignant_fibrous_histiocytoma", {"ups_soft_tissue", "ups_of_bone"}},
    {"malignant_peripheral_nerve_sheath_tumour", {"mpnst"}},
    {"neurofibrosarcoma", {"mpnst"}},
    {"malignant_schwannoma", {"mpnst"}},
    {"alt", {"well_differentiated_liposarcoma"}},
    {"atypical_lipomatous_tumour", {"well_differentiated_liposarcoma"}},
    {"wdlps", {"well_differentiated_liposarcoma"}},
    {"wdls", {"well_differentiated_liposarcoma"}},
    {"ddlps", {"dedifferentiated_liposarcoma"}},
    {"ddls", {"dedifferentiated_liposarcoma"}},
    {"plps", {"pleomorphic_liposarcoma"}},
    {"pls", {"pleomorphic_liposarcoma"}},
    {"mls", {"myxoid_liposarcoma"}},
    {"mlps", {"myxoid_liposarcoma"}},
    {"mrcls", {"myxoid_liposarcoma"}},
    {"myxoid_round_cell_liposarcoma", {"myxoid_liposarcoma"}},
    {"mfs", {"myxofibrosarcoma"}},
    {"sft", {"solitary_fibrous_tumour"}},
    {"haemangiopericytoma", {"solitary_fibrous_tumour"}},
    {"ehe", {"other_soft_tissue"}},
    {"epithelioid_haemangioendothelioma", {"other_soft_tissue"}},
    {"dsrct", {"other_soft_tissue"}},
    {"desmoplastic_small_round_cell_tumour", {"other_soft_tissue"}},
    {"gctb", {"giant_cell_tumour_of_bone"}},
    {"giant_cell_tumour_bone", {"giant_cell_tumour_of_bone"}},
    {"asps", {"alveolar_soft_part_sarcoma"}},
    {"rms", {"rhabdomyosarcoma", "alveolar_rhabdomyosarcoma", "embryonal_rhabdomyosarcoma"}},
    {"arms", {"alveolar_rhabdomyosarcoma"}},
    {"erms", {"embryonal_rhabdomyosarcoma"}},
    {"lms", {"leiomyosarcoma"}},
    {"ccs", {"clear_cell_sarcoma"}},
    {"osteogenic_sarcoma", {"osteosarcoma"}},
    {"ewing", {"ewing_sarcoma"}},
    {"ews", {"ewing_sarcoma"}},
    {"haemangiosarcoma", {"angiosarcoma"}},
    {"desmoid_tumour", {"desmoid"}},
    {"desmoid_fibromatosis", {"desmoid"}},
    {"aggressive_fibromatosis", {"desmoid"}},
    {"plasmacytoma", {"plasma_cell"}},
    {"multiple_myeloma", {"plasma_cell"}},
    {"m", {"male"}},
    {"f", {"female"}},
    {"l", {"left"}},
    {"r", {"right"}},
    {"right_upper_lobe", {"rul"}},
    {"right_middle_lobe", {"rml"}},
    {"right_lower_lobe", {"rll"}},
    {"left_upper_lobe", {"lul"}},
    {"left_lower_lobe", {"lll"}},
    {"ggo", {"ground_glass"}},
    {"ggn", {"ground_glass"}},
    {"ground_glass_opacity", {"ground_glass"}},
    {"x_ray", {"radiograph"}},
    {"xray", {"radiograph"}},
    {"chest_x_ray", {"radiograph"}},
    {"cxr", {"radiograph"}},
    {"chemotherapy", {"systemic"}},
    {"sabr", {"sbrt"}},
    {"rfa", {"ablation"}},
    {"y", {"yes"}},
    {"n", {"no"}},
    {"true", {"yes"}},
    {"false", {"no"}},
    {"1", {"yes"}},
    {"0", {"no"}},
    {"dead", {"deceased"}},
});

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// `metastases` stays; `tumours` becomes `tumour`. What is left is joined: osteo-sarcoma is osteosarcoma.
void take_plurals_and_joints(std::string& text)
{
    constexpr std::size_t shortest = 4;
    std::string kept;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find('_', from), text.size());
        std::string word = text.substr(from, end - from);
        if (word.size() >= shortest && word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
        kept += word;
        from = end + 1;
    }
    text = std::move(kept);
}

}  // namespace

std::string spelling_of(std::string_view text)
{
    std::string spelling(text);
    for (char& c : spelling) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == ' ' || c == '-' || c == '/' || c == '\'') c = '_';
    }
    replace_all(spelling, "_s_", "_");  // Ewing's sarcoma
    replace_all(spelling, "tumour", "tumor");
    replace_all(spelling, "oe", "e");
    replace_all(spelling, "ae", "e");
    take_plurals_and_joints(spelling);
    return spelling;
}

std::vector<std::string_view> meant_words(std::string_view text, std::span<const std::string_view> words)
{
    constexpr std::size_t longest = 64;
    std::vector<std::string_view> meant;
    if (text.empty() || text.size() > longest) return meant;
    const std::string spelling = spelling_of(text);
    for (const std::string_view word : words) {
        if (spelling_of(word) == spelling) meant.push_back(word);
    }
    if (!meant.empty()) return meant;
    for (const Synonym& synonym : synonyms) {
        if (spelling_of(synonym.name) != spelling) continue;
        for (const std::string_view word : synonym.words) {
            if (!word.empty() && std::ranges::find(words, word) != words.end()) meant.push_back(word);
        }
    }
    return meant;
}

}  // namespace nodtrack::interop
