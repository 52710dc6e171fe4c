#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/dose/effective_dose.hpp"
#include "nodtrack/report/nodule_picture.hpp"

namespace nodtrack::report {

/// One patient's page of a tumour board's worksheet.
struct BoardPage {
    std::string patient_id;
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> due;
    std::string answer;                 ///< `answer_line`
    std::vector<std::string> standing;  ///< `standing_lines`
    std::string body;                   ///< HTML
};

/// What a board needs of one patient: history in a line, recommendation with the fact that decides, what stands from an
/// earlier CT, the newest decision, rules and statements, context, trend, nodules with class and reason, trial
/// definitions of metastasis met or not, count as a lower bound, dose to date, open questions, where the documents
/// disagree, and an empty box for the decision. Text is measured so that the page is one A4 sheet; what does not fit is
/// counted, with the command that shows it. Every text of the record is escaped. Of `pictures` that of the foremost
/// nodule stands below the trend, where there is room.
BoardPage board_page(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                     const dose::DoseHistory& doses, std::span<const NodulePicture> pictures = {});

/// Pages as one document: no script, nothing from another host, each page an A4 sheet when printed. `meeting` names the
/// meeting and may be empty.
std::string board_html(std::span<const BoardPage> pages, std::string_view meeting, Date as_of);

}  // namespace nodtrack::report
