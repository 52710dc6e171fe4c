#include "nodtrack/assess/judge.hpp"

#include <algorithm>
#include <stdexcept>

#include "flags.hpp"
#include "parameters.hpp"
#include "patient_judgement.hpp"
#include "unseen_alarm.hpp"

namespace nodtrack::assess {

Judge::Judge(policy::Policy policy, Parameters parameters)
    : policy_(std::make_unique<policy::Policy>(std::move(policy))),
      parameters_(std::make_unique<Parameters>(std::move(parameters)))
{}

Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;
Judge::~Judge() = default;

Result<Judge> Judge::from(policy::Policy policy)
{
    auto parameters = parameters_of(policy);
    if (!parameters) return tl::unexpected(parameters.error());
    return Judge(std::move(policy), std::move(*parameters));
}

Judge Judge::released()
{
    auto policy = policy::load(policy::released_policy_json(), policy::released_sources_json(), catalogue());
    if (!policy) throw std::logic_error("the released policy: " + policy.error().message);
    auto judge = from(std::move(*policy));
    if (!judge) throw std::logic_error("the released policy: " + judge.error().message);
    return std::move(*judge);
}

const growth::Limits& Judge::limits() const
{
    return parameters_->limits;
}

Assessment Judge::assess(const PatientRecord& record, Date as_of, Detail detail) const
{
    ExaminationJudgement newest = judge_examination(*policy_, *parameters_, record, as_of, detail);
    Assessment assessment = policy_->standing
                                ? with_standing_answers(*policy_, *parameters_, record, detail, std::move(newest))
                                : std::move(newest.assessment);
    if (auto alarm = alarm_beside_not_a_nodule(*this, assessment, record)) {
        assessment.unanswered.push_back(std::move(*alarm));
        std::ranges::stable_sort(assessment.unanswered, {}, &UnansweredAlarm::since);
    }
    raise_flags(*policy_, *parameters_, record, assessment);
    return assessment;
}

std::string_view Judge::count_band(const Assessment& assessment) const
{
    if (assessment.countable == 0) return "0";
    return assessment.countable < static_cast<std::uint32_t>(parameters_->count_band_many_from) ? "1-2" : ">=3";
}

}  // namespace nodtrack::assess
