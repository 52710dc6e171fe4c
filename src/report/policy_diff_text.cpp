#include "nodtrack/report/policy_diff_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "json_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::Assessment;
using assess::NoduleAssessment;

std::string side_name(const PolicySideText& side)
{
    const policy::Policy& policy = *side.policy;
    std::string name = fmt::format("{} {} (sha256 {}…)", policy.id, policy.version, policy.sha256.substr(0, 12));
    if (!side.profile.empty()) name += ", every patient on the schedule \"" + side.profile + "\"";
    return name;
}

std::string rules_of(const Assessment& assessment, const policy::Policy& policy)
{
    std::string rules;
    for (const std::uint32_t rule : assessment.patient_rules)
        rules += policy.patient_rules[rule].id + " ";
    return rules + policy.recommendations[assessment.recommendation.rule].id;
}

std::string nodule_rules(const NoduleAssessment& nodule, const policy::Policy& policy)
{
    std::string rules = policy.nodule_rules[nodule.rule].id;
    if (nodule.adjustment) rules += " " + policy.adjustments[*nodule.adjustment].id;
    return rules;
}

/// Calls `visit(a, b)` for each nodule that is judged by another rule or to another class on the two sides; one that
/// only one side judges has a null on the other.
template <class Visitor>
void for_each_other_nodule(const Assessment& a, const Assessment& b, const policy::Policy& policy_a,
                           const policy::Policy& policy_b, Visitor&& visit)
{
    const auto same_in = [](const Assessment& other, const NoduleAssessment& nodule) -> const NoduleAssessment* {
        const auto found = std::find_if(other.nodules.begin(), other.nodules.end(),
                                        [&](const NoduleAssessment& one) { return one.nodule == nodule.nodule; });
        return found == other.nodules.end() ? nullptr : &*found;
    };
    for (const NoduleAssessment& ours : a.nodules) {
        const NoduleAssessment* theirs = same_in(b, ours);
        const bool same = theirs != nullptr && theirs->nodule_class == ours.nodule_class &&
                          nodule_rules(*theirs, policy_b) == nodule_rules(ours, policy_a);
        if (!same) visit(&ours, theirs);
    }
    for (const NoduleAssessment& theirs : b.nodules) {
        const NoduleAssessment* none = nullptr;
        if (same_in(a, theirs) == nullptr) visit(none, &theirs);
    }
}

std::string day_or_dash(const std::optional<Date>& day)
{
    return day ? day->iso() : "-";
}

void append_side(std::string& out, std::string_view key, const Assessment& assessment, const policy::Policy& policy)
{
    append_json_key(out, key);
    out += '{';
    append_json_member(out, "action", action_word(assessment.recommendation.action));
    append_json_date_member(out, "due_date", assessment.recommendation.due_date);
    append_json_date_member(out, "safety_net_ct_date", assessment.recommendation.safety_net_ct_date);
    append_json_member(out, "patient_class", patient_class_word(assessment.patient_class));
    append_json_key(out, "rules");
    out += '[';
    for (const std::uint32_t rule : assessment.patient_rules) {
        append_json_string(out, policy.patient_rules[rule].id);
        out += ',';
    }
    append_json_string(out, policy.recommendations[assessment.recommendation.rule].id);
    out += "]}";
}

void append_nodule_side(std::string& out, std::string_view key, const NoduleAssessment* nodule,
                        const policy::Policy& policy)
{
    append_json_key(out, key);
    if (nodule == nullptr) {
        out += "null";
        return;
    }
    out += '{';
    append_json_member(out, "class", class_word(nodule->nodule_class));
    append_json_member(out, "rules", nodule_rules(*nodule, policy));
    out += '}';
}

/// Doses of a side, mSv: each chest CT, or PET/CT, at the radiation level of its patient's age group.
struct SideDose {
    dose::DoseBand cts_a_year;
    dose::DoseBand pet_cts;
    std::size_t pet_cts_without_level = 0;
};

template <class Count>
void add_at_level(dose::DoseBand& sum, Count count, const dose::RadiationLevel& level)
{
    if (!level.band) return;
    sum.low_msv += static_cast<double>(count) * level.band->low_msv;
    sum.high_msv += static_cast<double>(count) * level.band->high_msv;
}

SideDose dose_of(const assess::Burden& burden)
{
    const dose::DoseFactors& factors = released_dose_factors();
    const dose::Procedure* ct = factors.procedure("ct_chest_without_iv_contrast");
    const dose::Procedure* pet_ct = factors.procedure("fdg_pet_ct_whole_body");
    SideDose sum;
    for (std::size_t column = 0; column < burden.cts_a_year_by_group.size(); ++column) {
        const auto group = static_cast<dose::AgeGroup>(column);
        add_at_level(sum.cts_a_year, burden.cts_a_year_by_group[column], ct->level(group));
        add_at_level(sum.pet_cts, burden.pet_cts_by_group[column], pet_ct->level(group));
        if (!pet_ct->level(group).band) sum.pet_cts_without_level += burden.pet_cts_by_group[column];
    }
    return sum;
}

void append_burden(std::string& out, std::string_view key, const assess::Burden& burden)
{
    append_json_key(out, key);
    out += '{';
    for (std::size_t action = 0; action < burden.by_action.size(); ++action) {
        append_json_key(out, policy::action_words[action]);
        out += std::to_string(burden.by_action[action]);
    }
    const SideDose doses = dose_of(burden);
    const auto range = [&](std::string_view name, const dose::DoseBand& band) {
        append_json_key(out, name);
        out += fmt::format("[{:.1f},{:.1f}]", band.low_msv, band.high_msv);
    };
    append_json_key(out, "cts_a_year");
    out += fmt::format("{:.1f}", burden.cts_a_year());
    range("ct_msv_a_year", doses.cts_a_year);
    range("pet_ct_msv", doses.pet_cts);
    append_json_key(out, "pet_cts_without_level");
    out += std::to_string(doses.pet_cts_without_level) + "}";
}

std::string levels_text()
{
    const dose::Procedure* ct = released_dose_factors().procedure("ct_chest_without_iv_contrast");
    const dose::Procedure* pet_ct = released_dose_factors().procedure("fdg_pet_ct_whole_body");
    return "chest CT without IV contrast: " + radiation_level_text(ct->level(dose::AgeGroup::adult)) + ", " +
           radiation_level_text(ct->level(dose::AgeGroup::child)) +
           "; PET/CT: " + radiation_level_text(pet_ct->level(dose::AgeGroup::adult));
}

std::string number_row(std::string_view what, double a, double b)
{
    return fmt::format("  {:<40} {:>12.0f} {:>12.0f} {:>+12.0f}\n", what, a, b, b - a);
}

std::string count_row(std::string_view what, std::size_t a, std::size_t b)
{
    const auto more = static_cast<std::int64_t>(b) - static_cast<std::int64_t>(a);
    return fmt::format("  {:<40} {:>12} {:>12} {:>+12}\n", what, a, b, more);
}

}  // namespace

std::string PolicyDiffReport::heading() const
{
    return fmt::format("A  {}\nB  {}\n\n{:<14} {:<22} {:<11} {:<12} {:<22} {:<11} {:<12} {}\n", side_name(sides_[0]),
                       side_name(sides_[1]), "patient", "action by A", "due by A", "rules of A", "action by B",
                       "due by B", "rules of B", "nodules");
}

void PolicyDiffReport::append_line(std::string& out, const PatientRecord& record, const Assessment& a,
                                   const Assessment& b) const
{
    const auto& first = *sides_[0].policy;
    const auto& second = *sides_[1].policy;
    fmt::format_to(std::back_inserter(out), "{:<14} {:<22} {:<11} {:<12} {:<22} {:<11} {:<12}",
                   record.patient.patient_id, action_word(a.recommendation.action),
                   day_or_dash(a.recommendation.due_date), rules_of(a, first), action_word(b.recommendation.action),
                   day_or_dash(b.recommendation.due_date), rules_of(b, second));
    for_each_other_nodule(a, b, first, second, [&](const NoduleAssessment* ours, const NoduleAssessment* theirs) {
        fmt::format_to(std::back_inserter(out), " {} {} > {};",
                       record.nodule_ids[(ours != nullptr ? ours : theirs)->nodule],
                       ours != nullptr ? nodule_rules(*ours, first) : "not judged",
                       theirs != nullptr ? nodule_rules(*theirs, second) : "not judged");
    });
    const auto& net_a = a.recommendation.safety_net_ct_date;
    const auto& net_b = b.recommendation.safety_net_ct_date;
    if (net_a != net_b) {
        fmt::format_to(std::back_inserter(out), " safety-net CT {} > {}", day_or_dash(net_a), day_or_dash(net_b));
    }
    while (out.back() == ' ' || out.back() == ';')
        out.pop_back();
    out += '\n';
}

std::string PolicyDiffReport::totals_text(const PolicyTotals& totals) const
{
    using policy::Action;
    const assess::Burden& a = totals.burden[0];
    const assess::Burden& b = totals.burden[1];
    const auto row = [&](std::string_view what, Action action) {
        return count_row(what, a.count(action), b.count(action));
    };
    std::string text = fmt::format(
        "\n{} patients: {} with another action, {} with another day alone\n\n  {:<40} {:>12} {:>12} {:>12}\n",
        a.patients, totals.other_action, totals.other_day_only, "", "A", "B", "B - A");
    text += row("urgent escalations", Action::urgent_escalation);
    text += row("tumour boards", Action::tumour_board);
    text += row("PET/CTs", Action::pet_ct);
    text += row("short-interval CTs", Action::short_interval_ct);
    text += row("data required", Action::data_required);
    text += row("surveillance continued", Action::continue_surveillance);
    text += row("out of scope", Action::out_of_scope);
    const std::array<SideDose, 2> doses = {dose_of(a), dose_of(b)};
    text += number_row("chest CTs a year", a.cts_a_year(), b.cts_a_year());
    text += number_row("mSv a year of these, low end", doses[0].cts_a_year.low_msv, doses[1].cts_a_year.low_msv);
    text += number_row("mSv a year of these, high end", doses[0].cts_a_year.high_msv, doses[1].cts_a_year.high_msv);
    text += number_row("mSv of the PET/CTs, once, low end", doses[0].pet_cts.low_msv, doses[1].pet_cts.low_msv);
    text += number_row("mSv of the PET/CTs, once, high end", doses[0].pet_cts.high_msv, doses[1].pet_cts.high_msv);
    const std::size_t unlevelled = doses[0].pet_cts_without_level + doses[1].pet_cts_without_level;
    text += "\n" +
            wrapped(
                "CTs a year: a year over the days from the index scan to the next CT that each "
                "recommendation names; where it names none (board, urgent, no CT yet), the routine "
                "interval of the patient's schedule. An estimate of the load, no count.",
                0) +
            "\n";
    text += wrapped(
                "mSv: the ends of the radiation level of the examination in the column of each patient's age "
                "group (" +
                    levels_text() + "); a birth date not known counts as adult. Shown, never gating (O-69)." +
                    (unlevelled > 0 ? " PET/CTs of children are not in it: the document gives them no level." : ""),
                0) +
            "\n";
    return text;
}

void PolicyDiffReport::append_json(std::string& out, const PatientRecord& record, const Assessment& a,
                                   const Assessment& b) const
{
    const auto& first = *sides_[0].policy;
    const auto& second = *sides_[1].policy;
    out += '{';
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_side(out, "a", a, first);
    append_side(out, "b", b, second);
    append_json_key(out, "nodules");
    out += '[';
    for_each_other_nodule(a, b, first, second, [&](const NoduleAssessment* ours, const NoduleAssessment* theirs) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "nodule_id", record.nodule_ids[(ours != nullptr ? ours : theirs)->nodule]);
        append_nodule_side(out, "a", ours, first);
        append_nodule_side(out, "b", theirs, second);
        out += '}';
    });
    out += "]}\n";
}

std::string PolicyDiffReport::totals_json(const PolicyTotals& totals) const
{
    std::string out = "{";
    append_json_key(out, "totals");
    out += fmt::format("{{\"patients\":{},\"other_action\":{},\"other_day_only\":{}", totals.burden[0].patients,
                       totals.other_action, totals.other_day_only);
    const std::array<std::string_view, 2> names = {"a", "b"};
    for (std::size_t side = 0; side < names.size(); ++side) {
        append_burden(out, names[side], totals.burden[side]);
        out.pop_back();
        append_json_key(out, "policy");
        out += '{';
        append_json_member(out, "id", sides_[side].policy->id);
        append_json_member(out, "version", sides_[side].policy->version);
        append_json_member(out, "sha256", sides_[side].policy->sha256);
        out += '}';
        append_json_known_member(out, "profile", sides_[side].profile);
        out += '}';
    }
    return out + "}}\n";
}

}  // namespace nodtrack::report
