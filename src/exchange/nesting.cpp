#include "nesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "nodtrack/exchange/report_document.hpp"

namespace nodtrack::exchange {
namespace {

constexpr std::uint32_t undefined_length = 0xFFFFFFFF;
constexpr std::uint32_t item_tag = 0xFFFEE000;
constexpr std::uint32_t item_end_tag = 0xFFFEE00D;
constexpr std::uint32_t sequence_end_tag = 0xFFFEE0DD;
constexpr std::uint32_t transfer_syntax_tag = 0x00020010;
constexpr std::uint32_t pixel_data_tag = 0x7FE00010;
constexpr std::uint32_t series_uid_tag = 0x0020000E;
constexpr std::size_t preamble_bytes = 132;
constexpr std::uint32_t longest_text = 1024;  // of what an object is known by; the longest text (LT) has 10,240
constexpr std::uint64_t open_end = ~std::uint64_t{0};

/// A sequence or an item that the walk is in.
struct Level {
    std::uint64_t end = open_end;  ///< open: until its delimiter
    bool is_item = false;
    bool is_explicit = true;    ///< whether elements within name their kind
    bool is_fragments = false;  ///< compressed pixels: its items hold bytes, no elements (PS3.5 A.4)
};

class Walk {
  public:
    Walk(std::span<const unsigned char> bytes, const std::string& name) : Walk(bytes, bytes.size(), name) {}
    /// Of an object of which these bytes are the beginning: a value may end behind them.
    Walk(std::span<const unsigned char> bytes, std::uint64_t whole_size, const std::string& name)
        : bytes_(bytes), whole_size_(whole_size), name_(name)
    {}

    /// `head`: no more than the beginning is walked, and its values are put there.
    Result<void> run(ObjectHead* head = nullptr)
    {
        head_ = head;
        if (bytes_.size() < preamble_bytes || text(preamble_bytes - 4, 4) != "DICM")
            return refused("is no DICOM file (no DICM at byte 128); give a DICOM object as a .dcm file");
        at_ = preamble_bytes;
        while (at_ < whole_size_) {
            leave_finished();
            if (at_ >= whole_size_) break;
            if (Result<void> taken = element(); !taken) return taken;
            if (is_head_known_) return {};
            if (++elements_ > ReportLimits::elements)
                return refused(
                    fmt::format("has more than {} elements; no report of a CT has so many", ReportLimits::elements));
            if (levels_.size() > 2 * ReportLimits::levels)
                return refused(fmt::format("nests sequences more than {} levels deep (byte {}); no report of a CT does",
                                           ReportLimits::levels, at_));
        }
        leave_finished();
        if (!levels_.empty()) return cut_short();
        if (head_ != nullptr && !past_meta_) return cut_short();
        return {};
    }

  private:
    std::string_view text(std::uint64_t from, std::size_t length) const
    {
        return {reinterpret_cast<const char*>(bytes_.data()) + from, length};
    }
    std::uint64_t left() const { return bytes_.size() - std::min<std::uint64_t>(at_, bytes_.size()); }

    std::uint32_t whole(std::uint64_t from, unsigned count) const
    {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < count; ++i)
            value = value << 8U | bytes_[from + (big_endian_ ? i : count - 1 - i)];
        return value;
    }
    std::uint32_t tag_at(std::uint64_t from) const { return whole(from, 2) << 16U | whole(from + 2, 2); }

    tl::unexpected<Error> refused(const std::string& why) const
    {
        return failure(ErrorCode::bad_input, name_ + ": " + why);
    }
    tl::unexpected<Error> cut_short() const
    {
        return refused(fmt::format("is cut short or damaged at byte {} of {}; fetch it again", at_, bytes_.size()));
    }

    void leave_finished()
    {
        while (!levels_.empty() && at_ >= levels_.back().end)
            levels_.pop_back();
    }

    /// Where a value of this length ends; absent where that is beyond what holds it.
    std::optional<std::uint64_t> end_of(std::uint32_t length) const
    {
        const std::uint64_t within = levels_.empty() ? whole_size_ : std::min(levels_.back().end, whole_size_);
        const std::uint64_t end = at_ + length;
        if (end > within) return std::nullopt;
        return end;
    }

    Result<void> enter(std::uint32_t length, bool is_item, bool is_explicit)
    {
        std::uint64_t end = levels_.empty() ? open_end : levels_.back().end;
        if (length != undefined_length) {
            const auto known = end_of(length);
            if (!known) return cut_short();
            end = *known;
        }
        levels_.push_back({end, is_item, is_explicit});
        return {};
    }

    /// Item, or an end that is told by a delimiter.
    Result<void> delimiter(std::uint32_t tag)
    {
        const std::uint32_t length = whole(at_ + 4, 4);
        at_ += 8;
        if (tag == item_tag) {
            if (levels_.empty() || levels_.back().is_item) return cut_short();
            if (levels_.back().is_fragments) return skip(length);
            return enter(length, true, levels_.back().is_explicit);
        }
        if (levels_.empty() || levels_.back().is_item != (tag == item_end_tag)) return cut_short();
        levels_.pop_back();
        return {};
    }

    Result<void> element()
    {
        if (left() < 8) return cut_short();
        const bool is_meta = levels_.empty() && bytes_[at_] == 2 && bytes_[at_ + 1] == 0 && !past_meta_;
        if (!is_meta && !past_meta_) {
            past_meta_ = true;
            if (is_deflated_) return refused("is deflated; save it uncompressed (dcmconv +te) and give that");
            big_endian_ = is_big_endian_;
            if (head_ != nullptr) head_->data_set_at = at_;
        }
        const std::uint32_t tag = tag_at(at_);
        if (head_ != nullptr && levels_.empty() && past_meta_ && tag > series_uid_tag) {
            is_head_known_ = true;
            return {};
        }
        if (tag == item_tag || tag == item_end_tag || tag == sequence_end_tag) return delimiter(tag);
        // Where items are expected nothing else stands.
        if (!levels_.empty() && !levels_.back().is_item) return cut_short();
        const bool is_explicit = is_meta || (levels_.empty() ? is_explicit_ : levels_.back().is_explicit);
        return is_explicit ? explicit_element(tag) : implicit_element(tag);
    }

    Result<void> explicit_element(std::uint32_t tag)
    {
        const std::string_view kind = text(at_ + 4, 2);
        static constexpr std::string_view long_kinds = "OB OW OF OD OL OV SQ UN UC UR UT SV UV";
        const auto found = long_kinds.find(kind);
        const bool is_long = found != std::string_view::npos && found % 3 == 0;
        if (is_long && left() < 12) return cut_short();
        const std::uint32_t length = is_long ? whole(at_ + 8, 4) : whole(at_ + 6, 2);
        const bool is_sequence = kind == "SQ" || (kind == "UN" && length == undefined_length);
        // A sequence of unknown kind is written as implicit (PS3.5 section 6.2.2).
        const bool within_explicit = kind != "UN";
        at_ += is_long ? 12 : 8;
        if (is_sequence) return enter(length, false, within_explicit);
        if (tag == pixel_data_tag && length == undefined_length) {
            const auto entered = enter(length, false, true);
            levels_.back().is_fragments = true;
            return entered;
        }
        return value(tag, length);
    }

    Result<void> skip(std::uint32_t length)
    {
        const auto end = end_of(length);
        if (!end) return cut_short();
        at_ = *end;
        return {};
    }

    Result<void> implicit_element(std::uint32_t tag)
    {
        const std::uint32_t length = whole(at_ + 4, 4);
        at_ += 8;
        const bool begins_with_item = length >= 8 && left() >= 8 && tag_at(at_) == item_tag && tag != pixel_data_tag;
        if (length == undefined_length || begins_with_item) return enter(length, false, false);
        return value(tag, length);
    }

    Result<void> value(std::uint32_t tag, std::uint32_t length)
    {
        const auto end = end_of(length);
        if (!end) return cut_short();
        // Behind the bytes at hand the pixels may end, and nothing that could hold more.
        if (*end > bytes_.size() && (tag != pixel_data_tag || !levels_.empty())) return cut_short();
        if (head_ != nullptr && levels_.empty() && length <= longest_text && *end <= bytes_.size()) {
            std::string_view said = text(at_, length);
            said = said.substr(0, said.find_last_not_of(std::string_view("\0 ", 2)) + 1);
            head_->values.insert_or_assign(
                tag, std::string(said.substr(std::min(said.find_first_not_of(' '), said.size()))));
        }
        if (tag == transfer_syntax_tag && levels_.empty()) {
            std::string_view syntax = text(at_, length);
            syntax = syntax.substr(0, syntax.find_last_not_of(std::string_view("\0 ", 2)) + 1);
            is_explicit_ = syntax != "1.2.840.10008.1.2";
            is_big_endian_ = syntax == "1.2.840.10008.1.2.2";
            is_deflated_ = syntax == "1.2.840.10008.1.2.1.99";
        }
        at_ = *end;
        return {};
    }

    std::span<const unsigned char> bytes_;
    std::uint64_t whole_size_;
    const std::string& name_;
    std::uint64_t at_ = 0;
    std::size_t elements_ = 0;
    std::vector<Level> levels_;
    bool is_explicit_ = true;  // of the data set, as the file's head says
    bool is_big_endian_ = false;
    bool is_deflated_ = false;
    bool big_endian_ = false;  // of what is being read: the head is little endian always
    bool past_meta_ = false;
    ObjectHead* head_ = nullptr;
    bool is_head_known_ = false;
};

}  // namespace

Result<void> check_nesting(std::span<const unsigned char> bytes, const std::string& name)
{
    if (bytes.size() > ReportLimits::bytes)
        return failure(ErrorCode::bad_input, fmt::format("{}: has {} bytes, and a report at most {}; is it an image?",
                                                         name, bytes.size(), ReportLimits::bytes));
    return Walk(bytes, name).run();
}

Result<void> check_structure(std::span<const unsigned char> bytes, const std::string& name)
{
    return Walk(bytes, name).run();
}

bool is_whole_by_beginning(std::span<const unsigned char> beginning, std::uint64_t whole_size)
{
    const std::string nobody_reads_it;
    return Walk(beginning, whole_size, nobody_reads_it).run().has_value();
}

const std::string& ObjectHead::value(std::uint32_t tag) const
{
    static const std::string none;
    const auto found = values.find(tag);
    return found == values.end() ? none : found->second;
}

Result<ObjectHead> object_head(std::span<const unsigned char> bytes, const std::string& name)
{
    ObjectHead head;
    const auto walked = Walk(bytes, name).run(&head);
    if (!walked) return tl::unexpected<Error>(walked.error());
    return head;
}

}  // namespace nodtrack::exchange
