#include "nodtrack/assess/catalogue.hpp"

#include <array>

#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {
namespace {

using policy::FactDeclaration;
using policy::FactType;
using policy::Scope;

template <class Enumeration>
constexpr FactDeclaration word_fact(std::string_view name, Scope scope, std::string_view meaning)
{
    return {name, scope, FactType::word, "", Vocabulary<Enumeration>::words, meaning};
}

constexpr FactDeclaration yes_no(std::string_view name, Scope scope, std::string_view meaning)
{
    return {name, scope, FactType::yes_no, "", {}, meaning};
}

constexpr FactDeclaration number(std::string_view name, std::string_view unit, std::string_view meaning)
{
    return {name, Scope::nodule, FactType::number, unit, {}, meaning};
}

constexpr FactDeclaration state(std::string_view name, std::string_view meaning)
{
    return {name, Scope::nodule, FactType::word, "", growth_state_words, meaning};
}

constexpr std::array<FactDeclaration, nodule_fact_count> nodule_facts = {
    state("growth_state", "what became of the nodule by the index scan"),
    state("state_without_growth",
          "NEW or NO_PRIOR: the state it would have if growth were left aside; unknown where the board accepted it"),
    state("history_state", "the growth state by the history alone: for a treated nodule, the history after treatment"),
    yes_no("recently_first_seen", Scope::nodule,
           "its oldest comparable prior is younger than the parameter new_observation_days"),
    yes_no("measured", Scope::nodule, "present or new at the index scan, with a long axis"),
    number("long_axis_mm", "mm", "long axis at the index scan"),
    word_fact<AttenuationClass>("attenuation", Scope::nodule, "attenuation class at the index scan"),
    word_fact<Shape>("shape", Scope::nodule, "shape at the index scan"),
    word_fact<Margin>("margin", Scope::nodule, "margin at the index scan"),
    word_fact<Location>("location", Scope::nodule, "location at the index scan"),
    word_fact<Calcification>("calcification", Scope::nodule, "pattern of calcification at the index scan"),
    word_fact<AttenuationClass>(
        "last_said_attenuation", Scope::nodule,
        "attenuation class at the index scan, else by the newest row of the history that says it"),
    word_fact<Shape>("last_said_shape", Scope::nodule, "shape, likewise"),
    word_fact<Calcification>("last_said_calcification", Scope::nodule, "pattern of calcification, likewise"),
    word_fact<IvContrast>("row_iv_contrast", Scope::nodule,
                          "intravenous contrast of the scan that its index row is on"),
    word_fact<Side>("side", Scope::nodule,
                    "lung, by the newest row up to the index scan that says it, else by the newest lobe"),
    number("stable_months", "months",
           "whole months from the oldest prior of the stable run, or from the end of systemic therapy, to the index "
           "scan; 0 unless stable by its history"),
    number("stable_run_months", "months", "the same without regard to therapy"),
    yes_no(
        "responded_to_therapy", Scope::nodule,
        "it shrank, by sizes, since a comparable prior or between two of its history, and systemic therapy was given "
        "between"),
    yes_no("accepted", Scope::nodule, "the board has seen and accepted it, and nothing ended that since"),
    yes_no("systemic_therapy_since_first_measurement", Scope::nodule,
           "systemic therapy between its oldest measurement and the index scan"),
    number("suv_max", "1", "highest SUVmax within the parameter suv_window_days before the index scan or since"),
    yes_no("suv_in_last_year", Scope::nodule,
           "an SUVmax within the parameter suv_repeat_days before the index scan or since"),
    yes_no("avid_since_resolved", Scope::nodule,
           "an SUVmax above the parameter suv_flag_cut_off since its newest row, which says resolved"),
    number("vdt_days", "days", "shortest volume doubling time of the comparisons that gave the state"),
    number(
        "creep_mm", "mm",
        "change of the long axis since its oldest comparable prior, where that is creep_prior_min_months old or more"),
    yes_no("only_rows_after_index", Scope::nodule, "all its rows are on scans later than the index scan"),
    {"class_by_size_bound", Scope::nodule, FactType::ordered_word, "", policy::nodule_class_words,
     "the class that the rules would give if the lower bound of its size (short axis, sphere of its volume) were its "
     "long "
     "axis, without SUVmax; unknown unless unmeasured at the index scan with such a bound, and unless that makes it "
     "NEW, "
     "NO_PRIOR or growing"},
    yes_no("pathology_malignant", Scope::nodule, "pathology found malignancy"),
    yes_no("pathology_benign", Scope::nodule, "pathology found it benign, and nothing ended that since"),
    {"class", Scope::nodule, FactType::ordered_word, "", policy::nodule_class_words, "the class the rules gave"},
    {"class_rule", Scope::nodule, FactType::rule, "", {}, "the rule that gave the class"},
};

constexpr std::array<FactDeclaration, patient_fact_count> patient_facts = {
    word_fact<FollowUpStatus>("follow_up_status", Scope::patient, "whether the patient is still followed here"),
    word_fact<PrimarySite>("primary_site", Scope::patient, "site of the primary tumour"),
    word_fact<Histology>("histology", Scope::patient, "histology of the primary tumour"),
    word_fact<Tissue>("tissue", Scope::patient, "tissue the primary arose in, as recorded"),
    word_fact<Grade>("grade", Scope::patient, "grade of the primary tumour"),
    word_fact<KnownLungMetastases>("known_lung_metastases", Scope::patient, "lung metastases known before"),
    yes_no("lung_metastases_diagnosed_after_as_of", Scope::patient, "their diagnosis is dated after the as-of day"),
    word_fact<CurativeTreatment>("curative_treatment", Scope::patient, "whether curative treatment is completed"),
    yes_no("curative_treatment_completed_after_as_of", Scope::patient, "its completion is dated after the as-of day"),
    yes_no("has_index_scan", Scope::patient, "there is a diagnostic chest CT"),
    word_fact<Reading>("reading", Scope::patient, "whether the whole lungs were read at the index scan"),
    {"index_slice_thickness_mm", Scope::patient, FactType::number, "mm", {}, "slice thickness of the index scan"},
    word_fact<IvContrast>("iv_contrast", Scope::patient, "intravenous contrast at the index scan"),
    yes_no("metastasectomy_before_index", Scope::patient, "a metastasectomy is dated before the index scan"),
    yes_no("urgent_symptom_since_index", Scope::patient,
           "a symptom of the parameter urgent_symptoms on a scan or visit of the index scan's day or later"),
    yes_no("pleural_event_since_index", Scope::patient, "new pneumothorax or pleural effusion, likewise"),
    yes_no("board_finding_since_index", Scope::patient,
           "a finding of the parameter board_findings on a scan of the index scan's day or later"),
    yes_no("local_recurrence_sign_since_index", Scope::patient,
           "suspected local recurrence, or a symptom of the parameter local_recurrence_symptoms, on a scan or visit of "
           "the index scan's day or later"),
    yes_no("open_local_sign", Scope::patient,
           "such a sign on any scan or visit, with no decision dated on its day or later"),
    yes_no("scope_gates_apply", Scope::patient,
           "no only while it is asked what the table would answer if the scope gates did not hold (section 4b)"),
    {"ungated_class", Scope::patient, FactType::ordered_word, "", policy::patient_class_words,
     "the patient class before any gate"},
};

constexpr policy::FactCatalogue whole_catalogue = {nodule_facts, patient_facts};

}  // namespace

const policy::FactCatalogue& catalogue()
{
    return whole_catalogue;
}

}  // namespace nodtrack::assess
