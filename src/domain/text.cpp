#include "nodtrack/domain/text.hpp"

namespace nodtrack {

bool holds_control_character(std::string_view text, bool line_breaks_allowed)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) {
            const bool line_break = byte == '\n' || byte == '\r' || byte == '\t';
            if (!line_breaks_allowed || !line_break) return true;
        }
        if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

}  // namespace nodtrack
