#include "worst_nodule.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/report/answer_text.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;

/// How much a state says by itself, among nodules of one class.
int weight_of(GrowthState state)
{
    switch (state) {
        case GrowthState::unequivocal_growth:
            return 4;
        case GrowthState::newly_seen:
            return 3;
        case GrowthState::possible_growth:
            return 2;
        case GrowthState::no_prior:
            return 1;
        default:
            return 0;
    }
}

auto weight_of(const assess::NoduleAssessment& nodule)
{
    return std::tuple(nodule.nodule_class, weight_of(nodule.growth_state), nodule.long_axis.value_or(Length()));
}

std::string_view id_of(const assess::Assessment& assessment, const PatientRecord& record, std::size_t i)
{
    return record.nodule_ids[assessment.nodules[i].nodule];
}

}  // namespace

bool is_worse(const assess::Assessment& assessment, const PatientRecord& record, std::size_t a, std::size_t b)
{
    const auto left = weight_of(assessment.nodules[a]);
    const auto right = weight_of(assessment.nodules[b]);
    if (left != right) return left > right;
    return in_natural_order(id_of(assessment, record, a), id_of(assessment, record, b));
}

std::optional<std::size_t> worst_nodule(const assess::Assessment& assessment, const PatientRecord& record)
{
    std::optional<std::size_t> worst;
    for (std::size_t i = 0; i < assessment.nodules.size(); ++i) {
        if (!worst || is_worse(assessment, record, i, *worst)) worst = i;
    }
    return worst;
}

std::vector<std::size_t> worst_first(const assess::Assessment& assessment, const PatientRecord& record)
{
    std::vector<std::size_t> order(assessment.nodules.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto weight = [&](std::size_t i) { return weight_of(assessment.nodules[i]); };
    // What stands waits for these, whatever the newest CT says of the others.
    const auto is_awaited = [&](std::size_t i) {
        const auto& standing = assessment.standing;
        return standing && std::find(standing->not_looked_at.begin(), standing->not_looked_at.end(),
                                     assessment.nodules[i].nodule) != standing->not_looked_at.end();
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (is_awaited(a) != is_awaited(b)) return is_awaited(a);
        const auto left = assessment.nodules[a].nodule_class;
        const auto right = assessment.nodules[b].nodule_class;
        return left != right ? left > right
                             : in_natural_order(id_of(assessment, record, a), id_of(assessment, record, b));
    });
    if (!order.empty() && is_awaited(order.front())) return order;
    const auto worst = std::max_element(order.begin(), order.end(),
                                        [&](std::size_t a, std::size_t b) { return weight(a) < weight(b); });
    if (worst != order.end()) std::rotate(order.begin(), worst, worst + 1);
    return order;
}

}  // namespace nodtrack::report
