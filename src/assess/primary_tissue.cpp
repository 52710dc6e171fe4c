#include "nodtrack/assess/primary_tissue.hpp"

#include "nodtrack/assess/catalogue.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::assess {

bool PrimaryTissue::fits(std::string_view variant) const
{
    if (variant == "variant-4") return may_be_bone;
    if (variant == "variant-5") return may_be_soft;
    return true;
}

PrimaryTissue primary_tissue_of(const Assessment& assessment, const Patient& patient, const policy::Policy& policy)
{
    const auto soft = policy.definition("soft_tissue_primary");
    const policy::FactTable facts{assessment.patient_facts, assessment.nodule_facts, nodule_fact_count,
                                  assessment.nodules.size()};
    const bool is_soft =
        soft && policy::evaluate(policy, policy.definitions[*soft].when, {&facts, std::nullopt}) == policy::Truth::yes;
    if (is_soft) return {false, true};
    // Decision table, section 1: these histologies decide no tissue.
    const bool histology_is_silent = !patient.histology || *patient.histology == Histology::ewing_sarcoma ||
                                     *patient.histology == Histology::plasma_cell ||
                                     *patient.histology == Histology::lymphoma ||
                                     *patient.histology == Histology::carcinoma_metastasis;
    const bool is_open = !patient.tissue && histology_is_silent;
    return {true, is_open};
}

}  // namespace nodtrack::assess
