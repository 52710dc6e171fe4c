#pragma once

#include <algorithm>
#include <random>
#include <string>

namespace nodtrack::test {

/// A text with one to four accidents: bytes lost, doubled, changed, put in, blocks moved, the end cut off.
inline std::string mutant_of(std::string text, std::mt19937& random)
{
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, std::max<std::size_t>(limit, 1) - 1)(random);
    };
    using namespace std::string_literals;
    static const std::string put_in = ",\"\n\r;:.-{}[]\\\0\xFF\xC2\xED 019aZ_"s;
    for (std::size_t accident = below(4) + 1; accident > 0 && !text.empty(); --accident) {
        const std::size_t at = below(text.size());
        const std::size_t length = below(std::min<std::size_t>(text.size() - at, 40)) + 1;
        switch (below(6)) {
            case 0:
                text.erase(at, length);
                break;
            case 1:
                text.insert(at, text.substr(at, length));
                break;
            case 2:
                text[at] = put_in[below(put_in.size())];
                break;
            case 3:
                text.insert(at, 1, put_in[below(put_in.size())]);
                break;
            case 4:
                text.insert(below(text.size()), text.substr(at, length));
                break;
            default:
                text.resize(text.size() - below(30) % text.size());
                break;
        }
    }
    return text;
}

/// `file:row:column: message` on one line.
inline bool has_form_of_contract(const std::string& line)
{
    const std::size_t row = line.find(':') + 1;
    const std::size_t column = line.find(':', row) + 1;
    const std::size_t message = line.find(": ", column);
    if (row < 2 || column < row + 2 || message == std::string::npos || message == column) return false;
    return line.find_first_not_of("0123456789", row) == column - 1 && line.size() > message + 2 &&
           line.find_first_of("\n\r") == std::string::npos;
}

}  // namespace nodtrack::test
