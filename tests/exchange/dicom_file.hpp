#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nodtrack/exchange/report_document.hpp>
#include <string>
#include <vector>

#include "../support/dicom_bytes.hpp"

// Structured reports and slices, written element by element.

namespace nodtrack::exchange::test {

using nodtrack::test::element;
using nodtrack::test::number_bytes;
using nodtrack::test::sequence;
using nodtrack::test::tag_bytes;

inline std::string floats(std::uint32_t tag, const std::vector<float>& numbers)
{
    std::string value;
    for (const float number : numbers) {
        std::uint32_t bits = 0;
        static_assert(sizeof bits == sizeof number);
        __builtin_memcpy(&bits, &number, sizeof bits);
        value += number_bytes(bits, 4);
    }
    return element(tag, "FL", value);
}

/// A file in explicit VR, little endian.
inline std::string dicom_file(const std::string& sop_class, const std::string& sop_uid, const std::string& data_set)
{
    return nodtrack::test::dicom_bytes(sop_class, sop_uid, "1.2.840.10008.1.2.1", data_set);
}

inline void put_file(const std::filesystem::path& path, const std::string& bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string bytes_of_file(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::filesystem::path test_folder(const std::string& name)
{
    const auto folder = std::filesystem::temp_directory_path() / ("nodtrack-exchange-" + name);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

// --- content items of a report

inline std::string coded(std::uint32_t sequence_tag, const Code& code)
{
    return sequence(sequence_tag, {element(0x00080100, "SH", code.value) + element(0x00080102, "SH", code.scheme) +
                                   element(0x00080104, "LO", code.meaning)});
}

/// Its elements stand in the order of their tags: relationship, type, name, value, items below.
inline std::string item(const std::string& relationship, const std::string& type, const Code& name,
                        const std::string& value, const std::vector<std::string>& below = {})
{
    std::string bytes = relationship.empty() ? "" : element(0x0040A010, "CS", relationship);
    bytes += element(0x0040A040, "CS", type);
    if (!name.empty()) bytes += coded(0x0040A043, name);
    bytes += value;
    if (!below.empty()) bytes += sequence(0x0040A730, below);
    return bytes;
}

inline std::string container(const Code& name, const std::vector<std::string>& below)
{
    return item("CONTAINS", "CONTAINER", name, element(0x0040A050, "CS", "SEPARATE"), below);
}
inline std::string text_item(const Code& name, const std::string& text)
{
    return item("HAS OBS CONTEXT", "TEXT", name, element(0x0040A160, "UT", text));
}
inline std::string uid_item(const Code& name, const std::string& uid)
{
    return item("HAS OBS CONTEXT", "UIDREF", name, element(0x0040A124, "UI", uid));
}
inline std::string date_item(const Code& name, const std::string& date)
{
    return item("HAS ACQ CONTEXT", "DATE", name, element(0x0040A121, "DA", date));
}
inline std::string code_item(const Code& name, const Code& value, const std::vector<std::string>& below = {})
{
    return item("CONTAINS", "CODE", name, coded(0x0040A168, value), below);
}
/// Without a unit the item has no value.
inline std::string number_item(const Code& name, const std::string& number, const std::string& unit,
                               const std::vector<std::string>& below = {})
{
    const std::string measured =
        unit.empty()
            ? sequence(0x0040A300, {})
            : sequence(0x0040A300, {coded(0x004008EA, {unit, "UCUM", unit}) + element(0x0040A30A, "DS", number)});
    return item("CONTAINS", "NUM", name, measured, below);
}
inline std::string image_item(const std::string& sop_class, const std::string& sop_uid)
{
    return item("SELECTED FROM", "IMAGE", {},
                sequence(0x00081199, {element(0x00081150, "UI", sop_class) + element(0x00081155, "UI", sop_uid)}));
}
inline std::string line_item(const std::vector<float>& points, const std::string& image)
{
    return item("INFERRED FROM", "SCOORD", {}, floats(0x00700022, points) + element(0x00700023, "CS", "POLYLINE"),
                {image});
}

inline const std::string ct_class = "1.2.840.10008.5.1.4.1.1.2";
inline const std::string report_class = "1.2.840.10008.5.1.4.1.1.88.22";

/// What is said of a report outside its content.
struct Head {
    std::string patient_id = "P1";
    std::string birth_date = "19800102";
    std::string sex = "F";
    std::string study_uid = "1.2.3.4";
    std::string study_date = "20261015";
    std::string sop_uid = "1.2.3.4.900";
    std::string completion = "COMPLETE";
    std::string verification = "UNVERIFIED";
    std::string image_class = ct_class;  ///< of the one image that was measured; empty: none is told
    std::string image_study = "1.2.3.4";
    std::string predecessor{};
};

inline const std::string image_uid = "1.2.3.4.5.6";

inline std::string references(std::uint32_t tag, const std::string& study, const std::string& sop_class,
                              const std::string& sop_uid)
{
    const std::string object = element(0x00081150, "UI", sop_class) + element(0x00081155, "UI", sop_uid);
    const std::string series = sequence(0x00081199, {object}) + element(0x0020000E, "UI", "1.2.3.4.5");
    return sequence(tag, {sequence(0x00081115, {series}) + element(0x0020000D, "UI", study)});
}

/// A report whose root has these items.
inline std::string report_file(const Head& head, const std::vector<std::string>& items,
                               const Code& title = {"126000", "DCM", "Imaging Measurement Report"})
{
    std::string data = element(0x00080016, "UI", report_class) + element(0x00080018, "UI", head.sop_uid) +
                       element(0x00080020, "DA", head.study_date) + element(0x00080023, "DA", "20300101") +
                       element(0x00080060, "CS", "SR") + element(0x00100020, "LO", head.patient_id) +
                       element(0x00100030, "DA", head.birth_date) + element(0x00100040, "CS", head.sex) +
                       element(0x0020000D, "UI", head.study_uid) + element(0x0020000E, "UI", "1.2.3.4.9") +
                       element(0x0040A040, "CS", "CONTAINER") + coded(0x0040A043, title);
    if (!head.predecessor.empty()) data += references(0x0040A360, head.study_uid, report_class, head.predecessor);
    if (!head.image_class.empty()) data += references(0x0040A375, head.image_study, head.image_class, image_uid);
    data += element(0x0040A491, "CS", head.completion) + element(0x0040A493, "CS", head.verification) +
            sequence(0x0040A730, items);
    return dicom_file(report_class, head.sop_uid, data);
}

// --- codes that tests use

inline const Code group_name{"125007", "DCM", "Measurement Group"};
inline const Code measurements_name{"126010", "DCM", "Imaging Measurements"};
inline const Code tracking_id_name{"112039", "DCM", "Tracking Identifier"};
inline const Code tracking_uid_name{"112040", "DCM", "Tracking Unique Identifier"};
inline const Code finding_name{"121071", "DCM", "Finding"};
inline const Code site_name{"363698007", "SCT", "Finding Site"};
inline const Code laterality_name{"272741003", "SCT", "Laterality"};
inline const Code nodule{"27925004", "SCT", "Nodule"};
inline const Code long_axis{"103339001", "SCT", "Long Axis"};
inline const Code short_axis{"103340004", "SCT", "Short Axis"};
inline const Code volume{"118565006", "SCT", "Volume"};
inline const Code ct_number{"112031", "DCM", "Attenuation Coefficient"};
inline const Code length{"G-D7FE", "SRT", "Length"};

/// A report with one group of these items.
inline std::string report_of_group(const std::vector<std::string>& items, const Head& head = {})
{
    return report_file(head, {container(measurements_name, {container(group_name, items)})});
}

/// One slice of a CT without its pixels, 0.7 by 0.7 mm, at this height.
inline std::string ct_slice(const std::string& sop_uid, const std::string& z, const std::string& charset = "",
                            const std::string& name = "")
{
    std::string data = charset.empty() ? "" : element(0x00080005, "CS", charset);
    data += element(0x00080016, "UI", ct_class) + element(0x00080018, "UI", sop_uid) +
            element(0x00080020, "DA", "20261015") + element(0x00080030, "TM", "101500") +
            element(0x00080060, "CS", "CT") + element(0x00100010, "PN", name) + element(0x00100020, "LO", "P1") +
            element(0x00100030, "DA", "19800102") + element(0x00100040, "CS", "F") +
            element(0x0020000D, "UI", "1.2.3.4") + element(0x0020000E, "UI", "1.2.3.4.5") +
            element(0x00200032, "DS", "-150\\-140\\" + z) + element(0x00200037, "DS", "1\\0\\0\\0\\1\\0") +
            element(0x00200052, "UI", "1.2.3.4.7") + element(0x00280010, "US", number_bytes(512, 2)) +
            element(0x00280011, "US", number_bytes(512, 2)) + element(0x00280030, "DS", "0.7\\0.7");
    return dicom_file(ct_class, sop_uid, data);
}

}  // namespace nodtrack::exchange::test
