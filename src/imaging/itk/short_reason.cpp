#include "image_file.hpp"

namespace nodtrack::imaging {

std::string short_reason(const char* description)
{
    std::string text = description;
    // "itk::ERROR: NrrdImageIO(0x55d0c0): Read: the reason"
    if (const auto address = text.find("(0x"); address != std::string::npos) {
        if (const auto colon = text.find("): ", address); colon != std::string::npos) text.erase(0, colon + 3);
    }
    // "[nrrd] outer: trouble [nrrd] _nrrdInner: the reason"
    if (const auto innermost = text.rfind("[nrrd] "); innermost != std::string::npos) {
        text.erase(0, innermost + 7);
        if (const auto colon = text.find(": "); text.starts_with("_nrrd") && colon != std::string::npos)
            text.erase(0, colon + 2);
    }
    std::string line;
    for (const char c : text) {
        const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '.'))
        line.pop_back();
    return line;
}

}  // namespace nodtrack::imaging
