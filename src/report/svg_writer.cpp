#include "svg_writer.hpp"

#include <fmt/format.h>

#include <cctype>

#include "markup.hpp"

namespace nodtrack::report {
namespace {

/// A place or length: at most two decimals, none that say nothing.
std::string number(double value)
{
    std::string text = fmt::format("{:.2f}", value);
    while (text.back() == '0')
        text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string points_attribute(std::span<const Point> points)
{
    std::string list;
    for (const Point point : points)
        list += (list.empty() ? "" : " ") + number(point.x) + "," + number(point.y);
    return list;
}

/// Different prefixes give different ids: what an id may not hold stands as `_` and two digits.
std::string id_part(std::string_view prefix)
{
    std::string id = "p";
    for (const char character : prefix) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = byte < 0x80U && (std::isalnum(byte) != 0 || character == '-');
        id += plain ? std::string(1, character) : fmt::format("_{:02X}", byte);
    }
    return id;
}

}  // namespace

SvgWriter::SvgWriter(double width, double height, std::string_view title, std::string_view description,
                     std::string_view prefix)
    : prefix_(id_part(prefix))
{
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
        "aria-labelledby=\"{2}-title {2}-desc\" font-family=\"Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', "
        "sans-serif\">\n<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-desc\">{4}</desc>\n",
        number(width), number(height), prefix_, escaped(title), escaped(description));
    out_ += fmt::format(
        "<defs><pattern id=\"{}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
        "<path d=\"M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5\" stroke=\"#9a9a9a\" stroke-width=\"0.7\"/></pattern></defs>\n",
        prefix_);
    rectangle({0.0, 0.0, width, height}, {.fill = "#ffffff"});
}

void SvgWriter::shape(std::string_view element, const Paint& paint)
{
    out_ += fmt::format("<{} fill=\"{}\"", element, escaped(paint.fill.empty() ? "none" : paint.fill));
    if (paint.opacity < 1.0) out_ += fmt::format(" fill-opacity=\"{}\"", number(paint.opacity));
    if (!paint.stroke.empty()) {
        out_ += fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", escaped(paint.stroke), number(paint.width));
    }
    if (!paint.dash.empty()) out_ += fmt::format(" stroke-dasharray=\"{}\"", escaped(paint.dash));
    out_ += "/>\n";
}

void SvgWriter::rectangle(const Box& box, const Paint& paint)
{
    shape(fmt::format("rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", number(box.left), number(box.top),
                      number(box.width()), number(box.height())),
          paint);
}

void SvgWriter::hatched(const Box& box)
{
    rectangle(box, {.fill = fmt::format("url(#{}-hatch)", prefix_)});
}

void SvgWriter::line(Point from, Point to, const Paint& paint)
{
    shape(fmt::format("line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", number(from.x), number(from.y), number(to.x),
                      number(to.y)),
          paint);
}

void SvgWriter::polyline(std::span<const Point> points, const Paint& paint)
{
    if (points.size() > 1) shape("polyline points=\"" + points_attribute(points) + "\"", paint);
}

void SvgWriter::polygon(std::span<const Point> points, const Paint& paint)
{
    if (points.size() > 2) shape("polygon points=\"" + points_attribute(points) + "\"", paint);
}

void SvgWriter::circle(Point centre, double radius, const Paint& paint)
{
    shape(fmt::format("circle cx=\"{}\" cy=\"{}\" r=\"{}\"", number(centre.x), number(centre.y), number(radius)),
          paint);
}

void SvgWriter::text(Point at, std::string_view text, const Lettering& lettering)
{
    constexpr std::string_view anchors[] = {"start", "middle", "end"};
    out_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"", number(at.x), number(at.y),
                        number(lettering.size), escaped(lettering.colour));
    if (lettering.anchor != Anchor::start) {
        out_ += fmt::format(" text-anchor=\"{}\"", anchors[static_cast<std::size_t>(lettering.anchor)]);
    }
    if (lettering.bold) out_ += " font-weight=\"bold\"";
    if (lettering.halo) out_ += " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"";
    out_ += ">" + escaped(text) + "</text>\n";
}

void SvgWriter::open_group(std::string_view title)
{
    out_ += "<g><title>" + escaped(title) + "</title>\n";
    ++open_groups_;
}

void SvgWriter::close_group()
{
    if (open_groups_ == 0) return;
    out_ += "</g>\n";
    --open_groups_;
}

std::string SvgWriter::finish() &&
{
    while (open_groups_ > 0)
        close_group();
    return std::move(out_) + "</svg>\n";
}

}  // namespace nodtrack::report
