#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "../support/dicom_bytes.hpp"

// Segmentations and structure sets made by the tests themselves.

namespace nodtrack::imaging::test {

using nodtrack::test::element;
using nodtrack::test::number_bytes;
using nodtrack::test::sequence;

inline std::string word_of(int value)
{
    return number_bytes(static_cast<std::uint64_t>(value), 2);
}

inline std::string dicom_file(const std::string& sop_class, const std::string& syntax, const std::string& data_set)
{
    return nodtrack::test::dicom_bytes(sop_class, "1.2.3.9", syntax, data_set);
}

inline std::string place_text(const std::array<double, 3>& place)
{
    std::ostringstream text;
    text << place[0] << '\\' << place[1] << '\\' << place[2];
    return text.str();
}

/// A DICOM segmentation. The numbers of a frame are given by a function of column and row.
struct SegmentationFile {
    struct Segment {
        int number = 1;
        std::string label = "N1";
        std::string tracking_uid{};
    };
    struct Frame {
        int segment = 1;
        std::array<double, 3> position{};
        std::function<int(int x, int y)> number;
    };
    std::string type = "BINARY";
    int bits = 1;
    int highest = 255;  ///< Maximum Fractional Value
    std::string fractional_type = "PROBABILITY";
    std::string syntax = "1.2.840.10008.1.2.1";
    bool big_endian = false;
    std::array<int, 2> size{24, 16};  ///< columns, rows
    std::array<double, 2> spacing{0.7, 0.7};
    std::string orientation = "1\\0\\0\\0\\1\\0";
    std::string thickness = "2.5";
    std::string between_slices = "2.5";
    std::string patient = "P1";
    std::vector<Segment> segments{{}};
    std::vector<Frame> frames{};
    int promised_frames = -1;
    /// Makes the value of the pixels of the plain frames, each packed by itself; fragments where it is there.
    std::function<std::string(const std::string& frame)> compress{};

    std::string frame_bytes(const Frame& frame) const
    {
        std::string bytes;
        int bit = 0;
        for (int y = 0; y < size[1]; ++y) {
            for (int x = 0; x < size[0]; ++x) {
                const int number = frame.number(x, y);
                if (bits == 1) {
                    if (bit % 8 == 0) bytes += '\0';
                    if (number != 0) bytes.back() = static_cast<char>(bytes.back() | 1 << bit % 8);
                    ++bit;
                } else if (bits == 8) {
                    bytes += static_cast<char>(number);
                } else {
                    bytes += word_of(number);
                }
            }
        }
        return bytes;
    }

    /// The frames one after the other; of one bit they run on within a byte.
    std::string plain_pixels() const
    {
        std::string all;
        if (bits != 1) {
            for (const Frame& frame : frames)
                all += frame_bytes(frame);
            return all;
        }
        int bit = 0;
        for (const Frame& frame : frames) {
            for (int y = 0; y < size[1]; ++y) {
                for (int x = 0; x < size[0]; ++x, ++bit) {
                    if (bit % 8 == 0) all += '\0';
                    if (frame.number(x, y) != 0) all.back() = static_cast<char>(all.back() | 1 << bit % 8);
                }
            }
        }
        return all;
    }

    std::string pixels() const
    {
        if (!compress) {
            std::string plain = plain_pixels();
            if (plain.size() % 2 != 0) plain += '\0';
            if (big_endian) {
                for (std::size_t i = 0; i + 1 < plain.size(); i += 2)
                    std::swap(plain[i], plain[i + 1]);
            }
            return element(0x7fe00010, "OW", plain, big_endian);
        }
        const auto item = [](std::string value) {
            if (value.size() % 2 != 0) value += '\0';
            const auto length = static_cast<int>(value.size());
            return std::string("\xfe\xff\x00\xe0", 4) + word_of(length & 0xffff) + word_of(length >> 16) + value;
        };
        std::string value = std::string("\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", 12) + item("");
        for (const Frame& frame : frames)
            value += item(compress(frame_bytes(frame)));
        return value + std::string("\xfe\xff\xdd\xe0\0\0\0\0", 8);
    }

    std::string data_set() const
    {
        const auto e = [&](std::uint32_t tag, const std::string& vr, const std::string& value) {
            return element(tag, vr, value, big_endian);
        };
        const auto sq = [&](std::uint32_t tag, const std::vector<std::string>& items) {
            return sequence(tag, items, big_endian);
        };
        const auto us = [&](std::uint32_t tag, int value) {
            const std::string word = word_of(value);
            return e(tag, "US", big_endian ? std::string{word[1], word[0]} : word);
        };
        std::string text = e(0x00080016, "UI", sop_class()) + e(0x00080060, "CS", "SEG") + e(0x00100020, "LO", patient);
        text += e(0x00280008, "IS",
                  std::to_string(promised_frames < 0 ? static_cast<int>(frames.size()) : promised_frames));
        text += us(0x00280010, size[1]) + us(0x00280011, size[0]) + us(0x00280100, bits) + e(0x00620001, "CS", type);
        std::vector<std::string> items;
        for (const Segment& segment : segments) {
            items.push_back(us(0x00620004, segment.number) + e(0x00620005, "LO", segment.label) +
                            (segment.tracking_uid.empty() ? "" : e(0x00620021, "UI", segment.tracking_uid)));
        }
        text += sq(0x00620002, items);
        if (type == "FRACTIONAL") text += us(0x0062000e, highest) + e(0x00620010, "CS", fractional_type);
        std::string measures;
        if (!thickness.empty()) measures += e(0x00180050, "DS", thickness);
        if (!between_slices.empty()) measures += e(0x00180088, "DS", between_slices);
        std::ostringstream in_plane;
        in_plane << spacing[1] << '\\' << spacing[0];
        measures += e(0x00280030, "DS", in_plane.str());
        std::string shared = sq(0x00289110, {measures});
        if (!orientation.empty()) shared = sq(0x00209116, {e(0x00200037, "DS", orientation)}) + shared;
        text += sq(0x52009229, {shared});
        std::vector<std::string> groups;
        for (const Frame& frame : frames) {
            std::string group = sq(0x00209113, {e(0x00200032, "DS", place_text(frame.position))});
            if (type != "LABELMAP") group += sq(0x0062000a, {us(0x0062000b, frame.segment)});
            groups.push_back(group);
        }
        return text + sq(0x52009230, groups) + pixels();
    }

    std::string sop_class() const
    {
        return type == "LABELMAP" ? "1.2.840.10008.5.1.4.1.1.66.7" : "1.2.840.10008.5.1.4.1.1.66.4";
    }

    std::string bytes() const { return dicom_file(sop_class(), syntax, data_set()); }
};

/// A DICOM structure set.
struct StructureSetFile {
    struct Contour {
        std::vector<std::array<double, 3>> points;
        std::string kind = "CLOSED_PLANAR";
        std::string image{};  ///< SOP Instance UID
    };
    struct Region {
        int number = 1;
        std::string name = "GTV";
        std::vector<Contour> contours{};
    };
    std::string patient = "P1";
    std::string frame_of_reference = "1.2.3.5";
    std::vector<Region> regions{{}};

    std::string bytes() const
    {
        std::vector<std::string> names;
        std::vector<std::string> outlines;
        for (const Region& region : regions) {
            const std::string number = std::to_string(region.number);
            names.push_back(element(0x30060022, "IS", number) + element(0x30060024, "UI", frame_of_reference) +
                            element(0x30060026, "LO", region.name));
            std::vector<std::string> contours;
            for (const Contour& contour : region.contours) {
                std::string data;
                for (const auto& point : contour.points)
                    data += (data.empty() ? "" : "\\") + place_text(point);
                std::string item;
                if (!contour.image.empty()) item += sequence(0x30060016, {element(0x00081155, "UI", contour.image)});
                item += element(0x30060042, "CS", contour.kind) +
                        element(0x30060046, "IS", std::to_string(contour.points.size())) +
                        element(0x30060050, "DS", data);
                contours.push_back(item);
            }
            outlines.push_back(sequence(0x30060040, contours) + element(0x30060084, "IS", number));
        }
        const std::string sop_class = "1.2.840.10008.5.1.4.1.1.481.3";
        return dicom_file(sop_class, "1.2.840.10008.1.2.1",
                          element(0x00080016, "UI", sop_class) + element(0x00080060, "CS", "RTSTRUCT") +
                              element(0x00100020, "LO", patient) + sequence(0x30060020, names) +
                              sequence(0x30060039, outlines));
    }
};

}  // namespace nodtrack::imaging::test
