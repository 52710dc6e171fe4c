#include "nodtrack/response/recist.hpp"

namespace nodtrack::response {
namespace {

// RECIST 1.1, section 4.3.1, in exact micrometres: shares as whole numbers, so that 9.8 of 14 mm are 70 %.
constexpr std::int64_t partial_share_tenths = 7;   // of the baseline: 30 % less
constexpr std::int64_t progress_share_fifths = 6;  // of the nadir: 20 % more
constexpr Length least_progress = Length::from_thousandths(5000);

bool is_progress(Length sum, Length nadir)
{
    if (nadir == Length()) return sum > Length();  // what was gone is back
    return 5 * sum.thousandths() >= progress_share_fifths * nadir.thousandths() && sum - nadir >= least_progress;
}

}  // namespace

Response target_response(const TargetSum& now, Length baseline, Length nadir)
{
    if (is_progress(now.sum, nadir)) return Response::pd;
    if (!now.is_whole) return Response::ne;
    if (now.all_gone) return Response::cr;
    if (10 * now.sum.thousandths() <= partial_share_tenths * baseline.thousandths()) return Response::pr;
    return Response::sd;
}

Response overall_response(std::optional<Response> target, std::optional<Response> non_target, bool new_lesion)
{
    if (new_lesion || target == Response::pd || non_target == Response::pd) return Response::pd;
    if (!target) return non_target.value_or(Response::ne);
    if (*target == Response::cr) return !non_target || *non_target == Response::cr ? Response::cr : Response::pr;
    return *target;
}

const char* term(Response response)
{
    switch (response) {
        case Response::cr:
            return "CR";
        case Response::pr:
            return "PR";
        case Response::sd:
            return "SD";
        case Response::non_cr_non_pd:
            return "NON-CR/NON-PD";
        case Response::pd:
            return "PD";
        case Response::ne:
            break;
    }
    return "NE";
}

std::optional<double> change_percent(Length now, Length reference)
{
    if (reference == Length()) return std::nullopt;
    return 100.0 * static_cast<double>((now - reference).thousandths()) / static_cast<double>(reference.thousandths());
}

}  // namespace nodtrack::response
