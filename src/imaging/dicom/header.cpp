#include "header.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace nodtrack::imaging {
namespace {

constexpr DicomTag transfer_syntax_tag = 0x00020010;
constexpr DicomTag pixel_data_tag = 0x7fe00010;
constexpr DicomTag item_tag = 0xfffee000;
constexpr DicomTag item_end_tag = 0xfffee00d;
constexpr DicomTag sequence_end_tag = 0xfffee0dd;
constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr std::uint32_t longest_value = 1024;
constexpr int deepest_nesting = 32;

constexpr auto implicit_little_endian = "1.2.840.10008.1.2";
constexpr auto explicit_big_endian = "1.2.840.10008.1.2.2";
constexpr auto deflated = "1.2.840.10008.1.2.1.99";

/// Why a walk through a file cannot go on. Stays within this file.
struct Damage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Element {
    DicomTag tag = 0;
    std::array<char, 2> vr{};
    std::uint32_t length = 0;
};

class Walk {
  public:
    explicit Walk(ByteSource& source) : source_(source), size_(source.size()) {}

    DicomHeader header()
    {
        skip(128 + 4);
        DicomHeader header;
        read_meta(header);
        const std::string syntax = header.text(transfer_syntax_tag);
        if (syntax == explicit_big_endian || syntax == deflated)
            throw Damage("its transfer syntax " + syntax + " is not read here; save it as explicit little endian");
        const bool implicit = syntax == implicit_little_endian;
        while (at_ < size_) {
            const Element element = next(implicit);
            if (element.tag == pixel_data_tag) {
                take_pixels(element, header);
                break;
            }
            if (element.tag > pixel_data_tag) break;
            take(element, header, implicit);
        }
        return header;
    }

  private:
    void read_meta(DicomHeader& header)
    {
        // Looks at the group first: the elements behind this part may be encoded in another way.
        while (at_ < size_ && next_group_is_meta())
            take(next(false), header, false);
        if (header.text(transfer_syntax_tag).empty()) throw Damage("it names no transfer syntax");
    }

    bool next_group_is_meta()
    {
        const std::uint64_t start = at_;
        const bool is_meta = number(2) == 2;
        at_ = start;
        return is_meta;
    }

    Element next(bool implicit)
    {
        Element element;
        element.tag = number(2) << 16U;
        element.tag |= number(2);
        const bool delimiter = element.tag >> 16U == 0xfffe;
        if (implicit || delimiter) {
            element.length = number(4);
            return element;
        }
        bytes(element.vr.data(), 2);
        for (const char c : element.vr) {
            if (c < 'A' || c > 'Z') throw Damage("no element begins at byte " + std::to_string(at_ - 6));
        }
        static constexpr std::array<std::string_view, 13> long_ones{"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                                    "SV", "UC", "UN", "UR", "UT", "UV"};
        const std::string_view vr(element.vr.data(), 2);
        if (std::find(long_ones.begin(), long_ones.end(), vr) == long_ones.end()) {
            element.length = number(2);
        } else {
            skip(2);
            element.length = number(4);
        }
        return element;
    }

    void take(const Element& element, DicomHeader& header, bool implicit)
    {
        if (element.length == undefined_length) {
            // PS3.5 6.2.2: a UN of undefined length is a sequence in implicit VR.
            skip_sequence(implicit || element.vr == std::array{'U', 'N'}, 0);
        } else if (element.length > longest_value) {
            skip(element.length);
        } else {
            std::string value(element.length, '\0');
            bytes(value.data(), value.size());
            header.values[element.tag] = std::move(value);
        }
    }

    /// Goes behind the items of a sequence of undefined length.
    void skip_sequence(bool implicit, int depth)
    {
        if (depth > deepest_nesting) throw Damage("its sequences are nested too deep");
        for (;;) {
            const Element item = next(implicit);
            if (item.tag == sequence_end_tag) return;
            if (item.tag != item_tag) throw Damage("a sequence holds what is no item");
            if (item.length != undefined_length)
                skip(item.length);
            else
                skip_item(implicit, depth + 1);
        }
    }

    void skip_item(bool implicit, int depth)
    {
        for (;;) {
            const Element element = next(implicit);
            if (element.tag == item_end_tag) return;
            if (element.length != undefined_length)
                skip(element.length);
            else
                skip_sequence(implicit || element.vr == std::array{'U', 'N'}, depth + 1);
        }
    }

    void take_pixels(const Element& element, DicomHeader& header)
    {
        header.has_pixels = true;
        header.pixel_offset = at_;
        if (element.length != undefined_length) {
            skip(element.length);
        } else {
            header.compressed = true;
            for (;;) {
                const Element fragment = next(true);
                if (fragment.tag == sequence_end_tag) break;
                if (fragment.tag != item_tag) throw Damage("its compressed pixels are no sequence of fragments");
                skip(fragment.length);
            }
        }
        header.pixel_length = at_ - header.pixel_offset;
    }

    void need(std::uint64_t count) const
    {
        if (count > size_ - std::min(size_, at_)) throw Damage("the file is cut short");
    }

    void skip(std::uint64_t count)
    {
        need(count);
        at_ += count;
    }

    void bytes(char* to, std::size_t count)
    {
        need(count);
        if (!source_.read(at_, to, count)) throw Damage("it cannot be read");
        at_ += count;
    }

    std::uint32_t number(std::size_t width)
    {
        std::array<char, 4> raw{};
        bytes(raw.data(), width);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
        return value;
    }

    ByteSource& source_;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
};

}  // namespace

std::string DicomHeader::text(DicomTag tag) const
{
    const auto found = values.find(tag);
    if (found == values.end()) return "";
    std::string text = found->second;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0'))
        text.pop_back();
    text.erase(0, text.find_first_not_of(' '));
    return text;
}

double DicomHeader::number(DicomTag tag, double otherwise) const
{
    std::string value = text(tag);
    value = value.substr(0, value.find('\\'));
    while (!value.empty() && value.back() == ' ')
        value.pop_back();
    const char* first = value.data() + (value.starts_with('+') ? 1 : 0);
    double result = otherwise;
    const auto [end, error] = std::from_chars(first, value.data() + value.size(), result);
    return error == std::errc{} && end == value.data() + value.size() ? result : otherwise;
}

std::int64_t DicomHeader::whole(DicomTag tag, std::int64_t otherwise) const
{
    const auto found = values.find(tag);
    if (found == values.end() || found->second.size() < 2) return otherwise;
    return static_cast<unsigned char>(found->second[0]) | static_cast<unsigned char>(found->second[1]) << 8;
}

std::optional<double> DicomHeader::real(DicomTag tag) const
{
    const auto found = values.find(tag);
    if (found == values.end() || found->second.size() < sizeof(double)) return std::nullopt;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(double); ++i)
        bits |= std::uint64_t{static_cast<unsigned char>(found->second[i])} << (8 * i);
    const auto value = std::bit_cast<double>(bits);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Result<DicomHeader> read_dicom_header(ByteSource& source, const std::string& name)
{
    try {
        return Walk(source).header();
    } catch (const Damage& damage) {
        return failure(ErrorCode::bad_input,
                       name + ": cannot be read as DICOM (" + damage.what() + "); send the series again");
    }
}

Result<DicomHeader> read_dicom_header(const std::filesystem::path& file)
{
    FileBytes bytes(file);
    if (!bytes.is_open())
        return failure(ErrorCode::bad_input,
                       file.string() + ": cannot be read as DICOM (it cannot be opened); send the series again");
    return read_dicom_header(bytes, file.string());
}

}  // namespace nodtrack::imaging
