#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "../support/dicom_bytes.hpp"

// DICOM slices made by the tests themselves, so that no library under test has a part in them.

namespace nodtrack::imaging::test {

/// One CT slice as a DICOM file, explicit little endian, stored value = HU + 1024 (PS3.10 section 7, PS3.5 section 7).
class SliceFile {
  public:
    std::string series = "1.2.3.1";
    std::string study = "1.2.3";
    std::string frame_of_reference = "1.2.3.5";
    std::string modality = "CT";
    std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";
    std::string orientation = "1\\0\\0\\0\\1\\0";
    std::string thickness = "2.5";
    std::string study_date{};
    std::string kernel{};
    std::string contrast{};
    std::string contrast_route{};
    std::string patient_code{};
    double ctdi_vol = 0;
    std::array<double, 3> position{};
    int frames = 0;
    std::array<int, 2> size{};            ///< columns, rows
    std::array<double, 2> spacing{1, 1};  ///< between columns, between rows
    /// Elements put in place of those above, by tag 0xggggeeee: value representation and value; an empty representation
    /// leaves the element out.
    std::map<std::uint32_t, std::pair<std::string, std::string>> instead{};

    /// The bytes of the file with these HU.
    std::string bytes(const std::function<int(int x, int y)>& hu) const
    {
        std::string pixels;
        for (int y = 0; y < size[1]; ++y) {
            for (int x = 0; x < size[0]; ++x)
                pixels += word(hu(x, y) + 1024);
        }
        std::map<std::uint32_t, std::pair<std::string, std::string>> elements;
        const auto put = [&](std::uint32_t tag, const std::string& vr, const std::string& value) {
            if (!value.empty()) elements[tag] = {vr, value};
        };
        put(0x00080016, "UI", sop_class);
        put(0x00080018, "UI", series + "." + std::to_string(static_cast<int>(position[2] * 100 + 1e6)));
        put(0x00080020, "DA", study_date);
        put(0x00080060, "CS", modality);
        put(0x00100020, "LO", patient_code);
        put(0x00180010, "LO", contrast);
        put(0x00180050, "DS", thickness);
        put(0x00181040, "LO", contrast_route);
        put(0x00181210, "SH", kernel);
        if (ctdi_vol > 0) put(0x00189345, "FD", eight_bytes(ctdi_vol));
        put(0x0020000d, "UI", study);
        put(0x0020000e, "UI", series);
        put(0x00200052, "UI", frame_of_reference);
        put(0x00200032, "DS", text(position[0]) + "\\" + text(position[1]) + "\\" + text(position[2]));
        put(0x00200037, "DS", orientation);
        put(0x00280002, "US", word(1));
        put(0x00280004, "CS", "MONOCHROME2");
        if (frames > 0) put(0x00280008, "IS", std::to_string(frames));
        put(0x00280010, "US", word(size[1]));
        put(0x00280011, "US", word(size[0]));
        put(0x00280030, "DS", text(spacing[1]) + "\\" + text(spacing[0]));
        put(0x00280100, "US", word(16));
        put(0x00280101, "US", word(16));
        put(0x00280102, "US", word(15));
        put(0x00280103, "US", word(0));
        put(0x00281052, "DS", "-1024");
        put(0x00281053, "DS", "1");
        elements[0x7fe00010] = {"OW", pixels};
        for (const auto& [tag, element] : instead) {
            if (element.first.empty())
                elements.erase(tag);
            else
                elements[tag] = element;
        }
        std::string body;
        for (const auto& [tag, element] : elements)
            body += nodtrack::test::element(tag, element.first, element.second);
        return nodtrack::test::dicom_bytes(
            sop_class, elements.contains(0x00080018) ? elements[0x00080018].second : "1.2.3", transfer_syntax, body);
    }

    std::filesystem::path write(const std::filesystem::path& file, const std::function<int(int x, int y)>& hu) const
    {
        std::ofstream(file, std::ios::binary) << bytes(hu);
        return file;
    }

    static std::string word(int value)
    {
        return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
    }

    std::string transfer_syntax = "1.2.840.10008.1.2.1";

  private:
    static std::string text(double value)
    {
        std::string digits = std::to_string(value);
        while (digits.ends_with('0'))
            digits.pop_back();
        if (digits.ends_with('.')) digits.pop_back();
        return digits;
    }
    static std::string eight_bytes(double value)
    {
        return nodtrack::test::number_bytes(std::bit_cast<std::uint64_t>(value), 8);
    }
};

}  // namespace nodtrack::imaging::test
