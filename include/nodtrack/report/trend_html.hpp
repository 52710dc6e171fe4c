#pragma once

#include <span>
#include <string>

#include "nodtrack/report/nodule_picture.hpp"
#include "nodtrack/report/trend.hpp"

namespace nodtrack::report {

/// The trend as a page of its own: picture, table of all rows, therapies and events, what to note. No script, nothing
/// from another host; prints in black on white. Every text of the record is escaped. The picture of a nodule, where
/// there is one, stands under its table, within the page itself.
std::string trend_html(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                       std::span<const NodulePicture> pictures = {});

}  // namespace nodtrack::report
