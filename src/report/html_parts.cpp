#include "html_parts.hpp"

#include <fmt/format.h>

#include "markup.hpp"

namespace nodtrack::report {
namespace {

std::string base64(std::string_view bytes)
{
    constexpr std::string_view signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k > bytes.size() ? '=' : signs[group >> (18 - 6 * k) & 63U];
    }
    return text;
}

}  // namespace

std::string page_start(std::string_view title, std::string_view style, std::string_view language)
{
    // What the browser may load: nothing. Styles and pictures stand in the page itself.
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
        "<style>\n{}</style>\n</head>\n<body>\n",
        language, escaped(title), style);
}

std::string page_end()
{
    return "</body>\n</html>\n";
}

std::string element(std::string_view tag, std::string_view text, std::string_view attributes)
{
    return fmt::format("<{0}{1}{2}>{3}</{0}>", tag, attributes.empty() ? "" : " ", attributes, escaped(text));
}

std::string embedded(const NodulePicture& picture, std::string_view attributes)
{
    std::string html = "<img alt=\"" + escaped(picture.description) + "\" ";
    html += attributes;
    return html + " src=\"data:image/png;base64," + base64(picture.png) + "\">";
}

}  // namespace nodtrack::report
