#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "label_placing.hpp"

namespace nodtrack::report::test {

/// A text of a picture as it stands there, with the room that the writer reckons for it.
struct PlacedText {
    std::string text;
    Box box;
};

/// Every `<text>` of a picture, entities taken back.
std::vector<PlacedText> texts_of(std::string_view svg);

/// What is wrong with a document as XML (tags that are not closed, bare `<` or `&`, control characters, an id given
/// twice); empty where it is sound. Void elements of HTML and its doctype are known.
std::string markup_fault(std::string_view document);

}  // namespace nodtrack::report::test
