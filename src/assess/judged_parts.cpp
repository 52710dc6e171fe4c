#include "judged_parts.hpp"

namespace nodtrack::assess {

using policy::Action;
using policy::NoduleClass;
using policy::PatientClass;

PatientClass patient_class_of(NoduleClass nodule_class)
{
    switch (nodule_class) {
        case NoduleClass::benign_appearing:
            return PatientClass::benign_appearing;
        case NoduleClass::low_suspicion:
            return PatientClass::low_suspicion;
        case NoduleClass::indeterminate:
            return PatientClass::indeterminate;
        case NoduleClass::suspicious:
            return PatientClass::suspicious;
        case NoduleClass::unclassifiable:
            return PatientClass::unclassifiable;
        case NoduleClass::resolved:
            break;
    }
    return PatientClass::no_nodule;
}

std::optional<Date> next_ct_of(const Recommendation& recommendation)
{
    switch (recommendation.action) {
        case Action::continue_surveillance:
        case Action::short_interval_ct:
            return recommendation.due_date;
        case Action::data_required:
        case Action::pet_ct:
        case Action::tumour_board:
            return recommendation.safety_net_ct_date;
        case Action::urgent_escalation:
        case Action::out_of_scope:
            break;
    }
    return std::nullopt;
}

}  // namespace nodtrack::assess
