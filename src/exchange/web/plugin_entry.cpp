#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string_view>

#include "pacs/no_sigpipe.hpp"
#include "pacs/web_transport.hpp"

namespace nodtrack::exchange {
namespace {

tl::unexpected<Error> failed(const std::string& why)
{
    return failure(ErrorCode::bad_input, why);
}

/// One request and what became of it so far.
struct Transfer {
    const WebRequest& request;
    CURL* handle;
    WebAnswer answer{};
    bool began = false;
    Result<void> outcome{};
    char error[CURL_ERROR_SIZE] = {};

    Result<void> begin()
    {
        began = true;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
        const char* type = nullptr;
        curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
        if (type != nullptr) answer.content_type = type;
        return request.head ? request.head(answer.status, answer.content_type) : Result<void>();
    }
};

/// What these functions return in place of the count ends the transfer.
constexpr std::size_t stop = 0;

std::size_t on_data(char* bytes, std::size_t size, std::size_t count, void* to) noexcept
{
    auto& transfer = *static_cast<Transfer*>(to);
    try {
        if (!transfer.began) transfer.outcome = transfer.begin();
        if (transfer.outcome)
            transfer.outcome = transfer.request.data({reinterpret_cast<const unsigned char*>(bytes), size * count});
    } catch (const std::exception& error) {
        transfer.outcome = failed(std::string("its answer cannot be taken: ") + error.what());
    }
    return transfer.outcome ? size * count : stop;
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* to) noexcept
{
    auto& transfer = *static_cast<Transfer*>(to);
    const std::string_view line(bytes, size * count);
    constexpr std::string_view warning = "warning:";
    const bool is_warning =
        line.size() > warning.size() && std::equal(warning.begin(), warning.end(), line.begin(),
                                                   [](char one, char other) { return one == (other | 0x20); });
    if (is_warning && line.find(" 299") != std::string_view::npos) transfer.answer.is_partial = true;
    return size * count;
}

std::size_t on_read(char* to, std::size_t size, std::size_t count, void* from) noexcept
{
    auto& transfer = *static_cast<Transfer*>(from);
    try {
        const std::size_t taken = transfer.request.body(to, size * count);
        return taken == 0 ? CURL_READFUNC_ABORT : taken;
    } catch (const std::exception&) {
        return CURL_READFUNC_ABORT;
    }
}

/// The thread's handle: its connections are used again from one request to the next.
CURL* handle_of_thread()
{
    static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    struct Closed {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    static thread_local const std::unique_ptr<CURL, Closed> handle(is_ready ? curl_easy_init() : nullptr);
    if (handle) curl_easy_reset(handle.get());
    return handle.get();
}

void set_limits(CURL* handle, const Pacs& pacs)
{
    constexpr long buffer_bytes =
        64 * 1024;  // what stays in the processor's cache between receiving, searching and writing
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT,
                     static_cast<long>(std::min(PacsLimits::connect_s, pacs.patience_s)));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(pacs.patience_s));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(PacsLimits::whole_call_s));
    curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, buffer_bytes);
}

/// The configured address and no other: no proxy of the environment, no redirect, no password file, no other protocol.
void set_destination(CURL* handle, const WebRequest& request)
{
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
}

void set_tls(CURL* handle, const Pacs& pacs)
{
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!pacs.ca.empty()) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, pacs.ca.c_str());
        curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
    if (!pacs.certificate.empty()) {
        curl_easy_setopt(handle, CURLOPT_SSLCERT, pacs.certificate.c_str());
        curl_easy_setopt(handle, CURLOPT_SSLKEY, pacs.key.c_str());
    }
}

std::string why_not(CURLcode code, const Transfer& transfer, const Pacs& pacs)
{
    std::string said = transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(code);
    said.resize(std::min(said.size(), said.find_last_not_of("\r\n ") + 1));
    // Which of the codes it is depends on when the other side hangs up.
    const bool may_want_certificate = pacs.dicomweb_url.starts_with("https:") && pacs.certificate.empty();
    const std::string remedy =
        may_want_certificate ? "; does it want a client certificate (--cert, --key)?" : "; try again";
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return "cannot be reached: its host's name is not known here; is the address right?";
        case CURLE_COULDNT_CONNECT:
            return "cannot be reached (" + said + "); is it running, and the port right?";
        case CURLE_OPERATION_TIMEDOUT:
            return fmt::format("brought nothing for {} s, and was given up; is it busy, or the port another program's?",
                               pacs.patience_s);
        case CURLE_PEER_FAILED_VERIFICATION:
            return "is not trusted (" + said + "); is the file of --ca the authority that signed its certificate?";
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
            return "cannot be asked: the file of --ca, --cert or --key cannot be used (" + said + ")";
        case CURLE_SSL_CONNECT_ERROR:
            return "does not agree on an encrypted connection (" + said +
                   "); does it want a client certificate (--cert, --key)?";
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_GOT_NOTHING:
            if (said.find("certificate required") != std::string::npos)
                return "wants a client certificate; give nodtrack's own by --cert and --key";
            return "hung up before its answer was whole (" + said + ")" + remedy;
        case CURLE_PARTIAL_FILE:
            return "hung up before its answer was whole (" + said + "); try again";
        case CURLE_ABORTED_BY_CALLBACK:
            return "was not sent everything: a file cannot be read to its end";
        default:
            return "does not answer as a PACS does (" + said + ")" + remedy;
    }
}

Result<WebAnswer> performed(const Pacs& pacs, const WebRequest& request)
{
    const NoSigpipe no_sigpipe;
    CURL* const handle = handle_of_thread();
    if (handle == nullptr) return failure(ErrorCode::internal, "libcurl cannot be started; is there memory?");
    Transfer transfer{.request = request, .handle = handle};
    set_limits(handle, pacs);
    set_destination(handle, request);
    set_tls(handle, pacs);
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
        [&] {
            curl_slist* list = curl_slist_append(nullptr, ("Accept: " + request.accept).c_str());
            // A server that waits for leave to go on costs more than a second (Orthanc 1.10).
            list = curl_slist_append(list, "Expect:");
            return request.content_type.empty()
                       ? list
                       : curl_slist_append(list, ("Content-Type: " + request.content_type).c_str());
        }(),
        curl_slist_free_all);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.error);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    if (!request.content_type.empty()) {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body_bytes));
        curl_easy_setopt(handle, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(handle, CURLOPT_READDATA, &transfer);
    }
    const CURLcode code = curl_easy_perform(handle);
    if (!transfer.outcome) return tl::unexpected<Error>(transfer.outcome.error());
    if (code != CURLE_OK) return failed(why_not(code, transfer, pacs));
    if (!transfer.began) {
        if (const auto begun = transfer.begin(); !begun) return tl::unexpected<Error>(begun.error());
    }
    return std::move(transfer.answer);
}

Result<WebAnswer> caught(const Pacs& pacs, const WebRequest& request)
{
    try {
        return performed(pacs, request);
    } catch (const std::exception& error) {
        return failure(ErrorCode::internal, std::string("a request failed: ") + error.what());
    }
}

}  // namespace
}  // namespace nodtrack::exchange

extern "C" __attribute__((visibility("default"))) const nodtrack::exchange::WebPlugin* nodtrack_exchange_web_plugin()
{
    using namespace nodtrack::exchange;
    static const WebPlugin side{NODTRACK_VERSION, caught};
    return &side;
}
