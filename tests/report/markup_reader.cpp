#include "markup_reader.hpp"

#include <array>
#include <cstdlib>
#include <regex>
#include <set>

namespace nodtrack::report::test {
namespace {

std::string unescaped(std::string text)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities = {
        {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}};
    for (const auto& [entity, character] : entities) {
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
            text.replace(at, entity.size(), character);
    }
    return text;
}

std::string attribute(const std::string& tag, const std::string& name)
{
    const std::string start = " " + name + "=\"";
    const auto at = tag.find(start);
    if (at == std::string::npos) return {};
    const auto from = at + start.size();
    return tag.substr(from, tag.find('"', from) - from);
}

bool is_void(const std::string& name)
{
    return name == "meta" || name == "col";
}

}  // namespace

std::vector<PlacedText> texts_of(std::string_view svg)
{
    std::vector<PlacedText> texts;
    for (auto at = svg.find("<text "); at != std::string_view::npos; at = svg.find("<text ", at + 1)) {
        const auto end_of_tag = svg.find('>', at);
        const std::string tag(svg.substr(at, end_of_tag - at));
        const std::string text =
            unescaped(std::string(svg.substr(end_of_tag + 1, svg.find("</text>", end_of_tag) - end_of_tag - 1)));
        const std::string anchor = attribute(tag, "text-anchor");
        const Anchor kind = anchor == "middle" ? Anchor::middle : (anchor == "end" ? Anchor::end : Anchor::start);
        const Point place = {std::atof(attribute(tag, "x").c_str()), std::atof(attribute(tag, "y").c_str())};
        texts.push_back({text, text_box(place, text, std::atof(attribute(tag, "font-size").c_str()), kind)});
    }
    return texts;
}

std::string markup_fault(std::string_view document)
{
    std::vector<std::string> open;
    std::set<std::string> ids;
    static const std::regex entity("^&(lt|gt|amp|quot|#39);");
    bool in_style = false;
    for (std::size_t i = 0; i < document.size(); ++i) {
        const char character = document[i];
        if (static_cast<unsigned char>(character) < 0x20U && character != '\n') return "a control character";
        if (character == '&' && !std::regex_search(std::string(document.substr(i, 8)), entity)) return "a bare &";
        if (character != '<') continue;
        const auto end = document.find('>', i);
        if (end == std::string_view::npos) return "a tag without an end";
        const std::string tag(document.substr(i + 1, end - i - 1));
        i = end;
        if (tag.starts_with("!DOCTYPE")) continue;
        if (tag.find('<') != std::string::npos) return "a < in <" + tag;
        const bool closes = tag.front() == '/';
        const std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" /", 1) - (closes ? 1 : 0));
        if (name == "script") return "a script";
        if (closes) {
            if (open.empty() || open.back() != name) return "</" + name + "> closes nothing";
            open.pop_back();
            in_style = false;
            continue;
        }
        const std::string id = attribute(tag, "id");
        if (!id.empty() && !ids.insert(id).second) return "two ids " + id;
        if (tag.back() != '/' && !is_void(name)) open.push_back(name);
        in_style = name == "style";
        // Rules of a style sheet use > as a sign of their own, never < or &.
        if (in_style) i = document.find("</style>", i) - 1;
    }
    return open.empty() ? std::string() : "<" + open.back() + "> is not closed";
}

}  // namespace nodtrack::report::test
