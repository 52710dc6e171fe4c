#pragma once

#include <string>
#include <vector>

#include "nodtrack/report/meeting.hpp"

namespace nodtrack::report {

/// `Sarcoma tumour board: agenda of 24 November 2026`; `kind` is `agenda` or `minutes`.
std::string meeting_title(std::string_view kind, const Meeting& meeting, const Sentences& words);

/// A cell of a table: paragraphs of text.
using MeetingCell = std::vector<std::string>;

/// A page with a title, paragraphs, a table and a foot; everything is escaped here. `widths_mm` of the columns.
std::string meeting_page(const std::string& title, const std::vector<std::string>& paragraphs,
                         const std::vector<std::string>& columns, const std::vector<int>& widths_mm,
                         const std::vector<std::vector<MeetingCell>>& rows, const std::string& foot,
                         const Sentences& words);

}  // namespace nodtrack::report
