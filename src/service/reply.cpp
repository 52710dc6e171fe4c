#include "reply.hpp"

#include <nlohmann/json.hpp>

namespace nodtrack::service {

using nlohmann::ordered_json;

std::string_view title_of(int status)
{
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Internal Server Error";
    }
}

int status_of(ErrorCode code)
{
    switch (code) {
        case ErrorCode::usage:
            return 400;
        case ErrorCode::bad_input:
            return 422;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::conflict:
            return 409;
        case ErrorCode::not_allowed:
            return 403;
        case ErrorCode::registry_unusable:
            return 503;
        case ErrorCode::internal:
            break;
    }
    return 500;
}

Reply refusal(int status, std::string_view detail, const std::vector<std::string>& problems,
              const std::vector<std::string>& questions)
{
    ordered_json body = {{"type", "about:blank"},
                         {"title", title_of(status)},
                         {"status", status},
                         {"detail", detail},
                         {"problems", problems}};
    if (!questions.empty()) body["questions"] = questions;
    return Reply::of(body.dump(-1, ' ', false, ordered_json::error_handler_t::replace), "application/problem+json",
                     status);
}

Reply refusal(const Error& error)
{
    return refusal(status_of(error.code), error.message, error.context, error.questions);
}

Reply refusal_without_path(Error error, const std::filesystem::path& registry_file)
{
    for (const std::string& path : {std::filesystem::absolute(registry_file).string(), registry_file.string()}) {
        for (std::size_t at = error.message.find(path); !path.empty() && at != std::string::npos;
             at = error.message.find(path)) {
            error.message.erase(at, path.size() + (error.message.substr(at + path.size()).starts_with(": ") ? 2 : 0));
        }
    }
    return refusal(error);
}

void append_json(std::string& out, std::string_view text)
{
    out += ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace nodtrack::service
