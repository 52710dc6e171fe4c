#pragma once

// osconfig.h has come first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dctk.h>

#include <string>
#include <string_view>

// What the readers of objects share.

namespace nodtrack::exchange {

/// A value's text without padding; empty where the element is absent.
inline std::string text_of(DcmItem& item, const DcmTagKey& tag)
{
    OFString value;
    if (item.findAndGetOFStringArray(tag, value).bad()) return {};
    std::string text(value.c_str(), value.size());
    text.erase(text.find_last_not_of(std::string_view(" \0", 2)) + 1);
    text.erase(0, text.find_first_not_of(' '));
    return text;
}

}  // namespace nodtrack::exchange
