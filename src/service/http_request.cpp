#include "http_request.hpp"

#include <algorithm>

namespace nodtrack::service {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// `form-data; name="files"; filename="a.csv"` -> the value of one of its parameters; empty where there is none.
std::string parameter_of(std::string_view value, std::string_view name)
{
    for (std::size_t at = value.find(';'); at != std::string_view::npos; at = value.find(';', at)) {
        value = trimmed(value.substr(at + 1));
        at = 0;
        const std::size_t equals = value.find('=');
        if (equals == std::string_view::npos) return {};
        const bool found = same_name(trimmed(value.substr(0, equals)), name);
        std::string_view rest = value.substr(equals + 1);
        std::string text;
        std::size_t end = 0;
        if (rest.starts_with('"')) {
            for (end = 1; end < rest.size() && rest[end] != '"'; ++end) {
                if (rest[end] == '\\' && end + 1 < rest.size()) ++end;
                text += rest[end];
            }
        } else {
            end = std::min(rest.find(';'), rest.size());
            text = trimmed(rest.substr(0, end));
        }
        if (found) return text;
        value = rest.substr(std::min(end, rest.size()));
    }
    return {};
}

tl::unexpected<Error> no_multipart(const char* why)
{
    return failure(ErrorCode::usage, std::string("the body is no multipart/form-data: ") + why);
}

}  // namespace

bool same_name(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_multipart(std::string_view content_type)
{
    constexpr std::string_view media = "multipart/form-data";
    return same_name(content_type.substr(0, media.size()), media);
}

std::string HttpRequest::header(std::string_view name) const
{
    for (const auto& [known, value] : fields) {
        if (same_name(known, name)) return value;
    }
    return {};
}

std::size_t HttpRequest::count(std::string_view name) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(fields, [&](const auto& field) { return same_name(field.first, name); }));
}

Result<std::vector<Upload>> uploads_of(std::string_view content_type, std::string_view body)
{
    const std::string boundary = parameter_of(content_type, "boundary");
    if (boundary.empty() || boundary.size() > 70) return no_multipart("its Content-Type has no boundary");  // RFC 2046
    const std::string delimiter = "--" + boundary;
    std::vector<Upload> uploads;
    std::size_t at = body.starts_with(delimiter) ? 0 : body.find("\r\n" + delimiter);
    if (at == std::string_view::npos) return no_multipart("its boundary is not in it");
    if (at != 0) at += 2;
    for (;;) {
        at += delimiter.size();
        if (body.substr(at).starts_with("--")) return uploads;
        if (!body.substr(at).starts_with("\r\n")) return no_multipart("a boundary does not end its line");
        at += 2;
        const std::size_t head_end = body.substr(at).starts_with("\r\n") ? at : body.find("\r\n\r\n", at);
        const std::size_t end = body.find("\r\n" + delimiter, head_end);
        if (head_end == std::string_view::npos || end == std::string_view::npos) return no_multipart("it is cut short");
        Upload upload;
        for (std::string_view head = body.substr(at, head_end - at); !head.empty();) {
            const std::size_t line_end = std::min(head.find("\r\n"), head.size());
            const std::string_view line = head.substr(0, line_end);
            head.remove_prefix(std::min(line_end + 2, head.size()));
            const std::size_t colon = line.find(':');
            if (colon == std::string_view::npos || !same_name(line.substr(0, colon), "Content-Disposition")) continue;
            const std::string file = parameter_of(line.substr(colon + 1), "filename");
            upload.name = file.empty() ? parameter_of(line.substr(colon + 1), "name") : file;
        }
        const std::size_t text = head_end == at ? at + 2 : head_end + 4;
        if (text <= end) upload.text = body.substr(text, end - text);
        if (uploads.size() == most_uploads) {
            return failure(ErrorCode::usage,
                           "the upload has more than " + std::to_string(most_uploads) + " files; a record has fewer");
        }
        uploads.push_back(std::move(upload));
        at = end + 2;
    }
}

}  // namespace nodtrack::service
