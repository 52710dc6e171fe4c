// Pairs of records: a change for the worse never quietens the answer, and what is emptied, left out or not read again
// quietens it only where DATA_REQUIRED is asked beside it (decision table, opening and section 8). Over generated
// patients; what the table excepts is named below, each with two rows of tests/cases that show it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <utility>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using assess::Assessment;
using assess::GrowthState;
using assess::NoduleTimeline;
using cases::Chance;
using cases::judge;
using policy::Action;
using policy::Matter;

constexpr std::uint64_t seed = 11;
constexpr std::size_t how_many = 10000;
/// Changes tried of each patient, taken at random from all of them.
constexpr int changes_a_patient = 4;

Assessment judged(const PatientRecord& record)
{
    return judge().assess(record, cases::generated_as_of(), assess::Detail::none);
}

const policy::RecommendationRule& decider(const Assessment& assessment)
{
    return judge().policy().recommendations[assessment.recommendation.rule];
}

/// Concern: a hand-over by a scope gate is below all, one for a local sign as little as a routine CT.
int concern(const Assessment& assessment)
{
    if (assessment.recommendation.action != Action::out_of_scope)
        return static_cast<int>(assessment.recommendation.action);
    return decider(assessment).matter == Matter::local_sign ? 0 : -1;
}

/// A patient, and the same one changed.
struct Pair {
    const PatientRecord& record;
    const Assessment& before;
    Chance& chance;
    PatientRecord changed;
    std::optional<std::uint32_t> nodule;  ///< position in `nodule_ids`, where one was changed
    Assessment after;

    std::string_view rule_before() const { return decider(before).id; }
    std::string_view rule_after() const { return decider(after).id; }
};

const assess::NoduleAssessment* nodule_in(const Assessment& assessment, std::optional<std::uint32_t> nodule)
{
    const auto found = std::find_if(assessment.nodules.begin(), assessment.nodules.end(),
                                    [&](const auto& entry) { return entry.nodule == nodule; });
    return found == assessment.nodules.end() ? nullptr : &*found;
}

const NoduleTimeline* timeline_in(const Assessment& assessment, std::optional<std::uint32_t> nodule)
{
    const auto& nodules = assessment.timeline.nodules;
    const auto found =
        std::find_if(nodules.begin(), nodules.end(), [&](const auto& entry) { return entry.nodule == nodule; });
    return found == nodules.end() ? nullptr : &*found;
}

std::string_view nodule_rule(const Assessment& assessment, std::optional<std::uint32_t> nodule)
{
    const auto* entry = nodule_in(assessment, nodule);
    return entry ? std::string_view(judge().policy().nodule_rules[entry->rule].id) : std::string_view();
}

enum class Fault { none, lower, later };

bool is_asked_beside(const Assessment& assessment)
{
    return std::any_of(assessment.also.begin(), assessment.also.end(),
                       [](const assess::AlsoAsked& also) { return also.action == Action::data_required; });
}

/// A change for the worse may neither lower the action nor, where the action is the same, put it off.
Fault fault_of_worse(const Pair& pair)
{
    if (concern(pair.after) < concern(pair.before)) return Fault::lower;
    const auto& due_before = pair.before.recommendation.due_date;
    const auto& due_after = pair.after.recommendation.due_date;
    const bool same = pair.after.recommendation.action == pair.before.recommendation.action;
    return same && due_before && due_after && *due_after > *due_before ? Fault::later : Fault::none;
}

/// What is not said may lower the action only where DATA_REQUIRED is asked, and takes nobody off the list.
Fault fault_of_silence(const Pair& pair)
{
    if (concern(pair.after) >= concern(pair.before)) return Fault::none;
    const bool asked = pair.after.recommendation.action == Action::data_required || is_asked_beside(pair.after);
    return asked ? Fault::none : Fault::lower;
}

// Changes. Each makes `changed` of a pair, and is false where the record has nothing to change.

using Make = std::function<bool(Pair&)>;
struct Change {
    std::string_view name;
    Make make;
};

template <class Visitor>
std::optional<std::size_t> any_place(const std::vector<Measurement>& rows, Chance& chance, Visitor&& fits)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (fits(i)) places.push_back(i);
    }
    if (places.empty()) return std::nullopt;
    return places[chance.below(static_cast<std::uint32_t>(places.size()))];
}

/// A row of the index examination, of a judged nodule.
std::optional<std::size_t> any_index_row(const Pair& pair)
{
    std::vector<std::size_t> rows;
    for (const NoduleTimeline& nodule : pair.before.timeline.nodules) {
        if (nodule.index_measurement) rows.push_back(*nodule.index_measurement);
    }
    if (rows.empty()) return std::nullopt;
    return rows[pair.chance.below(static_cast<std::uint32_t>(rows.size()))];
}

/// Changes the findings of a row of the index examination; false where `change` says so.
Make of_index_row(const std::function<bool(Findings&, Chance&)>& change)
{
    return [change](Pair& pair) {
        const auto row = any_index_row(pair);
        if (!row) return false;
        pair.nodule = pair.record.measurements[*row].nodule;
        return change(pair.changed.measurements[*row].findings, pair.chance);
    };
}

bool is_reported(const Findings& findings)
{
    return findings.status == Status::present || findings.status == Status::newly_seen;
}

Length any_step(Chance& chance)
{
    return Length::from_thousandths(chance.pick({1, 100, 400, 500, 1000, 1500, 1600, 2000, 3000, 5000}));
}

bool make_longer(Findings& findings, Chance& chance)
{
    if (!is_reported(findings) || !findings.long_axis) return false;
    findings.long_axis = *findings.long_axis + any_step(chance);
    return true;
}

bool make_larger(Findings& findings, Chance& chance)
{
    if (!is_reported(findings) || !findings.long_axis) return false;
    const Length step = any_step(chance);
    const double ratio = (*findings.long_axis + step).in_units() / findings.long_axis->in_units();
    findings.long_axis = *findings.long_axis + step;
    if (findings.short_axis) findings.short_axis = *findings.short_axis + step;
    if (findings.solid_component) findings.solid_component = *findings.solid_component + step;
    if (findings.volume) {
        const double volume = std::ceil(static_cast<double>(findings.volume->thousandths()) * std::pow(ratio, 3));
        findings.volume = Volume::from_thousandths(static_cast<std::int64_t>(volume));
    }
    return true;
}

bool make_denser(Findings& findings, Chance& chance)
{
    using A = AttenuationClass;
    if (findings.attenuation == A::ground_glass || findings.attenuation == A::complex_ground_glass) {
        findings.attenuation = chance.pick({A::part_solid, A::solid});
    } else if (findings.attenuation == A::part_solid) {
        findings.attenuation = A::solid;
    } else {
        return false;
    }
    return true;
}

bool make_solid_part_larger(Findings& findings, Chance& chance)
{
    if (!findings.solid_component || !findings.long_axis) return false;
    findings.solid_component = *findings.solid_component + any_step(chance);
    return *findings.solid_component <= *findings.long_axis;
}

bool report_new(Findings& findings, Chance&)
{
    if (findings.status != Status::present) return false;
    findings.status = Status::newly_seen;
    return true;
}

const Suv avid = Suv::from_thousandths(2400);

bool make_avid(Findings& findings, Chance&)
{
    if (findings.suv_max && *findings.suv_max >= avid) return false;
    findings.suv_max = avid;
    return true;
}

Scan another_scan(const Pair& pair, Date date, Modality modality)
{
    Scan scan;
    scan.scan_id = "another-" + std::to_string(pair.record.scans.size());
    scan.scan_date = date;
    scan.modality = modality;
    if (modality == Modality::pet_ct) scan.purpose = ScanPurpose::attenuation_correction;
    return scan;
}

std::optional<Date> index_date(const Pair& pair)
{
    if (pair.before.timeline.examinations.empty()) return std::nullopt;
    return pair.before.timeline.examinations.back().date;
}

bool show_avid_on_pet(Pair& pair)
{
    const auto index = index_date(pair);
    if (!index || pair.before.nodules.empty()) return false;
    const auto which = pair.chance.below(static_cast<std::uint32_t>(pair.before.nodules.size()));
    pair.nodule = pair.before.nodules[which].nodule;
    Findings findings;
    findings.suv_max = avid;
    const auto scan = static_cast<std::uint32_t>(pair.changed.scans.size());
    pair.changed.scans.push_back(
        another_scan(pair, add_days(*index, pair.chance.pick({-92, -5, 0, 5})), Modality::pet_ct));
    pair.changed.measurements.push_back({scan, *pair.nodule, findings});
    return true;
}

bool add_nodule(Pair& pair)
{
    if (!pair.before.timeline.index_rank) return false;
    using A = AttenuationClass;
    Findings findings;
    findings.status = pair.chance.pick({Status::present, Status::newly_seen});
    findings.long_axis = Length::from_thousandths(pair.chance.pick({3000, 4900, 5000, 5100, 6000, 8000, 10000, 10100}));
    findings.short_axis = findings.long_axis;
    findings.side = pair.chance.pick({Side::left, Side::right});
    findings.attenuation = pair.chance.pick({A::solid, A::solid, A::part_solid, A::ground_glass});
    findings.shape = pair.chance.pick({Shape::round, Shape::oval, Shape::triangular});
    findings.margin = Margin::smooth;
    findings.location = pair.chance.pick({Location::parenchymal, Location::perifissural, Location::staple_line});
    findings.calcification = pair.chance.pick({Calcification::none, Calcification::none, Calcification::central});
    pair.nodule = static_cast<std::uint32_t>(pair.changed.nodule_ids.size());
    pair.changed.nodule_ids.emplace_back("another");
    pair.changed.measurements.push_back(
        {pair.before.timeline.scans[*pair.before.timeline.index_rank], *pair.nodule, findings});
    return true;
}

/// A complete CT before all others that does not show the nodules: they are new.
bool show_that_all_are_new(Pair& pair)
{
    if (pair.record.scans.empty()) return false;
    Date oldest = pair.record.scans.front().scan_date;
    for (const Scan& scan : pair.record.scans)
        oldest = std::min(oldest, scan.scan_date);
    Scan scan = another_scan(pair, add_days(oldest, -100), Modality::ct);
    scan.reading = Reading::complete;
    scan.slice_thickness = Length::whole(1);
    pair.changed.scans.push_back(scan);
    return pair.before.timeline.index_rank.has_value();
}

/// Changes the index scan, or, where `may_be_visit`, tells it at a visit after it.
Make of_index_scan(const std::function<void(Scan&, Chance&)>& change)
{
    return [change](Pair& pair) {
        if (!pair.before.timeline.index_rank) return false;
        change(pair.changed.scans[pair.before.timeline.scans[*pair.before.timeline.index_rank]], pair.chance);
        return true;
    };
}

Symptom any_symptom(Chance& chance)
{
    return static_cast<Symptom>(chance.below(static_cast<std::uint32_t>(Vocabulary<Symptom>::words.size())));
}

bool tell_symptom_at_visit(Pair& pair)
{
    const auto index = index_date(pair);
    Visit visit;
    visit.visit_id = "another";
    visit.visit_date = add_days(index.value_or(cases::generated_as_of()), index ? 3 : 0);
    visit.symptoms.insert(any_symptom(pair.chance));
    pair.changed.visits.push_back(visit);
    return true;
}

bool sign_on_earlier_ct(Pair& pair)
{
    const auto& examinations = pair.before.timeline.examinations;
    if (examinations.size() < 2) return false;
    const auto which = pair.chance.below(static_cast<std::uint32_t>(examinations.size() - 1));
    Scan& scan = pair.changed.scans[pair.before.timeline.scans[examinations[which].preferred]];
    switch (pair.chance.below(3)) {
        case 0:
            scan.symptoms.insert(Symptom::cough);
            break;
        case 1:
            scan.new_pleural_effusion = Answer::yes;
            break;
        default:
            scan.other_findings.insert(OtherFinding::pleural_nodularity);
    }
    return true;
}

const std::vector<Change>& changes_for_the_worse()
{
    static const std::vector<Change> changes = {
        {"the long axis is larger", of_index_row(make_longer)},
        {"all axes are larger", of_index_row(make_larger)},
        {"it is denser", of_index_row(make_denser)},
        {"the solid part is larger", of_index_row(make_solid_part_larger)},
        {"it is reported new", of_index_row(report_new)},
        {"it is avid on its row", of_index_row(make_avid)},
        {"it is avid on a PET/CT", show_avid_on_pet},
        {"there is one more nodule", add_nodule},
        {"a complete CT before all others did not show the nodules", show_that_all_are_new},
        {"a symptom on the index scan",
         of_index_scan([](Scan& scan, Chance& chance) { scan.symptoms.insert(any_symptom(chance)); })},
        {"a symptom at a visit", tell_symptom_at_visit},
        {"a pneumothorax", of_index_scan([](Scan& scan, Chance&) { scan.new_pneumothorax = Answer::yes; })},
        {"an effusion", of_index_scan([](Scan& scan, Chance&) { scan.new_pleural_effusion = Answer::yes; })},
        {"a sign on an earlier CT", sign_on_earlier_ct},
        {"a finding for the board", of_index_scan([](Scan& scan, Chance& chance) {
             scan.other_findings.insert(
                 chance.pick({OtherFinding::pleural_nodularity, OtherFinding::mediastinal_or_hilar_node}));
         })},
    };
    return changes;
}

// What is emptied, left out or not read again.

template <class Owner, class Value>
std::function<bool(Owner&, Chance&)> emptied(std::optional<Value> Owner::*member)
{
    return [member](Owner& owner, Chance&) {
        const bool was_said = (owner.*member).has_value();
        (owner.*member).reset();
        return was_said;
    };
}

/// Empties a field of a row of an examination before the index scan.
template <class Value>
Make emptied_before(std::optional<Value> Findings::*member)
{
    return [member](Pair& pair) {
        const auto index = index_date(pair);
        if (!index) return false;
        const auto row = any_place(pair.record.measurements, pair.chance, [&](std::size_t i) {
            const Measurement& measurement = pair.record.measurements[i];
            return (measurement.findings.*member).has_value() && pair.record.scans[measurement.scan].scan_date < *index;
        });
        if (!row) return false;
        pair.nodule = pair.record.measurements[*row].nodule;
        (pair.changed.measurements[*row].findings.*member).reset();
        return true;
    };
}

template <class Value>
Make emptied_of_scan(std::optional<Value> Scan::*member)
{
    return [member](Pair& pair) {
        if (pair.record.scans.empty()) return false;
        const auto which = pair.chance.below(static_cast<std::uint32_t>(pair.record.scans.size()));
        std::optional<Value>& value = pair.changed.scans[which].*member;
        const bool was_said = value.has_value();
        value.reset();
        return was_said;
    };
}

template <class Value>
Make emptied_of_patient(std::optional<Value> Patient::*member)
{
    return [member](Pair& pair) {
        std::optional<Value>& value = pair.changed.patient.*member;
        const bool was_said = value.has_value();
        value.reset();
        return was_said;
    };
}

bool empty_the_profile(Pair& pair)
{
    return !std::exchange(pair.changed.patient.schedule_profile, {}).empty();
}

/// The row of a nodule that an earlier examination shows as well.
bool leave_out_index_row(Pair& pair)
{
    const auto row = any_index_row(pair);
    if (!row) return false;
    pair.nodule = pair.record.measurements[*row].nodule;
    const NoduleTimeline& nodule = *timeline_in(pair.before, pair.nodule);
    const bool was_seen_before =
        std::any_of(nodule.rows.begin(), nodule.rows.end(),
                    [](const assess::NoduleRow& other) { return other.of_examination && other.before_index; });
    pair.changed.measurements.erase(pair.changed.measurements.begin() + static_cast<std::ptrdiff_t>(*row));
    return was_seen_before;
}

Make newer_ct_without_rows(int days_later)
{
    return [days_later](Pair& pair) {
        const auto index = index_date(pair);
        if (!index) return false;
        Scan scan = another_scan(pair, add_days(*index, days_later), Modality::ct);
        scan.reading = pair.chance.pick<std::optional<Reading>>({Reading::complete, Reading::limited, std::nullopt});
        scan.slice_thickness =
            pair.chance.pick<std::optional<Length>>({Length::from_thousandths(800), Length::whole(5), std::nullopt});
        pair.changed.scans.push_back(scan);
        return true;
    };
}

bool leave_out_end_of_therapy(Pair& pair)
{
    if (pair.record.therapies.empty()) return false;
    const auto which = pair.chance.below(static_cast<std::uint32_t>(pair.record.therapies.size()));
    pair.changed.therapies[which].end_date.reset();
    return pair.record.therapies[which].end_date.has_value();
}

const std::vector<Change>& changes_to_silence()
{
    static const std::vector<Change> changes = {
        {"the side is emptied", of_index_row(emptied(&Findings::side))},
        {"the lobe is emptied", of_index_row(emptied(&Findings::lobe))},
        {"the location is emptied", of_index_row(emptied(&Findings::location))},
        {"the long axis is emptied", of_index_row(emptied(&Findings::long_axis))},
        {"the short axis is emptied", of_index_row(emptied(&Findings::short_axis))},
        {"the volume's method is emptied", of_index_row(emptied(&Findings::volume_method))},
        {"the attenuation is emptied", of_index_row(emptied(&Findings::attenuation))},
        {"the solid component is emptied", of_index_row(emptied(&Findings::solid_component))},
        {"the shape is emptied", of_index_row(emptied(&Findings::shape))},
        {"the margin is emptied", of_index_row(emptied(&Findings::margin))},
        {"the calcification is emptied", of_index_row(emptied(&Findings::calcification))},
        {"an earlier side is emptied", emptied_before(&Findings::side)},
        {"an earlier attenuation is emptied", emptied_before(&Findings::attenuation)},
        {"an earlier shape is emptied", emptied_before(&Findings::shape)},
        {"an earlier calcification is emptied", emptied_before(&Findings::calcification)},
        {"an earlier volume's method is emptied", emptied_before(&Findings::volume_method)},
        {"the row is left out", leave_out_index_row},
        {"a thickness is emptied", emptied_of_scan(&Scan::slice_thickness)},
        {"a contrast is emptied", emptied_of_scan(&Scan::iv_contrast)},
        {"a reading is emptied", emptied_of_scan(&Scan::reading)},
        {"the histology is emptied", emptied_of_patient(&Patient::histology)},
        {"the tissue is emptied", emptied_of_patient(&Patient::tissue)},
        {"the grade is emptied", emptied_of_patient(&Patient::grade)},
        {"the site is emptied", emptied_of_patient(&Patient::primary_site)},
        {"the resection is emptied", emptied_of_patient(&Patient::resection_date)},
        {"the known metastases are emptied", emptied_of_patient(&Patient::known_lung_metastases)},
        {"the profile is emptied", empty_the_profile},
        {"the treatment is emptied", emptied_of_patient(&Patient::curative_treatment)},
        {"the status is emptied", emptied_of_patient(&Patient::follow_up_status)},
        {"an end of therapy is emptied", leave_out_end_of_therapy},
        {"another CT of the day without rows", newer_ct_without_rows(0)},
        {"a CT of the next day without rows", newer_ct_without_rows(1)},
        {"a CT of the next month without rows", newer_ct_without_rows(30)},
    };
    return changes;
}

// What the table excepts.

struct Exception {
    std::string_view name;  ///< the reason
    std::function<bool(std::string_view change, Fault fault, const Pair& pair)> holds;
    std::string_view louder_row;   ///< title of the row of tests/cases before the change
    std::string_view quieter_row;  ///< and of the same patient changed
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_patient_rule(const Assessment& assessment, std::string_view id)
{
    return std::any_of(assessment.patient_rules.begin(), assessment.patient_rules.end(),
                       [&](std::uint32_t rule) { return judge().policy().patient_rules[rule].id == id; });
}

bool has_shrunk(const NoduleTimeline* nodule)
{
    return nodule && (nodule->responded_to_therapy ||
                      std::any_of(nodule->comparisons.begin(), nodule->comparisons.end(), [](const auto& prior) {
                          return prior.comparison.size_change == growth::Change::decreased;
                      }));
}

bool is_growth(const assess::NoduleAssessment* nodule)
{
    return nodule && (nodule->growth_state == GrowthState::possible_growth ||
                      nodule->growth_state == GrowthState::unequivocal_growth);
}

/// Whether the nodule, or any where none was changed alone, is in another state than before and grew before.
bool lost_growth(const Pair& pair)
{
    return std::any_of(pair.before.nodules.begin(), pair.before.nodules.end(), [&](const auto& before) {
        if (pair.nodule && before.nodule != *pair.nodule) return false;
        const auto* after = nodule_in(pair.after, before.nodule);
        if (pair.rule_before() == "P4b" && pair.rule_after() != "P4b") return true;  // it doubles more slowly
        const bool history_grew =
            timeline_in(pair.before, before.nodule)->history_state == GrowthState::unequivocal_growth ||
            timeline_in(pair.before, before.nodule)->history_state == GrowthState::possible_growth;
        return (is_growth(&before) || history_grew) && (!after || after->growth_state != before.growth_state ||
                                                        timeline_in(pair.after, before.nodule)->history_state !=
                                                            timeline_in(pair.before, before.nodule)->history_state);
    });
}

/// Whether a nodule was classed by one of these rules and is not any more.
bool lost_rule(const Pair& pair, std::initializer_list<std::string_view> rules)
{
    return std::any_of(pair.before.nodules.begin(), pair.before.nodules.end(), [&](const auto& before) {
        const std::string_view rule = nodule_rule(pair.before, before.nodule);
        return is_one_of(rule, rules) && nodule_rule(pair.after, before.nodule) != rule;
    });
}

bool lost_new(const Pair& pair)
{
    return std::any_of(pair.before.nodules.begin(), pair.before.nodules.end(), [&](const auto& before) {
        const auto* after = nodule_in(pair.after, before.nodule);
        const auto& old = *timeline_in(pair.before, before.nodule);
        const bool was_new =
            old.state == GrowthState::newly_seen || old.state_without_growth == GrowthState::newly_seen;
        if (!was_new || !after) return false;
        const auto& now = *timeline_in(pair.after, before.nodule);
        return now.state != GrowthState::newly_seen && now.state_without_growth != GrowthState::newly_seen;
    });
}

bool lost_patient_rule(const Pair& pair, std::initializer_list<std::string_view> rules)
{
    return std::any_of(rules.begin(), rules.end(), [&](std::string_view rule) {
        return has_patient_rule(pair.before, rule) && !has_patient_rule(pair.after, rule);
    });
}

/// Whether some examination has two series: another row may count, or another series be the preferred one.
bool has_a_day_of_two_series(const Pair& pair)
{
    return std::any_of(pair.record.scans.begin(), pair.record.scans.end(), [&](const Scan& scan) {
        return scan.is_diagnostic_ct() &&
               std::count_if(pair.record.scans.begin(), pair.record.scans.end(), [&](const Scan& other) {
                   return other.is_diagnostic_ct() && other.scan_date == scan.scan_date;
               }) > 1;
    });
}

/// Whether the answer, or its date, was that of an earlier examination, which saw something else once changed.
bool stood_before(const Pair& pair)
{
    return pair.before.standing.has_value();
}

bool is_newer_ct(std::string_view change)
{
    return change.find("CT of the") != std::string_view::npos;
}

/// An alarm that a quieter answer followed stays on the list.
bool stays_listed(const Pair& pair)
{
    return pair.before.recommendation.action < Action::tumour_board || !pair.after.unanswered.empty();
}

const std::vector<Exception>& exceptions()
{
    static const std::vector<Exception> all = {
        // Changes for the worse.
        {"a nodule that shrank, or whose response counts, is milder when it is a little larger",
         [](std::string_view change, Fault, const Pair& pair) {
             return is_one_of(change, {"the long axis is larger", "all axes are larger"}) &&
                    has_shrunk(timeline_in(pair.before, pair.nodule));
         },
         "A nodule that shrank under therapy is suspicious",
         "A nodule that shrank by a hair less under therapy is stable"},
        {"a symptom decides before any other alarm, by its own date",
         [](std::string_view, Fault fault, const Pair& pair) {
             return fault == Fault::later && pair.rule_after() == "G1" &&
                    is_one_of(pair.rule_before(), {"P4a", "P4b", "P4c"});
         },
         "Rapid growth to 6.0 mm is urgent", "Rapid growth with a cough told later is urgent by the date of the cough"},
        {"a board by an avid PET/CT counts from that PET/CT",
         [](std::string_view change, Fault fault, const Pair& pair) {
             return change == "it is avid on a PET/CT" && fault == Fault::later && pair.rule_after() == "R4" &&
                    is_one_of(pair.rule_before(), {"R4", "R4b", "R4c"});
         },
         "A nodule that resolved under therapy goes to the board: vanished is not cured",
         "A nodule that resolved under therapy and is avid later goes to the board by the date of the PET/CT"},
        {"a SUVmax takes the place of a size bound, and its size and growth count no more",
         [](std::string_view, Fault, const Pair& pair) { return lost_rule(pair, {"N1c"}); },
         "A bound that is rapid growth is urgent", "A bound beside a SUVmax above 1.0 goes to the board by the SUVmax"},
        {"in angiosarcoma a solid nodule is milder than a ground-glass or part-solid one",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "it is denser" && lost_rule(pair, {"N6"});
         },
         "4.0 mm complex ground-glass without prior in angiosarcoma is suspicious",
         "4.0 mm solid in angiosarcoma is judged by size as any other"},
        {"a nodule that became solid may be a typical lymph node",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "it is denser" &&
                    is_one_of(nodule_rule(pair.after, pair.nodule), {"N8a", "N9b", "N11b", "N4b"});
         },
         "Ground-glass of the shape of a lymph node is judged by its size", "A lymph node that is solid is typical"},
        {"a solid nodule is stable for long enough before ground-glass is, where no prior says the attenuation",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "it is denser" && lost_rule(pair, {"N11e"}) &&
                    nodule_rule(pair.after, pair.nodule) == "N11d";
         },
         "Ground-glass whose prior says no attenuation needs 24 months of stability",
         "A solid nodule whose prior says no attenuation needs 12 months of stability"},
        {"creep is no longer that of more than half of the solid nodules",
         [](std::string_view, Fault, const Pair& pair) { return lost_patient_rule(pair, {"P6"}); },
         "Three of five stable nodules that creep are more than half",
         "Three of six stable nodules that creep are not more than half"},
        {"a sign on an earlier CT takes the place of what that CT asked for, and a later complete reading looks at it",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "a sign on an earlier CT" && stood_before(pair);
         },
         "A suspicious nodule that the next CT does not mention keeps its board",
         "A cough beside a suspicious nodule is looked at by a later complete CT though the nodule is not"},
        {"an earlier CT that asked for more was answered, or looked at, and its date is no longer kept",
         [](std::string_view change, Fault fault, const Pair& pair) {
             return is_one_of(change, {"a complete CT before all others did not show the nodules",
                                       "it is avid on a PET/CT", "a sign on an earlier CT"}) &&
                    fault == Fault::later && stood_before(pair);
         },
         "Of five nodules one grew after all had gone to the board: the board keeps its first date",
         "Of five new nodules one grew after all were urgent: the board has a date of its own"},
        // What is not said.
        {"an answer that people gave, or that was acted on, stands no more",
         [](std::string_view change, Fault, const Pair& pair) { return is_newer_ct(change) && pair.before.answered; },
         "A suspicious nodule that a decision answered is told again on its own CT",
         "A suspicious nodule that a decision answered is asked for on the next CT"},
        {"a complete reading looks at signs, and at what is no longer listed; the alarm stays listed as unanswered",
         [](std::string_view change, Fault, const Pair& pair) { return is_newer_ct(change) && stays_listed(pair); },
         "A new cough is urgent", "A cough is looked at by a later complete CT"},
        {"under a scope gate nothing is taken over or asked for beside the hand-over",
         [](std::string_view, Fault, const Pair& pair) { return decider(pair.after).matter == Matter::scope_gate; },
         "A rapid nodule outranks an excluded primary: urgent findings come before the scope",
         "A rapid nodule under an excluded primary is handed over when the next CT does not show it"},
        {"a volume whose method or slices are not stated says possible growth at most",
         [](std::string_view change, Fault, const Pair& pair) {
             return is_one_of(change, {"the volume's method is emptied", "an earlier volume's method is emptied",
                                       "a thickness is emptied"}) &&
                    lost_growth(pair);
         },
         "At 6.0 mm 80 % more is unequivocal",
         "A volume of unknown slices at its limit is possible growth: 80 % at 6.0 mm"},
        {"a size or density that nobody said cannot show that it grew, or shrank",
         [](std::string_view change, Fault, const Pair& pair) {
             return is_one_of(change, {"the short axis is emptied", "the solid component is emptied",
                                       "the attenuation is emptied", "an earlier attenuation is emptied",
                                       "an earlier calcification is emptied", "the calcification is emptied",
                                       "a contrast is emptied"}) &&
                    (lost_growth(pair) || has_shrunk(timeline_in(pair.before, pair.nodule)));
         },
         "The mean diameter grew by 2.0 mm: unequivocal though the long axis grew by half of that",
         "A short axis that is missing once leaves the long axis alone to judge by"},
        {"a nodule's row of another series of the day counts, or that series is preferred",
         [](std::string_view change, Fault, const Pair& pair) {
             return is_one_of(change, {"the long axis is emptied", "the row is left out", "a thickness is emptied",
                                       "a reading is emptied"}) &&
                    has_a_day_of_two_series(pair);
         },
         "Two CTs of one day are one examination and neither is a prior: of equals the later id is preferred",
         "Of two CTs of one day the one that measures the nodule counts"},
        {"a nodule that was resolved before, and is not mentioned, is not asked for",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "the row is left out" && nodule_in(pair.after, pair.nodule) == nullptr;
         },
         "A nodule that resolved a scan ago and is there again is new",
         "A nodule resolved a scan ago and not mentioned since is no longer listed"},
        {"a nodule malignant by pathology that is not measured is not asked for",
         [](std::string_view change, Fault, const Pair& pair) {
             return is_one_of(change, {"the long axis is emptied", "the row is left out"}) &&
                    nodule_rule(pair.after, pair.nodule) == "N15";
         },
         "A nodule malignant by pathology that grows rapidly is urgent",
         "A nodule malignant by pathology that is not measured goes to the board"},
        {"a CT not known to be read completely does not show that a nodule is new",
         [](std::string_view change, Fault, const Pair& pair) {
             return change == "a reading is emptied" && (lost_new(pair) || stood_before(pair));
         },
         "A nodule of 6.0 mm part-solid first seen after a complete CT is new and suspicious",
         "A nodule of 6.0 mm part-solid first seen after a CT of unknown reading is indeterminate"},
        {"what depends on histology, tissue, grade, shape, calcification or side does not hold where nobody said them",
         [](std::string_view change, Fault, const Pair& pair) {
             if (change == "the histology is emptied") {
                 return lost_rule(pair, {"N5a", "N5b", "N6", "N8e"}) || pair.rule_before() == "R3p" ||
                        lost_patient_rule(pair, {"P1"}) || lost_growth(pair) || stood_before(pair);
             }
             if (change == "the tissue is emptied") return lost_rule(pair, {"N8e"});
             if (change == "the grade is emptied") return pair.rule_before() == "R3p";
             if (is_one_of(change, {"the shape is emptied", "an earlier shape is emptied"}))
                 return lost_rule(pair, {"N8e"});
             if (is_one_of(change, {"the calcification is emptied", "an earlier calcification is emptied"}))
                 return lost_rule(pair, {"N5a", "N5b"});
             if (is_one_of(change, {"the side is emptied", "an earlier side is emptied", "the lobe is emptied"}))
                 return lost_patient_rule(pair, {"P2", "P3"});
             return false;
         },
         "5.0 mm calcified without prior in osteosarcoma is suspicious",
         "Histology not known: calcification does not alarm either"},
    };
    return all;
}

std::string fault_text(std::string_view change, Fault fault, const Pair& pair)
{
    std::string text = pair.record.patient.patient_id + ": " + std::string(change);
    if (pair.nodule) text += " (" + pair.changed.nodule_ids[*pair.nodule] + ")";
    text += fault == Fault::lower ? ": lower. Was\n" : ": later. Was\n";
    text += cases::joined_lines(cases::outcome_lines(judge(), pair.record, pair.before)) + "and became\n";
    return text + cases::joined_lines(cases::outcome_lines(judge(), pair.changed, pair.after));
}

/// Tries changes of all generated patients and returns how often each exception held.
std::map<std::string_view, int> try_pairs(const std::vector<Change>& changes, Fault (*fault_of)(const Pair&))
{
    Chance chance(seed);
    std::map<std::string_view, int> excepted;
    std::map<std::string_view, int> tried;
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        const Assessment before = judged(record);
        for (int i = 0; i < changes_a_patient; ++i) {
            const Change& change = changes[chance.below(static_cast<std::uint32_t>(changes.size()))];
            Pair pair{record, before, chance, record, std::nullopt, {}};
            if (!change.make(pair)) continue;
            ++tried[change.name];
            pair.after = judged(pair.changed);
            const Fault fault = fault_of(pair);
            if (fault == Fault::none) continue;
            const auto exception = std::find_if(exceptions().begin(), exceptions().end(), [&](const Exception& entry) {
                return entry.holds(change.name, fault, pair);
            });
            if (exception == exceptions().end()) {
                ADD_FAILURE() << fault_text(change.name, fault, pair);
            } else {
                ++excepted[exception->name];
            }
        }
    }
    for (const Change& change : changes)
        EXPECT_GT(tried[change.name], 50) << "hardly ever tried: " << change.name;
    for (const auto& [name, count] : excepted)
        std::cout << count << " excepted: " << name << "\n";
    return excepted;
}

const cases::ClinicalCase* case_called(std::string_view title)
{
    for (const cases::ClinicalCase& row : cases::clinical_cases().cases) {
        if (row.title == title) return &row;
    }
    return nullptr;
}

TEST(PairExceptions, AreShownByTwoRowsOfTheCases)
{
    for (const Exception& exception : exceptions()) {
        const auto* louder = case_called(exception.louder_row);
        const auto* quieter = case_called(exception.quieter_row);
        ASSERT_TRUE(louder) << exception.louder_row;
        ASSERT_TRUE(quieter) << exception.quieter_row;
        const Assessment before = judge().assess(louder->record, louder->as_of, assess::Detail::none);
        const Assessment after = judge().assess(quieter->record, quieter->as_of, assess::Detail::none);
        const bool lower = concern(after) < concern(before);
        const bool later = after.recommendation.action == before.recommendation.action &&
                           *after.recommendation.due_date > *before.recommendation.due_date;
        EXPECT_TRUE(lower || later) << exception.name << ":\n" << exception.louder_row << "\n" << exception.quieter_row;
    }
}

TEST(Pairs, AChangeForTheWorseNeverLowersTheActionNorPutsItOff)
{
    try_pairs(changes_for_the_worse(), fault_of_worse);
}

TEST(Pairs, WhatIsNotSaidLowersTheActionOnlyWhereItIsAskedFor)
{
    try_pairs(changes_to_silence(), fault_of_silence);
}

}  // namespace
}  // namespace nodtrack
