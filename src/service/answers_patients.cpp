#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "answers.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/tracker/film.hpp"
#include "nodtrack/tracker/row_version.hpp"

namespace nodtrack::service {
namespace {

std::string source_hash(std::string_view text)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
    std::string base64(4 * ((size + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), digest, static_cast<int>(size));
    return "'sha256-" + base64 + "'";
}

void add_between(std::set<std::string>& hashes, std::string_view html, std::string_view begin, std::string_view end)
{
    for (std::size_t at = html.find(begin); at != std::string_view::npos; at = html.find(begin, at)) {
        at += begin.size();
        const std::size_t stop = html.find(end, at);
        if (stop == std::string_view::npos) return;
        hashes.insert(source_hash(html.substr(at, stop - at)));
        at = stop;
    }
}

}  // namespace

Reply html_reply(std::string html)
{
    std::set<std::string> hashes;
    add_between(hashes, html, "<style>", "</style>");
    add_between(hashes, html, " style=\"", "\"");
    std::string policy = "default-src 'none'; img-src data:; style-src 'unsafe-hashes'";
    for (const std::string& hash : hashes)
        policy += " " + hash;
    policy += "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return Reply::of(std::move(html), uses::html_media).with("Content-Security-Policy", policy);
}

Result<Reply> patient(RequestContext& context)
{
    PatientRecord record;
    const auto found = context.reader.patients.find(context.patient_id(), record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return failure(ErrorCode::not_found, "no patient '" + context.patient_id() + "' is recorded");
    std::string text = interop::record_json({&record, 1});
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    text.pop_back();  // the closing brace
    text += ",\"versions\":[";
    bool is_first = true;
    for (const auto& [key, version] : tracker::row_keys_of(record, context.reader.patients.versions())) {
        if (!is_first) text += ',';
        is_first = false;
        text += "{\"row\":";
        append_json(text, kind_name(key.kind));
        tracker::for_each_named_part(key, [&](std::string_view name, std::string_view value) {
            text += ",\"" + std::string(name) + "\":";
            append_json(text, value);
        });
        text += ",\"version\":" + std::to_string(version) + "}";
    }
    return Reply::of(text + "]}\n");
}

Result<Reply> filmstrip(RequestContext& context)
{
    const auto as_of = context.day_or_none("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto film = tracker::film_of(context.reader.registry, context.patient_id(), context.values[1], *as_of);
    if (!film) return tl::unexpected(film.error());
    const auto strip = imaging::film_strip(*film);
    if (strip.shown == 0) {
        return failure(ErrorCode::not_found, "no image of nodule '" + context.values[1] + "' can be shown",
                       strip.problems);
    }
    auto png = imaging::png_of(strip.picture);
    if (!png) return tl::unexpected(png.error());
    return Reply::of(std::move(*png), "image/png");
}

}  // namespace nodtrack::service
