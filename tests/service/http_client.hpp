#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::test::http {

using Headers = std::multimap<std::string, std::string>;

struct Response {
    int status = 0;
    Headers headers;
    std::string body;

    /// In any case; empty where there is none.
    std::string get_header_value(std::string_view name) const;
};
/// Absent where no whole answer came.
using Result = std::optional<Response>;

struct MultipartItem {
    std::string name;
    std::string content;
    std::string filename;
    std::string content_type;
};
using MultipartFormDataItems = std::vector<MultipartItem>;

/// A caller of the tests: one connection, kept open where asked, opened anew where it was closed.
class Client {
  public:
    using HeadTaker = std::function<bool(const Response&)>;
    using BodyTaker = std::function<bool(const char*, std::size_t)>;

    Client(std::string host, int port, bool tls = false);
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    void set_keep_alive(bool keep) { keep_ = keep; }

    Result Get(const std::string& path, const Headers& headers = {});
    /// The takers are told of what comes, and end it by saying no.
    Result Get(const std::string& path, const Headers& headers, const BodyTaker& take);
    Result Get(const std::string& path, const Headers& headers, const HeadTaker& head, const BodyTaker& take);
    Result Post(const std::string& path, const std::string& body, const std::string& media);
    Result Post(const std::string& path, const Headers& headers, const std::string& body, const std::string& media);
    Result Post(const std::string& path, const Headers& headers, const MultipartFormDataItems& items);
    Result Put(const std::string& path, const Headers& headers, const std::string& body, const std::string& media);
    Result Delete(const std::string& path, const Headers& headers = {});
    Result Head(const std::string& path, const Headers& headers = {});

  private:
    struct Connection;
    Result ask(const std::string& method, const std::string& path, const Headers& headers, const std::string& body,
               const std::string& media, const HeadTaker& head, const BodyTaker& take);

    std::string host_;
    int port_;
    bool tls_;
    bool keep_ = false;
    std::unique_ptr<Connection> connection_;
};

std::string encode_query_param(std::string_view text);

}  // namespace nodtrack::test::http
