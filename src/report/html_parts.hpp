#pragma once

#include <string>
#include <string_view>

#include "nodtrack/report/nodule_picture.hpp"

namespace nodtrack::report {

/// The start of a self-contained page: no script, nothing from another host. `style` is CSS of our own, `title` is
/// escaped here, `language` is that of its text.
std::string page_start(std::string_view title, std::string_view style, std::string_view language = "en");
std::string page_end();

/// `<tag>text</tag>` with the text escaped; `attributes` are our own.
std::string element(std::string_view tag, std::string_view text, std::string_view attributes = {});

/// The picture within the page itself, so that the page needs no other file. `attributes` are our own.
std::string embedded(const NodulePicture& picture, std::string_view attributes = {});

}  // namespace nodtrack::report
