#include "multipart.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace nodtrack::exchange {
namespace {

constexpr std::size_t longest_boundary = 70;  // RFC 2046

bool is_same_word(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](unsigned char one, unsigned char other) { return std::tolower(one) == std::tolower(other); });
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// Takes the next parameter off `text`: its end is a semicolon that is not quoted.
std::string_view next_parameter(std::string_view& text)
{
    std::size_t end = 0;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != ';'); ++end)
        quoted = quoted != (text[end] == '"');
    const std::string_view parameter = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(parameter);
}

bool is_boundary(std::string_view text)
{
    const auto may_stand = [](unsigned char letter) {
        return std::isalnum(letter) != 0 || std::strchr("'()+_,-./:=? ", letter) != nullptr;
    };
    return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(),
                       [&](char letter) { return letter != '\0' && may_stand(static_cast<unsigned char>(letter)); });
}

}  // namespace

std::optional<std::string> boundary_of(std::string_view content_type)
{
    if (!is_same_word(next_parameter(content_type), "multipart/related")) return std::nullopt;
    while (!content_type.empty()) {
        const std::string_view parameter = next_parameter(content_type);
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos || !is_same_word(trimmed(parameter.substr(0, equals)), "boundary"))
            continue;
        std::string_view value = trimmed(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        if (!is_boundary(value)) return std::nullopt;
        return std::string(value);
    }
    return std::nullopt;
}

MultipartReader::MultipartReader(const std::string& boundary, ObjectSink& sink)
    : delimiter_("\r\n--" + boundary), sink_(sink)
{}

void MultipartReader::fail(std::string_view why)
{
    outcome_ = failure(ErrorCode::bad_input, std::string(why));
}

/// Within a part, what was held back because a delimiter might begin in it goes to the sink once the next bytes show
/// that none does. False where one may, or where they are too few to tell.
bool MultipartReader::give_held(std::span<const unsigned char> bytes)
{
    const std::size_t overlap = delimiter_.size() - 1;
    if (state_ != State::body || held_.size() > overlap || bytes.size() < overlap) return false;
    std::vector<unsigned char> joined(held_);
    joined.insert(joined.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(overlap));
    if (::memmem(joined.data(), joined.size(), delimiter_.data(), delimiter_.size()) != nullptr) return false;
    if (!held_.empty()) outcome_ = sink_.data(held_);
    return true;
}

Result<void> MultipartReader::feed(std::span<const unsigned char> bytes)
{
    if (!outcome_) return outcome_;
    if (held_.empty() || give_held(bytes)) {
        held_.clear();
        window_ = bytes;
    } else {
        held_.insert(held_.end(), bytes.begin(), bytes.end());
        window_ = held_;
    }
    at_ = 0;
    while (outcome_ && step()) {
    }
    const auto rest = window_.subspan(std::min(at_, window_.size()));
    held_ = std::vector<unsigned char>(rest.begin(), rest.end());
    window_ = {};
    return outcome_;
}

Result<void> MultipartReader::finish() const
{
    if (!outcome_ || state_ == State::ended) return outcome_;
    return failure(ErrorCode::bad_input, "the answer is cut short");
}

/// Whether there is more to be done with what is held.
bool MultipartReader::step()
{
    switch (state_) {
        case State::before:
            return find_first();
        case State::after_delimiter:
            return take_delimiter_end();
        case State::head:
            return take_head();
        case State::body:
            return take_body();
        case State::ended:
            at_ = window_.size();  // what comes behind the last delimiter is to be passed over
            return false;
    }
    return false;
}

bool MultipartReader::find_first()
{
    const auto found = std::search(window_.begin() + static_cast<std::ptrdiff_t>(at_), window_.end(),
                                   delimiter_.begin(), delimiter_.end());
    if (found == window_.end()) {
        if (window_.size() > longest_head) fail("the answer does not begin as its boundary says");
        return false;
    }
    at_ = static_cast<std::size_t>(found - window_.begin()) + delimiter_.size();
    state_ = State::after_delimiter;
    return true;
}

bool MultipartReader::take_delimiter_end()
{
    // Blanks may follow a delimiter; hyphens make it the last.
    while (at_ < window_.size() && (window_[at_] == ' ' || window_[at_] == '\t'))
        ++at_;
    if (window_.size() - at_ < 2) return false;
    const std::string_view next(reinterpret_cast<const char*>(window_.data()) + at_, 2);
    if (next != "\r\n" && next != "--") {
        fail("a delimiter of the answer is followed by neither a line's end nor hyphens");
        return false;
    }
    state_ = next == "--" ? State::ended : State::head;
    // The line's end stays: a head without a field is an empty line at once.
    if (next == "--") at_ += 2;
    return true;
}

bool MultipartReader::take_head()
{
    static constexpr std::string_view empty_line = "\r\n\r\n";
    const auto begin = window_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto found = std::search(begin, window_.end(), empty_line.begin(), empty_line.end());
    const auto length = static_cast<std::size_t>(found - begin);
    if (length > longest_head) {
        fail("the head of a part of the answer has more than 16 KB");
        return false;
    }
    if (found == window_.end()) return false;
    at_ += length + empty_line.size();
    ++parts_;
    state_ = State::body;
    outcome_ = sink_.begin({});
    return outcome_.has_value();
}

bool MultipartReader::give(std::size_t count)
{
    if (count > 0) outcome_ = sink_.data(window_.subspan(at_, count));
    at_ += count;
    return outcome_.has_value();
}

bool MultipartReader::take_body()
{
    const std::size_t left = window_.size() - at_;
    const void* const found = ::memmem(window_.data() + at_, left, delimiter_.data(), delimiter_.size());
    if (found == nullptr) {
        // The end may be the beginning of a delimiter.
        if (left >= delimiter_.size()) (void)give(left - (delimiter_.size() - 1));
        return false;
    }
    const auto length = static_cast<std::size_t>(static_cast<const unsigned char*>(found) - (window_.data() + at_));
    if (!give(length)) return false;
    at_ += delimiter_.size();
    state_ = State::after_delimiter;
    outcome_ = sink_.end();
    return outcome_.has_value();
}

}  // namespace nodtrack::exchange
