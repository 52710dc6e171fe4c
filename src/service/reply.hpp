#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::service {

inline constexpr std::string_view json_media = "application/json";

/// What goes back to the caller.
struct Reply {
    int status = 200;
    std::string media = std::string(json_media);
    std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
    std::vector<std::pair<std::string, std::string>> headers{};
    bool closes = false;  ///< the connection ends with it: what the caller still sends is not read
    std::shared_ptr<Events::Listener> listener{};  ///< the answer is a stream of events
    /// Where it is set, the body is this file, which goes when the reply goes.
    std::shared_ptr<const std::filesystem::path> file{};

    static Reply of(std::string text, std::string_view media = json_media, int status = 200)
    {
        Reply reply;
        reply.status = status;
        reply.media = media;
        text.shrink_to_fit();  // it may be kept for long
        reply.body = std::make_shared<const std::string>(std::move(text));
        return reply;
    }
    Reply&& with(std::string name, std::string value) &&
    {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

/// `Not Found`
std::string_view title_of(int status);

/// The HTTP status of an expected failure: the only table of it.
int status_of(ErrorCode code);

/// An `application/problem+json` that says what is wrong.
Reply refusal(int status, std::string_view detail, const std::vector<std::string>& problems = {},
              const std::vector<std::string>& questions = {});
/// The same of an expected failure, in the words of the command line.
Reply refusal(const Error& error);
/// Where the registry stands is nobody's business but the log's.
Reply refusal_without_path(Error error, const std::filesystem::path& registry_file);

/// Appends a JSON string with quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

}  // namespace nodtrack::service
