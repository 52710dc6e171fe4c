#include "header.hpp"

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

constexpr std::uint32_t longest_value = 1024;
constexpr std::size_t most_elements = 20000;  // of one level; bounds what a hostile header can take
constexpr std::size_t most_frames = 20000;

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

/// Takes from the elements of a file what a CT's header is asked for.
class HeaderReader {
  public:
    HeaderReader(ByteSource& source, DicomHeader& header) : source_(source), walk_(source), header_(header) {}

    void go(DicomStart start)
    {
        if (start == DicomStart::preamble) walk_.skip(dicom_preamble + 4);
        bool implicit = false;
        if (start == DicomStart::data_set) {
            // Without a transfer syntax the first element tells: behind its tag stand two letters, or a length.
            implicit = !walk_.is_explicit_next();
        } else {
            read_meta();
            const Encoding encoding = encoding_of(header_.text(transfer_syntax_tag));
            if (encoding.deflated) {
                header_.deflated = true;
                if (header_.sop_class.empty() || is_ct_class(header_.sop_class)) go_decompressed();
                return;
            }
            implicit = encoding.implicit;
            header_.big_endian = encoding.big_endian;
            walk_.turn_big_endian(encoding.big_endian);
        }
        take_data_set(implicit);
    }

  private:
    void take_data_set(bool implicit)
    {
        while (!walk_.at_end()) {
            const Element element = walk_.next(implicit);
            if (element.tag == pixel_data_tag) {
                take_pixels(element);
                break;
            }
            if (element.tag > pixel_data_tag) break;
            take(element, implicit);
        }
    }

    void read_meta()
    {
        // Looks at the group first: the elements behind this part may be encoded in another way.
        while (!walk_.at_end() && walk_.is_meta_next())
            take(walk_.next(false), false);
        if (header_.text(transfer_syntax_tag).empty()) throw Damage("it names no transfer syntax");
    }

    void go_decompressed()
    {
        const std::vector<char> whole = inflated(source_);
        MemoryBytes bytes(whole);
        HeaderReader inner(bytes, header_);
        inner.walk_.skip(walk_.at());
        inner.take_data_set(false);
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
            walk_.skip_sequence(implicit || element.is("UN"), 0);
        } else if (element.length > longest_value) {
            header_.passed.insert(element.tag);
            walk_.skip(element.length);
        } else {
            header_.values[element.tag] = walk_.value_of(element);
            if (element.tag == media_sop_class_tag) header_.sop_class = header_.text(element.tag);
            if (element.tag == sop_class_tag && header_.sop_class.empty())
                header_.sop_class = header_.text(element.tag);
        }
    }

    void take_functional_groups(const Element& element, bool implicit)
    {
        const bool of_frames = element.tag == frame_groups_tag;
        implicit |= element.is("UN");
        walk_.for_each_item(element.length, [&](std::optional<std::uint64_t> end) {
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

    /// The elements that are asked for, from the macros of an item: each macro is a sequence of one item.
    void take_groups(bool implicit, std::optional<std::uint64_t> end, int depth, DicomHeader::Values& values)
    {
        while (!end || walk_.at() < *end) {
            const Element element = walk_.next(implicit);
            if (!end && element.tag == item_end_tag) return;
            const bool is_macro = depth == 0 && (element.is("SQ") || (implicit && walk_.is_item_next(element.length)));
            if (is_macro) {
                walk_.for_each_item(element.length, [&](std::optional<std::uint64_t> item_end) {
                    take_groups(implicit, item_end, depth + 1, values);
                });
            } else if (element.length == undefined_length) {
                walk_.skip_sequence(implicit || element.is("UN"), depth + 1);
            } else {
                const auto wanted = std::find_if(group_elements.begin(), group_elements.end(),
                                                 [&](const GroupElement& one) { return one.in_groups == element.tag; });
                if (depth == 1 && wanted != group_elements.end() && element.length <= longest_value)
                    values.try_emplace(wanted->in_single, walk_.value_of(element));
                else
                    walk_.skip(element.length);
            }
        }
    }

    void take_pixels(const Element& element)
    {
        header_.has_pixels = true;
        header_.pixel_offset = walk_.at();
        if (element.length != undefined_length) {
            walk_.skip(element.length);
        } else {
            header_.compressed = true;
            for (;;) {
                const Element fragment = walk_.next(true);
                if (fragment.tag == sequence_end_tag) break;
                if (fragment.tag != item_tag) throw Damage("its compressed pixels are no sequence of fragments");
                walk_.skip(fragment.length);
            }
        }
        header_.pixel_length = walk_.at() - header_.pixel_offset;
    }

    ByteSource& source_;
    DataSetWalk walk_;
    DicomHeader& header_;
};

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

DicomReading read_as_far_as_it_goes(ByteSource& source)
{
    DicomReading reading;
    try {
        const DicomStart start = dicom_start(source);
        if (start == DicomStart::none) throw Damage("it does not begin as a DICOM file");
        HeaderReader(source, reading.header).go(start);
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
