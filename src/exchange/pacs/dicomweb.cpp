#include "dicomweb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "multipart.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "web_transport.hpp"

namespace nodtrack::exchange {
namespace {

using nlohmann::json;

constexpr long ok = 200;
constexpr long accepted = 202;
constexpr long no_content = 204;

tl::unexpected<Error> failed(const std::string& why)
{
    return failure(ErrorCode::bad_input, why);
}

std::string escaped(const std::string& text)
{
    std::string out;
    for (const char letter : text) {
        const bool is_plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                              (letter >= 'a' && letter <= 'z') || letter == '-' || letter == '.' || letter == '_';
        out += is_plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return out;
}

std::string tag_text(std::uint32_t tag)
{
    return fmt::format("{:08X}", tag);
}

const std::string& value_of(const Attributes& keys, std::uint32_t tag)
{
    static const std::string none;
    const auto found = keys.find(tag);
    return found == keys.end() ? none : found->second;
}

std::string series_path(const Attributes& keys)
{
    return "/studies/" + escaped(value_of(keys, tag::study_uid)) + "/series/" +
           escaped(value_of(keys, tag::series_uid));
}

/// Where it is asked, and by what: a study is searched by anything, its series and objects are named by their path.
std::string query_of(const Attributes& keys)
{
    const std::string& level = value_of(keys, tag::level);
    std::string path = level == "STUDY"    ? "/studies"
                       : level == "SERIES" ? "/studies/" + escaped(value_of(keys, tag::study_uid)) + "/series"
                                           : series_path(keys) + "/instances";
    char before = '?';
    for (const auto& [tag, text] : keys) {
        const bool in_path = level != "STUDY" && (tag == tag::study_uid || tag == tag::series_uid);
        if (tag == tag::level || in_path) continue;
        path += before + (text.empty() ? "includefield=" + tag_text(tag) : tag_text(tag) + "=" + escaped(text));
        before = '&';
    }
    return path;
}

/// What a status says where it is not the one that was hoped for.
Result<void> check_status(long status, const std::string& what)
{
    if (status == ok || status == no_content) return {};
    if (status >= 300 && status < 400)
        return failed(
            fmt::format("sends on to another address (HTTP {}), which is not followed; if that is where the "
                        "PACS is now, enter it anew by 'nodtrack pacs add'",
                        status));
    if (status == 401 || status == 403)
        return failed(
            fmt::format("does not let us {} (HTTP {}); does it know this computer's certificate (--cert, "
                        "--key)?",
                        what, status));
    if (status == 404)
        return failed(
            fmt::format("knows nothing at the address for this (HTTP 404, {}); is the path right, such as "
                        "/dicom-web?",
                        what));
    return failed(fmt::format("does not {} (HTTP {}); its log can tell why", what, status));
}

Result<WebAnswer> performed(const Pacs& pacs, const WebRequest& request)
{
    const auto plugin = web_plugin();
    if (!plugin) return tl::unexpected<Error>(plugin.error());
    return (*plugin)->perform(pacs, request);
}

std::string shown_text(const json& value)
{
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
    return {};
}

std::string values_text(const json& entry, std::uint32_t tag)
{
    const auto element = entry.find(tag_text(tag));
    if (element == entry.end() || !element->is_object()) return {};
    const auto values = element->find("Value");
    if (values == element->end() || !values->is_array()) return {};
    std::string text;
    for (const json& value : *values)
        text += (text.empty() ? "" : "\\") + shown_text(value);
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

/// Takes a short answer whole.
WebRequest request_for_text(std::string url, std::string accept, std::string& text)
{
    WebRequest request{.url = std::move(url), .accept = std::move(accept)};
    request.data = [&text](std::span<const unsigned char> bytes) -> Result<void> {
        if (text.size() + bytes.size() > PacsLimits::answer_bytes)
            return failed(fmt::format("answers with more than {} MB; ask for less", PacsLimits::answer_bytes >> 20U));
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    };
    return request;
}

// --- storing

/// The body of a STOW-RS request, read from the files as it is sent.
class StoreBody {
  public:
    StoreBody(const std::vector<ObjectToSend>& objects, std::string boundary)
        : objects_(objects), boundary_(std::move(boundary))
    {
        text_ = begin_of_part();
    }

    std::uint64_t size() const
    {
        std::uint64_t bytes = 0;
        std::error_code error;
        for (const ObjectToSend& object : objects_)
            bytes += begin_of_part().size() + std::filesystem::file_size(object.file, error) + line_end.size();
        return bytes + end().size();
    }

    std::size_t read(char* to, std::size_t room)
    {
        if (text_.empty() && in_.is_open()) {
            in_.read(to, static_cast<std::streamsize>(room));
            if (const auto taken = static_cast<std::size_t>(in_.gcount()); taken > 0) return taken;
            in_.close();
            ++next_;
            text_ = std::string(line_end) + (next_ < objects_.size() ? begin_of_part() : end());
        }
        const std::size_t taken = std::min(room, text_.size());
        std::copy_n(text_.begin(), taken, to);
        text_.erase(0, taken);
        if (text_.empty() && next_ < objects_.size()) {
            in_.clear();
            in_.open(objects_[next_].file, std::ios::binary);
        }
        return taken;
    }

  private:
    static constexpr std::string_view line_end = "\r\n";
    std::string begin_of_part() const { return "--" + boundary_ + "\r\nContent-Type: application/dicom\r\n\r\n"; }
    std::string end() const { return "--" + boundary_ + "--\r\n"; }

    const std::vector<ObjectToSend>& objects_;
    std::string boundary_;
    std::string text_;
    std::ifstream in_;
    std::size_t next_ = 0;  ///< the object whose file is read, or is to be
};

/// Which objects the PACS says it did not take (PS3.18, table 10.5.3-2).
Result<void> check_stored(const std::string& text)
{
    const json answer = json::parse(text, nullptr, false);
    if (!answer.is_object()) return {};  // what it stored is asked for afterwards
    const auto refused = answer.find("00081198");
    if (refused == answer.end() || !refused->is_object()) return {};
    const auto entries = refused->find("Value");
    if (entries == refused->end() || !entries->is_array() || entries->empty()) return {};
    const json& first = entries->front();
    return failed(fmt::format("refuses {} of the objects, first {} (reason {}); its log can tell why", entries->size(),
                              first.is_object() ? values_text(first, 0x00081155) : std::string(),
                              first.is_object() ? values_text(first, 0x00081197) : std::string()));
}

}  // namespace

Result<std::vector<Attributes>> web_answers(const std::string& text, const Attributes& keys)
{
    if (text.empty()) return std::vector<Attributes>();
    const json entries = json::parse(text, nullptr, false);
    const auto wrong = [] {
        return failed("does not answer as a PACS does (no DICOM JSON); is the path of its address right?");
    };
    if (!entries.is_array()) return wrong();
    if (entries.size() > PacsLimits::answers)
        return failed(fmt::format("answers with more than {} entries; ask for less", PacsLimits::answers));
    std::vector<Attributes> answers;
    for (const json& entry : entries) {
        if (!entry.is_object()) return wrong();
        Attributes attributes;
        for (const auto& [tag, asked] : keys)
            attributes[tag] = values_text(entry, tag);
        answers.push_back(std::move(attributes));
    }
    return answers;
}

Result<std::vector<Attributes>> web_find(const Pacs& pacs, const Attributes& keys)
{
    std::string text;
    const auto request = request_for_text(pacs.dicomweb_url + query_of(keys), "application/dicom+json", text);
    const auto answer = performed(pacs, request);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (const auto checked = check_status(answer->status, "let itself be searched"); !checked)
        return tl::unexpected<Error>(checked.error());
    if (answer->is_partial) return failed("has more than it tells at once; ask for less, such as with --since");
    return web_answers(text, keys);
}

Result<void> web_test(const Pacs& pacs)
{
    const Attributes keys{{tag::level, "STUDY"}, {tag::study_uid, uid_of_name("no study")}};
    const auto answers = web_find(pacs, keys);
    if (!answers) return tl::unexpected<Error>(answers.error());
    return {};
}

Result<void> web_get(const Pacs& pacs, const Attributes& keys, ObjectSink& sink)
{
    std::optional<MultipartReader> reader;
    // The transfer syntax is to be the stored one: nothing is decompressed, or compressed, on the way.
    WebRequest request{.url = pacs.dicomweb_url + series_path(keys),
                       .accept = R"(multipart/related; type="application/dicom"; transfer-syntax=*)"};
    request.head = [&](long status, const std::string& content_type) -> Result<void> {
        if (const auto checked = check_status(status, "send what was asked for"); !checked) return checked;
        if (status == no_content) return failed("has nothing of what was asked for");
        const auto boundary = boundary_of(content_type);
        if (!boundary)
            return failed(fmt::format("sends '{}', and multipart/related with a boundary was expected",
                                      content_type.substr(0, 80)));
        reader.emplace(*boundary, sink);
        return {};
    };
    request.data = [&](std::span<const unsigned char> bytes) -> Result<void> {
        return reader ? reader->feed(bytes) : Result<void>();
    };
    const auto answer = performed(pacs, request);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (!reader || !reader->finish()) return failed("hung up before its answer was whole; try again");
    return {};
}

Result<void> web_store(const Pacs& pacs, const std::vector<ObjectToSend>& objects)
{
    std::string uids = "boundary";
    for (const ObjectToSend& object : objects)
        uids += "\n" + object.sop_uid;
    const std::string boundary = "nodtrack-" + uid_of_name(uids);
    StoreBody body(objects, boundary);
    std::string text;
    WebRequest request = request_for_text(pacs.dicomweb_url + "/studies", "application/dicom+json", text);
    request.content_type = "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
    request.body_bytes = body.size();
    request.body = [&](char* to, std::size_t room) { return body.read(to, room); };
    const auto answer = performed(pacs, request);
    if (!answer) return tl::unexpected<Error>(answer.error());
    constexpr long conflict = 409;  // some or all were not taken, as the answer says
    if (answer->status == ok || answer->status == accepted || answer->status == conflict) {
        if (const auto checked = check_stored(text); !checked) return checked;
    }
    if (answer->status == accepted) return {};
    return check_status(answer->status, "store what it is sent");
}

}  // namespace nodtrack::exchange
