#include "html_parts.hpp"

#include <fmt/format.h>

#include "markup.hpp"

namespace nodtrack::report {

std::string page_start(std::string_view title, std::string_view style)
{
    // What the browser may load: nothing. Styles and pictures stand in the page itself.
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
        "<style>\n{}</style>\n</head>\n<body>\n",
        escaped(title), style);
}

std::string page_end()
{
    return "</body>\n</html>\n";
}

std::string element(std::string_view tag, std::string_view text, std::string_view attributes)
{
    return fmt::format("<{0}{1}{2}>{3}</{0}>", tag, attributes.empty() ? "" : " ", attributes, escaped(text));
}

}  // namespace nodtrack::report
