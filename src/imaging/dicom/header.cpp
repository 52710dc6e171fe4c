#include "header.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace nodtrack::imaging {
namespace {

constexpr DicomTag media_sop_class_tag = 0x00020002;
constexpr DicomTag transfer_syntax_tag = 0x00020010;
constexpr DicomTag sop_class_tag = 0x00080016;
constexpr DicomTag shared_groups_tag = 0x52009229;
constexpr DicomTag frame_groups_tag = 0x52009230;
constexpr DicomTag pixel_data_tag = 0x7fe00010;
constexpr DicomTag item_tag = 0xfffee000;
constexpr DicomTag item_end_tag = 0xfffee00d;
constexpr DicomTag sequence_end_tag = 0xfffee0dd;
constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr std::uint32_t longest_value = 1024;
constexpr int deepest_nesting = 32;
constexpr std::size_t most_elements = 20000;  // of one level; bounds what a hostile header can take
constexpr std::size_t most_frames = 20000;
constexpr std::uint64_t preamble = 128;

constexpr auto implicit_little_endian = "1.2.840.10008.1.2";
constexpr auto explicit_big_endian = "1.2.840.10008.1.2.2";
constexpr auto deflated = "1.2.840.10008.1.2.1.99";

/// What the functional groups of a CT are asked for, and where a single image has it.
struct GroupElement {
    DicomTag in_groups, in_single;
};
constexpr std::array group_elements{
    GroupElement{0x00089007, 0x00080008},  // Frame Type: Image Type
    GroupElement{0x00089206, 0x00089206},  // Volumetric Properties
    GroupElement{0x00089207, 0x00089207},  // Volume Based Calculation Technique
    GroupElement{0x00189074, 0x0008002a},  // Frame Acquisition DateTime
    GroupElement{0x00180050, 0x00180050},  // Slice Thickness
    GroupElement{0x00180060, 0x00180060},  // KVP
    GroupElement{0x00181120, 0x00181120},  // Gantry/Detector Tilt
    GroupElement{0x00181210, 0x00181210},  // Convolution Kernel
    GroupElement{0x00189345, 0x00189345},  // CTDIvol
    GroupElement{0x00200032, 0x00200032},  // Image Position (Patient)
    GroupElement{0x00200037, 0x00200037},  // Image Orientation (Patient)
    GroupElement{0x00209128, 0x00200100},  // Temporal Position Index
    GroupElement{0x00209156, 0x00200012},  // Frame Acquisition Number
    GroupElement{0x00209241, 0x00209241},  // Nominal Percentage of Cardiac Phase
    GroupElement{0x00280030, 0x00280030},  // Pixel Spacing
    GroupElement{0x00281052, 0x00281052},  // Rescale Intercept
    GroupElement{0x00281053, 0x00281053},  // Rescale Slope
    GroupElement{0x00281054, 0x00281054},  // Rescale Type
};

/// Why a walk through a file cannot go on. Stays within this file.
struct Damage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Element {
    DicomTag tag = 0;
    std::array<char, 2> vr{};
    std::uint32_t length = 0;
};

class SearchAxis {
  public:
    SearchAxis(ByteSource& source, DicomHeader& header) : source_(source), size_(source.size()), header_(header) {}

    void go(DicomStart start)
    {
        if (start == DicomStart::preamble) skip(preamble + 4);
        bool implicit = false;
        if (start == DicomStart::data_set) {
            // Without a transfer syntax the first element tells: behind its tag stand two letters, or a length.
            implicit = !starts_explicitly();
        } else {
            read_meta();
            const std::string syntax = header_.text(transfer_syntax_tag);
            if (syntax == deflated) {
                header_.deflated = true;
                if (header_.sop_class.empty() || is_ct_class(header_.sop_class)) go_decompressed();
                return;
            }
            implicit = syntax == implicit_little_endian;
            big_endian_ = syntax == explicit_big_endian;
            header_.big_endian = big_endian_;
        }
        walk_data_set(implicit);
    }

    void walk_data_set(bool implicit)
    {
        while (at_ < size_) {
            const Element element = next(implicit);
            if (element.tag == pixel_data_tag) {
                take_pixels(element);
                break;
            }
            if (element.tag > pixel_data_tag) break;
            take(element, implicit);
        }
    }

    void skip(std::uint64_t count)
    {
        need(count);
        at_ += count;
    }

  private:
    void read_meta()
    {
        // Looks at the group first: the elements behind this part may be encoded in another way.
        while (at_ < size_ && next_group_is_meta())
            take(next(false), false);
        if (header_.text(transfer_syntax_tag).empty()) throw Damage("it names no transfer syntax");
    }

    void go_decompressed()
    {
        const auto whole = decompressed_file(source_, "the file");
        if (!whole) throw Damage(whole.error().message);
        MemoryBytes bytes(*whole);
        SearchAxis inner(bytes, header_);
        inner.skip(at_);
        inner.walk_data_set(false);
    }

    bool starts_explicitly()
    {
        const std::uint64_t start = at_;
        skip(4);
        std::array<char, 2> vr{};
        bytes(vr.data(), vr.size());
        at_ = start;
        return std::all_of(vr.begin(), vr.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
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

    void take(const Element& element, bool implicit)
    {
        if (header_.values.size() + header_.passed.size() > most_elements)
            throw Damage("it has more elements than any CT");
        if (element.tag == shared_groups_tag || element.tag == frame_groups_tag) {
            take_functional_groups(element, implicit);
        } else if (element.length == undefined_length) {
            header_.passed.insert(element.tag);
            // PS3.5 6.2.2: a UN of undefined length is a sequence in implicit VR.
            skip_sequence(implicit || element.vr == std::array{'U', 'N'}, 0);
        } else if (element.length > longest_value) {
            header_.passed.insert(element.tag);
            skip(element.length);
        } else {
            header_.values[element.tag] = value_of(element);
            if (element.tag == media_sop_class_tag) header_.sop_class = header_.text(element.tag);
            if (element.tag == sop_class_tag && header_.sop_class.empty())
                header_.sop_class = header_.text(element.tag);
        }
    }

    std::string value_of(const Element& element)
    {
        std::string value(element.length, '\0');
        bytes(value.data(), value.size());
        if (big_endian_) {
            const std::string_view vr(element.vr.data(), 2);
            const std::size_t width = vr == "US" || vr == "SS"                 ? 2
                                      : vr == "UL" || vr == "SL" || vr == "FL" ? 4
                                      : vr == "FD" || vr == "SV" || vr == "UV" ? 8
                                                                               : 1;
            for (std::size_t i = 0; i + width <= value.size(); i += width)
                std::reverse(value.begin() + static_cast<std::ptrdiff_t>(i),
                             value.begin() + static_cast<std::ptrdiff_t>(i + width));
        }
        return value;
    }

    /// Calls `visit()` with this walk standing at the start of each item of a sequence, and goes behind the sequence.
    /// `visit` has to stop at `end`, or where it is absent behind the item's end mark.
    template <class Visit>
    void for_each_item(std::uint32_t length, Visit visit)
    {
        const bool is_open = length == undefined_length;
        if (!is_open) need(length);
        const std::uint64_t end = is_open ? size_ : at_ + length;
        while (is_open || at_ < end) {
            const Element item = next(true);
            if (is_open && item.tag == sequence_end_tag) return;
            if (item.tag != item_tag) throw Damage("a sequence holds what is no item");
            if (item.length == undefined_length) {
                visit(std::optional<std::uint64_t>{});
            } else {
                need(item.length);
                const std::uint64_t item_end = at_ + item.length;
                visit(std::optional(item_end));
                if (at_ != item_end) throw Damage("an item is longer than it says");
            }
        }
        if (!is_open && at_ != end) throw Damage("a sequence is longer than it says");
    }

    void take_functional_groups(const Element& element, bool implicit)
    {
        const bool of_frames = element.tag == frame_groups_tag;
        implicit |= element.vr == std::array{'U', 'N'};
        for_each_item(element.length, [&](std::optional<std::uint64_t> end) {
            DicomHeader::Values values;
            take_groups(implicit, end, 0, values);
            if (!of_frames) {
                header_.shared.merge(values);
                return;
            }
            if (header_.per_frame.size() >= most_frames) throw Damage("it has more frames than any CT");
            header_.per_frame.push_back(std::move(values));
        });
    }

    /// In implicit VR nothing else tells a sequence from a private text beside it.
    bool is_item_next(std::uint32_t length)
    {
        if (length < 8) return false;
        const std::uint64_t start = at_;
        DicomTag tag = number(2) << 16U;
        tag |= number(2);
        at_ = start;
        return tag == item_tag;
    }

    /// The elements that are asked for, from the macros of an item: each macro is a sequence of one item.
    void take_groups(bool implicit, std::optional<std::uint64_t> end, int depth, DicomHeader::Values& values)
    {
        while (!end || at_ < *end) {
            const Element element = next(implicit);
            if (!end && element.tag == item_end_tag) return;
            const bool is_macro =
                depth == 0 && (element.vr == std::array{'S', 'Q'} || (implicit && is_item_next(element.length)));
            if (is_macro) {
                for_each_item(element.length, [&](std::optional<std::uint64_t> item_end) {
                    take_groups(implicit, item_end, depth + 1, values);
                });
            } else if (element.length == undefined_length) {
                skip_sequence(implicit || element.vr == std::array{'U', 'N'}, depth + 1);
            } else {
                const auto wanted = std::find_if(group_elements.begin(), group_elements.end(),
                                                 [&](const GroupElement& one) { return one.in_groups == element.tag; });
                if (depth == 1 && wanted != group_elements.end() && element.length <= longest_value)
                    values.try_emplace(wanted->in_single, value_of(element));
                else
                    skip(element.length);
            }
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

    void take_pixels(const Element& element)
    {
        header_.has_pixels = true;
        header_.pixel_offset = at_;
        if (element.length != undefined_length) {
            skip(element.length);
        } else {
            header_.compressed = true;
            for (;;) {
                const Element fragment = next(true);
                if (fragment.tag == sequence_end_tag) break;
                if (fragment.tag != item_tag) throw Damage("its compressed pixels are no sequence of fragments");
                skip(fragment.length);
            }
        }
        header_.pixel_length = at_ - header_.pixel_offset;
    }

    void need(std::uint64_t count) const
    {
        if (count > size_ - std::min(size_, at_)) throw Damage("the file is cut short");
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
        if (big_endian_) std::reverse(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(width));
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
        return value;
    }

    ByteSource& source_;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
    bool big_endian_ = false;
    DicomHeader& header_;
};

/// Where the File Meta Information ends, which is never deflated.
std::uint64_t end_of_meta(ByteSource& source)
{
    std::uint64_t at = dicom_start(source) == DicomStart::preamble ? preamble + 4 : 0;
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

}  // namespace

bool is_ct_class(std::string_view sop_class)
{
    return sop_class == "1.2.840.10008.5.1.4.1.1.2" || sop_class == "1.2.840.10008.5.1.4.1.1.2.1" ||
           sop_class == "1.2.840.10008.5.1.4.1.1.2.2";
}

bool DicomHeader::has(DicomTag tag) const
{
    const auto found = values.find(tag);
    return passed.contains(tag) || (found != values.end() && !found->second.empty());
}

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

std::optional<double> DicomHeader::decimal(DicomTag tag) const
{
    const std::string value = text(tag);
    const char* const first = value.data() + (value.starts_with('+') ? 1 : 0);
    const char* const last = value.data() + value.size();
    double result = 0;
    const auto [end, error] = std::from_chars(first, last, result);
    if (error != std::errc{} || end != last || !std::isfinite(result)) return std::nullopt;
    return result;
}

std::optional<std::int64_t> DicomHeader::whole(DicomTag tag) const
{
    const auto found = values.find(tag);
    if (found == values.end() || found->second.size() != 2) return std::nullopt;
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

DicomHeader DicomHeader::of_frame(std::size_t frame) const
{
    DicomHeader one;
    if (frame < per_frame.size()) one.values = per_frame[frame];
    for (const Values* const behind : {&shared, &values}) {
        for (const auto& element : *behind)
            one.values.insert(element);  // what a frame says goes before what all of them say
    }
    one.passed = passed;
    one.sop_class = sop_class;
    one.has_pixels = has_pixels;
    one.compressed = compressed;
    one.deflated = deflated;
    one.big_endian = big_endian;
    one.pixel_offset = pixel_offset;
    one.pixel_length = pixel_length;
    return one;
}

DicomStart dicom_start(ByteSource& source)
{
    std::array<char, 4> mark{};
    if (source.read(preamble, mark.data(), mark.size()) && std::string_view(mark.data(), mark.size()) == "DICM")
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

DicomReading read_as_far_as_it_goes(ByteSource& source)
{
    DicomReading reading;
    try {
        const DicomStart start = dicom_start(source);
        if (start == DicomStart::none) throw Damage("it does not begin as a DICOM file");
        SearchAxis(source, reading.header).go(start);
    } catch (const Damage& damage) {
        reading.damage = damage.what();
    }
    return reading;
}

Result<DicomHeader> read_dicom_header(ByteSource& source, const std::string& name)
{
    DicomReading reading = read_as_far_as_it_goes(source);
    if (reading.damage.empty()) return std::move(reading.header);
    return failure(ErrorCode::bad_input,
                   name + ": cannot be read as DICOM (" + reading.damage + "); send the series again");
}

Result<DicomHeader> read_dicom_header(const std::filesystem::path& file)
{
    FileBytes bytes(file);
    if (!bytes.is_open())
        return failure(ErrorCode::bad_input,
                       file.string() + ": cannot be read as DICOM (it cannot be opened); send the series again");
    return read_dicom_header(bytes, file.string());
}

Result<std::vector<char>> decompressed_file(ByteSource& source, const std::string& name)
{
    try {
        return inflated(source);
    } catch (const Damage& damage) {
        return failure(ErrorCode::bad_input, name + ": " + damage.what());
    }
}

}  // namespace nodtrack::imaging
