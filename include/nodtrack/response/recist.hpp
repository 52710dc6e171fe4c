#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"

// RECIST 1.1 (Eisenhauer et al., Eur J Cancer 2009;45:228-247): how known metastases respond to treatment. A question
// of its own, with words of its own: nothing of it enters the surveillance of nodules, and no word of that stands here.

namespace nodtrack::response {

/// Of target lesions, of the others, or of all. `non_cr_non_pd` is of non-target lesions, and of a patient without
/// targets.
enum class Response : std::uint8_t { cr, pr, sd, non_cr_non_pd, pd, ne };

/// The targets at one time point.
struct TargetSum {
    Length sum;             ///< of the long axes; of those that were measured
    bool is_whole = true;   ///< all targets were seen
    bool all_gone = false;  ///< no target is there any more
};

/// What a sum says against the baseline's and the smallest before it (nadir; the baseline's counts). PD: at least 20 %
/// and 5 mm above the nadir, or back after all were gone. PR: at least 30 % below the baseline. Limits belong to them;
/// growth goes before shrinkage. A sum that is not whole is PD where what is there is enough for it, else NE.
Response target_response(const TargetSum& now, Length baseline, Length nadir);

/// Targets, non-targets and new lesions as one response (table 2; table 3 where there is no target). An absent part is
/// one that the patient has not.
Response overall_response(std::optional<Response> target, std::optional<Response> non_target, bool new_lesion);

/// What is asked, with what only a person can say.
struct RecistQuestion {
    Date as_of;
    std::optional<Date> baseline{};      ///< day of a CT; absent: the last CT up to the start of systemic therapy
    std::vector<std::string> targets{};  ///< nodule ids; empty: the two largest measurable ones
    std::vector<std::string> not_new{};  ///< nodule ids that are no new lesions: equivocal, or there before
    std::vector<Date> progression_on{};  ///< days of CTs with unequivocal progression of non-target lesions
};

/// One lesion at one time point.
struct LesionAt {
    enum class Seen : std::uint8_t { measured, present, gone, not_evaluable } seen = Seen::not_evaluable;
    std::optional<Length> size;  ///< long axis; of a target that is there and has none, see `too_small`
    bool too_small = false;      ///< said to be there without a size: counted as 5 mm (RECIST 1.1, 4.3.2)
    std::string why{};           ///< why it is not evaluable
};

struct TimePoint {
    Date date;
    std::string scan_id;  ///< of the CT with the thinnest slices of that day
    bool is_baseline = false;
    std::vector<LesionAt> targets;  ///< in the order of `RecistAnswer::targets`
    TargetSum sum;
    Length nadir;  ///< the smallest whole sum before it; its own at the baseline
    std::optional<Response> target;
    std::optional<Response> non_target;
    std::vector<std::string> new_lesions;  ///< nodule ids
    std::optional<Response> overall;       ///< absent at the baseline
};

struct RecistAnswer {
    std::string baseline_because;  ///< where nobody named it
    std::vector<std::string> targets, non_targets;
    std::vector<TimePoint> points;  ///< the baseline first
    std::vector<std::string> notes;
};

/// The response of a patient's known lung metastases at each CT from the baseline on. Lesions are the record's nodules;
/// those of which pathology or people said that they are none are left out. Fails with `bad_input` where no metastasis
/// is known, there is no baseline, or a lesion or day named is not recorded or not measurable.
Result<RecistAnswer> recist(const PatientRecord& record, const RecistQuestion& question);

/// `CR`, `PR`, `SD`, `NON-CR/NON-PD`, `PD`, `NE`: the terms of CDISC's ONCRSR.
const char* term(Response response);

/// `now` against `reference`, in percent of it; absent where that is 0.
std::optional<double> change_percent(Length now, Length reference);

}  // namespace nodtrack::response
