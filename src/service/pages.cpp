#include "pages.hpp"
#include "nodtrack/domain/sha256.hpp"

#include <algorithm>
#include <map>

namespace nodtrack::service {
namespace {

constexpr std::string_view page_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

constexpr std::string_view how_to_build =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>nodtrack</title></head><body>\n"
    "<h1>nodtrack</h1>\n<p>The service is running. This program was built without the pages; the API is under "
    "<a href=\"/api/v1/openapi.json\">/api/v1</a>.</p>\n<p>To build the pages: <code>npm ci &amp;&amp; npm run "
    "build</code> in <code>web/</code>, then <code>cmake --preset release -DNODTRACK_WEB=$PWD/web/dist</code> and "
    "build again. <code>./run serve</code> does both.</p>\n</body></html>\n";

std::string_view media_of(std::string_view path)
{
    static const std::map<std::string_view, std::string_view> known = {{"html", "text/html; charset=utf-8"},
                                                                       {"js", "text/javascript; charset=utf-8"},
                                                                       {"mjs", "text/javascript; charset=utf-8"},
                                                                       {"css", "text/css; charset=utf-8"},
                                                                       {"json", "application/json"},
                                                                       {"map", "application/json"},
                                                                       {"webmanifest", "application/manifest+json"},
                                                                       {"svg", "image/svg+xml"},
                                                                       {"png", "image/png"},
                                                                       {"ico", "image/x-icon"},
                                                                       {"woff2", "font/woff2"},
                                                                       {"woff", "font/woff"},
                                                                       {"txt", "text/plain; charset=utf-8"}};
    const std::size_t dot = path.rfind('.');
    const auto found = dot == std::string_view::npos ? known.end() : known.find(path.substr(dot + 1));
    return found == known.end() ? "application/octet-stream" : found->second;
}

/// A file whose name bears the hash of its content (`index-BVd9aXyz.js`) never changes.
bool is_hashed(std::string_view path)
{
    return path.starts_with("/assets/") && path.find('-') != std::string_view::npos;
}

Reply reply_of(const PageFile& file, const HttpRequest& request)
{
    Reply reply = Reply::of(std::string(file.bytes), media_of(file.path));
    const std::string etag = '"' + sha256_of(file.bytes).substr(0, 32) + '"';
    if (request.header("If-None-Match").find(etag) != std::string::npos) {
        reply.status = 304;
        reply.body = std::make_shared<const std::string>();
    }
    reply.headers.emplace_back("ETag", etag);
    reply.headers.emplace_back("Cache-Control",
                               is_hashed(file.path) ? "public, max-age=31536000, immutable" : "no-cache");
    reply.headers.emplace_back("Content-Security-Policy", std::string(page_policy));
    return reply;
}

}  // namespace

Reply page(const HttpRequest& request)
{
    if (request.method != "GET" && request.method != "HEAD") {
        return refusal(405, "pages take GET").with("Allow", "GET");
    }
    const auto target = target_of(request.target);
    if (!target) return refusal(400, "the address has an escape that is none; write % and two hexadecimal digits");
    std::string path;
    for (const std::string& segment : target->path)
        path += "/" + segment;
    const auto files = page_files();
    const auto file = std::ranges::find(files, std::string_view(path), &PageFile::path);
    if (file != files.end()) return reply_of(*file, request);
    const bool names_a_file = target->path.back().find('.') != std::string::npos;
    if (names_a_file) return refusal(404, "there is nothing at this address");
    const auto first = std::ranges::find(files, std::string_view("/index.html"), &PageFile::path);
    if (first != files.end()) return reply_of(*first, request);
    return Reply::of(std::string(how_to_build), "text/html; charset=utf-8")
        .with("Content-Security-Policy", std::string(page_policy));
}

}  // namespace nodtrack::service
