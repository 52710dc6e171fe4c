#include "nodtrack/assess/burden.hpp"

#include <gtest/gtest.h>

#include "../support/case_table.hpp"
#include "nodtrack/assess/judge.hpp"

namespace nodtrack::assess {
namespace {

struct Load {
    std::string says;
    std::string patient;
    std::string timeline;
    policy::Action action;
    double cts_a_year;
};

/// Day zero is 15 June 2026: three months to 15 September are 92 days, six to 15 December 183.
const Load loads[] = {
    {"routine in the first two years: every three months", "resection_date=-12m",
     "0:", policy::Action::continue_surveillance, 365.25 / 92},
    {"routine from the third year on: every six months", "resection_date=-30m",
     "0:", policy::Action::continue_surveillance, 365.25 / 183},
    {"an indeterminate nodule: the short interval", "resection_date=-30m", "0: N1 5.5x5.0",
     policy::Action::short_interval_ct, 365.25 / 92},
    {"missing data: the safety-net CT, not the day the data are due", "resection_date=-30m",
     "0 [limited]:", policy::Action::data_required, 365.25 / 92},
    {"the board: its safety-net CT", "resection_date=-30m", "0: N1 8.0x8.0", policy::Action::tumour_board, 365.25 / 92},
    {"an urgent case names no CT: the routine interval goes on", "resection_date=-30m",
     "0 [cough]:", policy::Action::urgent_escalation, 2.0},
    {"no CT yet: the routine of an unknown start", "resection_date=-30m", "", policy::Action::data_required, 4.0},
    {"out of scope: none of ours", "follow_up_status=declined", "0:", policy::Action::out_of_scope, 0.0},
    {"counted from the start of surveillance where that is after the CT", "resection_date=+1m",
     "0:", policy::Action::continue_surveillance, 365.25 / 92},
};

TEST(CtsAYear, AreThoseThatTheDueDateImplies)
{
    const Judge judge = Judge::released();
    for (const Load& load : loads) {
        const auto record = cases::record_of(load.patient, load.timeline);
        const Date as_of = add_months(cases::day_zero(), 1);
        const auto assessment = judge.assess(record, as_of, Detail::none);
        EXPECT_EQ(assessment.recommendation.action, load.action) << load.says;
        EXPECT_DOUBLE_EQ(cts_a_year(assessment, record), load.cts_a_year) << load.says;
    }
}

TEST(Burden, AddsUpActionsAndCts)
{
    const Judge judge = Judge::released();
    Burden burden;
    double sum = 0.0;
    bool is_child = false;
    double of_children = 0.0;
    for (const Load& load : loads) {
        const auto record = cases::record_of(load.patient, load.timeline);
        const auto group = is_child ? dose::AgeGroup::child : dose::AgeGroup::adult;
        burden.add(judge.assess(record, add_months(cases::day_zero(), 1), Detail::none), record, group);
        sum += load.cts_a_year;
        if (is_child) of_children += load.cts_a_year;
        is_child = !is_child;
    }
    EXPECT_EQ(burden.patients, std::size(loads));
    EXPECT_EQ(burden.count(policy::Action::continue_surveillance), 3U);
    EXPECT_EQ(burden.count(policy::Action::data_required), 2U);
    EXPECT_EQ(burden.count(policy::Action::pet_ct), 0U);
    EXPECT_DOUBLE_EQ(burden.cts_a_year(), sum);
    EXPECT_DOUBLE_EQ(burden.cts_a_year_by_group[1], of_children) << "children's CTs have a level of their own";
}

}  // namespace
}  // namespace nodtrack::assess
