#include "data_set.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace nodtrack::imaging {
namespace {

/// Where the File Meta Information ends, which is never deflated.
std::uint64_t end_of_meta(ByteSource& source)
{
    std::uint64_t at = dicom_start(source) == DicomStart::preamble ? dicom_preamble + 4 : 0;
    std::array<char, 12> head{};
    // (0002,0000) File Meta Information Group Length, UL
    if (!source.read(at, head.data(), head.size()) ||
        std::string_view(head.data(), 6) != std::string_view("\2\0\0\0UL", 6))
        throw Damage("its File Meta Information has no length");
    std::uint32_t length = 0;
    for (unsigned i = 0; i < 4; ++i)
        length |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[8 + i])) << (8 * i);
    return at + head.size() + length;
}

}  // namespace

DicomStart dicom_start(ByteSource& source)
{
    std::array<char, 4> mark{};
    if (source.read(dicom_preamble, mark.data(), mark.size()) && std::string_view(mark.data(), mark.size()) == "DICM")
        return DicomStart::preamble;
    std::array<char, 8> first{};
    if (!source.read(0, first.data(), first.size())) return DicomStart::none;
    const std::string_view start(first.data(), first.size());
    if (start.starts_with(std::string_view("\2\0\0\0UL", 6)) || start.starts_with(std::string_view("\2\0\1\0OB", 6)) ||
        start.starts_with(std::string_view("\2\0\2\0UI", 6)))
        return DicomStart::meta;
    // A data set begins with group 8: its length, its character set, its image type or its class.
    constexpr std::array<unsigned char, 8> elements{0x00, 0x01, 0x05, 0x08, 0x12, 0x13, 0x14, 0x16};
    const auto element = static_cast<unsigned char>(first[2]);
    if (first[0] != 8 || first[1] != 0 || first[3] != 0 ||
        std::find(elements.begin(), elements.end(), element) == elements.end())
        return DicomStart::none;
    const bool is_explicit = first[4] >= 'A' && first[4] <= 'Z' && first[5] >= 'A' && first[5] <= 'Z';
    const bool is_short_value = static_cast<unsigned char>(first[5]) < 4 && first[6] == 0 && first[7] == 0;
    return is_explicit || is_short_value ? DicomStart::data_set : DicomStart::none;
}

Encoding encoding_of(std::string_view transfer_syntax)
{
    constexpr std::string_view implicit_little_endian = "1.2.840.10008.1.2";
    constexpr std::string_view explicit_big_endian = "1.2.840.10008.1.2.2";
    constexpr std::string_view deflated = "1.2.840.10008.1.2.1.99";
    return {.implicit = transfer_syntax == implicit_little_endian,
            .big_endian = transfer_syntax == explicit_big_endian,
            .deflated = transfer_syntax == deflated};
}

void DataSetWalk::skip(std::uint64_t count)
{
    need(count);
    at_ += count;
}

bool DataSetWalk::is_meta_next()
{
    const std::uint64_t start = at_;
    const bool is_meta = number(2) == 2;
    at_ = start;
    return is_meta;
}

bool DataSetWalk::is_explicit_next()
{
    const std::uint64_t start = at_;
    skip(4);
    std::array<char, 2> vr{};
    bytes(vr.data(), vr.size());
    at_ = start;
    return std::all_of(vr.begin(), vr.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool DataSetWalk::is_item_next(std::uint32_t length)
{
    if (length < 8) return false;
    const std::uint64_t start = at_;
    DicomTag tag = number(2) << 16U;
    tag |= number(2);
    at_ = start;
    return tag == item_tag;
}

Element DataSetWalk::next(bool implicit)
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

std::string DataSetWalk::value_of(const Element& element)
{
    need(element.length);
    std::string value(element.length, '\0');
    bytes(value.data(), value.size());
    if (big_endian_) {
        const std::string_view vr(element.vr.data(), 2);
        const std::size_t width = vr == "US" || vr == "SS" || vr == "OW"   ? 2
                                  : vr == "UL" || vr == "SL" || vr == "FL" ? 4
                                  : vr == "FD" || vr == "SV" || vr == "UV" ? 8
                                                                           : 1;
        for (std::size_t i = 0; i + width <= value.size(); i += width)
            std::reverse(value.begin() + static_cast<std::ptrdiff_t>(i),
                         value.begin() + static_cast<std::ptrdiff_t>(i + width));
    }
    return value;
}

void DataSetWalk::skip_sequence(bool implicit, int depth)
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

void DataSetWalk::skip_item(bool implicit, int depth)
{
    for (;;) {
        const Element element = next(implicit);
        if (element.tag == item_end_tag) return;
        if (element.length != undefined_length)
            skip(element.length);
        else
            // PS3.5 6.2.2: a UN of undefined length is a sequence in implicit VR.
            skip_sequence(implicit || element.is("UN"), depth + 1);
    }
}

void DataSetWalk::need(std::uint64_t count) const
{
    if (count > size_ - std::min(size_, at_)) throw Damage("the file is cut short");
}

void DataSetWalk::bytes(char* to, std::size_t count)
{
    need(count);
    if (!source_.read(at_, to, count)) throw Damage("it cannot be read");
    at_ += count;
}

std::uint32_t DataSetWalk::number(std::size_t width)
{
    std::array<char, 4> raw{};
    bytes(raw.data(), width);
    if (big_endian_) std::reverse(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(width));
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
    return value;
}

std::vector<char> inflated(ByteSource& source)
{
    constexpr std::uint64_t most_folded = 200;
    constexpr std::uint64_t always_allowed = std::uint64_t{1} << 28U;
    constexpr std::size_t chunk = 1U << 18U;
    const std::uint64_t start = end_of_meta(source);
    if (start > source.size()) throw Damage("the file is cut short");
    const std::uint64_t limit = std::max(always_allowed, source.size() * most_folded);

    std::vector<char> whole(start);
    if (!source.read(0, whole.data(), whole.size())) throw Damage("it cannot be read");
    z_stream state{};
    if (inflateInit2(&state, -MAX_WBITS) != Z_OK) throw Damage("it cannot be decompressed");
    const std::unique_ptr<z_stream, int (*)(z_streamp)> ended(&state, inflateEnd);
    std::vector<char> in;
    std::uint64_t at = start;
    for (int status = Z_OK; status != Z_STREAM_END;) {
        if (state.avail_in == 0) {
            in.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk, source.size() - at)));
            if (in.empty() || !source.read(at, in.data(), in.size())) throw Damage("the file is cut short");
            at += in.size();
            state.next_in = reinterpret_cast<Bytef*>(in.data());
            state.avail_in = static_cast<uInt>(in.size());
        }
        const std::size_t held = whole.size();
        whole.resize(held + chunk);
        state.next_out = reinterpret_cast<Bytef*>(whole.data() + held);
        state.avail_out = static_cast<uInt>(chunk);
        status = inflate(&state, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END) throw Damage("its deflated part is damaged");
        whole.resize(held + chunk - state.avail_out);
        if (whole.size() > limit) throw Damage("it decompresses to more than any CT has");
    }
    return whole;
}

}  // namespace nodtrack::imaging
