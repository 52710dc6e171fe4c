#include "print_measure.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "markup.hpp"

namespace nodtrack::report {
namespace {

/// Advances of Arial from the blank to the tilde, in thousandths of the size.
constexpr std::array<std::uint16_t, 95> advances = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

double width_of(char character)
{
    const auto byte = static_cast<unsigned char>(character);
    constexpr double thousand = 1000.0;
    if (byte >= 0x20U && byte < 0x7FU) return advances[byte - 0x20U] / thousand;
    return byte >= 0xC0U ? 1.0 : 0.0;  // of a character beyond ASCII the first byte counts
}

}  // namespace

std::size_t printed_lines(std::string_view text, double size, double width)
{
    constexpr double safety = 1.025;  // engines round advances
    const double room = width / (size * safety);
    std::size_t lines = 1;
    double used = 0.0;
    double word = 0.0;
    bool at_start = true;
    const auto end_word = [&] {
        if (!at_start && used + word > room) {
            ++lines;
            used = 0.0;
        }
        used += word;
        while (used > room) {  // a word longer than a line is broken
            ++lines;
            used -= room;
        }
        at_start = false;
        word = 0.0;
    };
    for (const char character : text) {
        if (character == ' ') {
            end_word();
            used += width_of(' ');
        } else {
            word += width_of(character);
        }
    }
    end_word();
    return lines;
}

std::string fitted_to_lines(std::string text, double size, double width, std::size_t lines)
{
    std::size_t characters = text.size();
    while (printed_lines(text, size, width) > lines && characters > 8) {
        characters -= std::max<std::size_t>(1, characters / 40);
        text = shortened(text, characters);
    }
    return text;
}

}  // namespace nodtrack::report
