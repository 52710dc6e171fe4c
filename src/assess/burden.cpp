#include "nodtrack/assess/burden.hpp"

#include <algorithm>
#include <numeric>

#include "build_timeline.hpp"
#include "judged_parts.hpp"

namespace nodtrack::assess {
namespace {

using policy::Action;

constexpr double days_a_year = 365.25;
constexpr double months_a_year = 12.0;

}  // namespace

double cts_a_year(const Assessment& assessment, const PatientRecord& record)
{
    if (assessment.recommendation.action == Action::out_of_scope) return 0.0;
    const Timeline& timeline = assessment.timeline;
    const auto next = next_ct_of(assessment.recommendation);
    if (next && timeline.index_rank) {
        Date from = scan_at(record, timeline, *timeline.index_rank).scan_date;
        const auto& start = assessment.schedule.surveillance_start;
        if (start && *start < *next) from = std::max(from, *start);
        const int days = days_between(from, *next);
        if (days > 0) return days_a_year / days;
    }
    return months_a_year / assessment.schedule.interval_months;
}

double Burden::cts_a_year() const
{
    return std::accumulate(cts_a_year_by_group.begin(), cts_a_year_by_group.end(), 0.0);
}

void Burden::add(const Assessment& assessment, const PatientRecord& record, dose::AgeGroup group)
{
    const auto column = static_cast<std::size_t>(group);
    ++patients;
    ++by_action[static_cast<std::size_t>(assessment.recommendation.action)];
    cts_a_year_by_group[column] += assess::cts_a_year(assessment, record);
    if (assessment.recommendation.action == Action::pet_ct) ++pet_cts_by_group[column];
}

}  // namespace nodtrack::assess
