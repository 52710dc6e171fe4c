#include "link_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "nodtrack/store/reader.hpp"

namespace nodtrack::tracker {
namespace {

using interop::LinkRow;
using store::IdentityLink;
using store::LinkState;
using store::NoduleState;
using store::ObservationKey;

/// The lines of one observation, by their numbers.
struct ObservationLines {
    std::vector<const LinkRow*> rows;
    std::vector<IdentityLink> links;
};
using LinesByObservation = std::map<ObservationKey, ObservationLines>;

std::string problem_at(const LinkRow& row, std::string_view column, std::string_view what)
{
    return fmt::format("{}:{}:{}: {}", interop::links_name, row.line, column, what);
}

IdentityLink link_of(const LinkRow& row)
{
    IdentityLink link;
    link.observation = {row.patient_id, row.scan_id, row.observation_id};
    link.link_no = row.link_no;
    link.answers = row.answers;
    link.nodule_id = row.nodule_id;
    link.how = store::link_method_of_word(row.how).value_or(store::LinkMethod::typed);
    link.state = row.state == word(LinkState::confirmed) ? LinkState::confirmed
                 : row.state == word(LinkState::undone)  ? LinkState::undone
                                                         : LinkState::proposed;
    link.confidence_permille = row.confidence_permille;
    link.made_by = row.made_by;
    link.nodule_state = store::nodule_state_of_word(row.nodule_state);
    link.other_nodule_id = row.other_nodule_id;
    link.state_date = row.state_date;
    return link;
}

LinesByObservation by_observation(const std::vector<LinkRow>& rows)
{
    LinesByObservation lines;
    for (const LinkRow& row : rows)
        lines[{row.patient_id, row.scan_id, row.observation_id}].rows.push_back(&row);
    for (auto& [key, of_one] : lines) {
        std::ranges::stable_sort(of_one.rows, {}, [](const LinkRow* row) { return row->link_no; });
        for (const LinkRow* row : of_one.rows)
            of_one.links.push_back(link_of(*row));
    }
    return lines;
}

bool is_absent(const IdentityLink& link)
{
    return link.nodule_state && store::is_of_absent_nodule(*link.nodule_state);
}

/// What is wrong with a line by itself and among those of its observation; empty where nothing is.
std::string fault_of(const LinkRow& row, const IdentityLink& link, std::size_t place)
{
    if (row.link_no != static_cast<int>(place) + 1) {
        return problem_at(row, "link_no", "the statements of an observation are numbered from 1, each number once");
    }
    if (row.answers && *row.answers >= row.link_no) {
        return problem_at(row, "answers", "answers no earlier statement of this observation; write its link_no");
    }
    if (link.state == LinkState::undone && !row.answers) {
        return problem_at(row, "answers", "is empty; write the link_no of the statement that is undone");
    }
    const bool names_other =
        link.nodule_state == NoduleState::split_from || link.nodule_state == NoduleState::merged_into;
    if (names_other == row.other_nodule_id.empty()) {
        return problem_at(row, "other_nodule_id", "goes with split_from and merged_into, and only with these");
    }
    if (link.nodule_state == NoduleState::resected && !row.state_date) {
        return problem_at(row, "state_date", "is empty; write the day of the resection");
    }
    if (is_absent(link) && row.nodule_id != row.observation_id) {
        return problem_at(row, "nodule_id",
                          "a nodule without a row on the scan is named by its own id in both columns");
    }
    return {};
}

/// What counts as recorded for the links of one patient.
struct KnownRows {
    std::set<std::string> scans;
    std::set<ObservationKey> observations;
    std::map<ObservationKey, std::vector<IdentityLink>> links;  ///< those entered in error too
};

Result<KnownRows> stored_rows(const store::Registry& registry, const std::string& patient_id)
{
    KnownRows known;
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (*found) {
        for (const Scan& scan : record.scans)
            known.scans.insert(scan.scan_id);
        for (std::size_t i = 0; i < record.measurements.size(); ++i) {
            known.observations.insert(
                {patient_id, record.scans[record.measurements[i].scan].scan_id, reader->versions().observation_ids[i]});
        }
    }
    Result<std::vector<IdentityLink>> links = store::links_of(registry, patient_id);
    if (!links) return tl::unexpected<Error>(links.error());
    for (IdentityLink& link : *links)
        known.links[link.observation].push_back(std::move(link));
    return known;
}

/// Gives the delivered rows of a nodule on a scan the name that they were reported under.
class Unlinking {
  public:
    Unlinking(const LinesByObservation& lines, Delivery& delivery) : lines_(lines), delivery_(delivery) {}

    void run()
    {
        std::map<ObservationKey, std::string> reported_as;
        for (const auto& [key, of_one] : lines_) {
            const IdentityLink* const link = store::standing_link(of_one.links);
            if (link == nullptr) continue;
            take_out_what_it_makes(*link);
            if (!is_absent(*link) && link->nodule_id != key.observation_id) {
                reported_as[{key.patient_id, key.scan_id, link->nodule_id}] = key.observation_id;
            }
        }
        if (reported_as.empty()) return;
        for (MeasurementRow& row : delivery_.measurements) {
            const auto found =
                reported_as.find({std::string(row.patient_id), std::string(row.scan_id), std::string(row.nodule_id)});
            if (found != reported_as.end()) row.nodule_id = delivery_.text.emplace_back(found->second);
        }
    }

  private:
    void take_out_what_it_makes(const IdentityLink& link)
    {
        const ObservationKey& key = link.observation;
        if (link.nodule_state == NoduleState::resolved) {
            Findings made;
            made.status = Status::resolved;
            std::erase_if(delivery_.measurements, [&](const MeasurementRow& row) {
                return row.patient_id == key.patient_id && row.scan_id == key.scan_id &&
                       row.nodule_id == link.nodule_id && row.findings == made;
            });
        } else if (link.nodule_state == NoduleState::resected && link.state_date) {
            const Therapy made{TherapyKind::metastasectomy, *link.state_date, {}, link.nodule_id};
            std::erase_if(delivery_.therapies, [&](const TherapyRow& row) {
                return row.patient_id == key.patient_id && row.therapy == made;
            });
        } else if (link.nodule_state == NoduleState::not_a_nodule) {
            std::erase_if(delivery_.events, [&](const EventRow& row) {
                return row.patient_id == key.patient_id && row.event.kind == EventKind::not_a_nodule &&
                       row.event.nodule_id == link.nodule_id && row.event.note.empty() &&
                       (!link.state_date || row.event.date == *link.state_date);
            });
        }
    }

    const LinesByObservation& lines_;
    Delivery& delivery_;
};

bool says_the_same(const IdentityLink& link, const IdentityLink& stored)
{
    return link.nodule_id == stored.nodule_id && link.how == stored.how && link.state == stored.state &&
           link.confidence_permille == stored.confidence_permille && link.made_by == stored.made_by &&
           link.nodule_state == stored.nodule_state && link.other_nodule_id == stored.other_nodule_id &&
           link.state_date == stored.state_date;
}

class Planning {
  public:
    Planning(const store::Registry& registry, const Delivery& delivery) : registry_(registry)
    {
        for (const ScanRow& row : delivery.scans)
            delivered_scans_.emplace(row.patient_id, row.scan.scan_id);
        for (const MeasurementRow& row : delivery.measurements)
            delivered_.insert({std::string(row.patient_id), std::string(row.scan_id), std::string(row.nodule_id)});
    }

    Result<LinkPlan> plan(const LinesByObservation& lines)
    {
        std::string patient;
        KnownRows known;
        for (const auto& [key, of_one] : lines) {
            if (patient != key.patient_id) {
                patient = key.patient_id;
                Result<KnownRows> stored = stored_rows(registry_, patient);
                if (!stored) return tl::unexpected<Error>(stored.error());
                known = std::move(*stored);
            }
            add(key, of_one, known);
        }
        return std::move(plan_);
    }

  private:
    void add(const ObservationKey& key, const ObservationLines& lines, const KnownRows& known)
    {
        for (std::size_t i = 0; i < lines.rows.size(); ++i) {
            const std::string fault = fault_of(*lines.rows[i], lines.links[i], i);
            if (!fault.empty()) return plan_.problems.push_back(fault);
        }
        if (!is_there(key, lines, known)) return;
        std::vector<int> numbers;  // what each line's number is here
        int newest = 0;
        std::vector<const IdentityLink*> stored;
        if (const auto found = known.links.find(key); found != known.links.end()) {
            for (const IdentityLink& link : found->second) {
                newest = std::max(newest, link.link_no);
                if (!link.in_error) stored.push_back(&link);
            }
        }
        for (std::size_t i = 0; i < lines.rows.size(); ++i) {
            IdentityLink link = lines.links[i];
            if (link.answers) link.answers = numbers[static_cast<std::size_t>(*link.answers) - 1];
            if (i < stored.size()) {
                if (!says_the_same(link, *stored[i]) || link.answers != stored[i]->answers) {
                    return plan_.problems.push_back(
                        problem_at(*lines.rows[i], "link_no",
                                   "something else is recorded here of this observation ('nodtrack link PATIENT' shows "
                                   "it); say what holds with 'nodtrack link', and take these lines out of the file"));
                }
                ++plan_.unchanged;
                numbers.push_back(stored[i]->link_no);
                continue;
            }
            link.link_no = ++newest;
            numbers.push_back(newest);
            plan_.steps.push_back({std::move(link), lines.rows[i]->reason, i});
        }
    }

    bool is_there(const ObservationKey& key, const ObservationLines& lines, const KnownRows& known)
    {
        const LinkRow& row = *lines.rows.front();
        if (!known.scans.contains(key.scan_id) && !delivered_scans_.contains({key.patient_id, key.scan_id})) {
            plan_.problems.push_back(problem_at(row, "scan_id",
                                                "this patient has no such scan, neither in this delivery nor in the "
                                                "registry; deliver the scan's row in scans too, or correct the id"));
            return false;
        }
        if (std::ranges::all_of(lines.links, is_absent) || known.observations.contains(key) ||
            delivered_.contains(key)) {
            return true;
        }
        plan_.problems.push_back(problem_at(row, "observation_id",
                                            "there is no such row, neither in this delivery nor in the registry; "
                                            "deliver the row in measurements too, or correct the ids"));
        return false;
    }

    const store::Registry& registry_;
    std::set<std::pair<std::string, std::string>> delivered_scans_;
    std::set<ObservationKey> delivered_;
    LinkPlan plan_;
};

}  // namespace

Result<LinkPlan> plan_links(const store::Registry& registry, const std::vector<interop::LinkRow>& rows,
                            Delivery& delivery)
{
    const LinesByObservation lines = by_observation(rows);
    Unlinking(lines, delivery).run();
    return Planning(registry, delivery).plan(lines);
}

}  // namespace nodtrack::tracker
