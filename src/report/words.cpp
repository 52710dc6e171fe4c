#include "words.hpp"

namespace nodtrack::report {

std::string flags_text(const assess::Assessment& assessment, const PatientRecord& record,
                       std::optional<std::uint32_t> nodule)
{
    std::string text;
    for (const assess::Flag& flag : assessment.flags) {
        if (nodule && flag.nodule != nodule) continue;
        std::string line = "  ! ";
        if (flag.nodule && !nodule) line += record.nodule_ids[*flag.nodule] + ": ";
        line += flag.text;
        text += wrapped(line, 4) + "\n";
    }
    return text;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    std::string out;
    std::size_t line_length = 0;
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t end = start;
        while (end < text.size() && text[end] == ' ')
            ++end;  // leading blanks belong to the word
        while (end < text.size() && text[end] != ' ')
            ++end;
        std::string_view piece = text.substr(start, end - start);
        if (line_length + piece.size() > width && line_length > indent) {
            out += '\n';
            out.append(indent, ' ');
            line_length = indent;
            while (!piece.empty() && piece.front() == ' ')
                piece.remove_prefix(1);
        }
        out += piece;
        line_length += piece.size();
        start = end;
    }
    return out;
}

}  // namespace nodtrack::report
