#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace nodtrack::exchange {

/// What a PACS is asked for and answers: texts in UTF-8 by tag, several values with backslashes between them.
using Attributes = std::map<std::uint32_t, std::string>;

namespace tag {
inline constexpr std::uint32_t sop_uid = 0x00080018;
inline constexpr std::uint32_t study_date = 0x00080020;
inline constexpr std::uint32_t accession = 0x00080050;
inline constexpr std::uint32_t level = 0x00080052;
inline constexpr std::uint32_t modality = 0x00080060;
inline constexpr std::uint32_t modalities = 0x00080061;
inline constexpr std::uint32_t study_description = 0x00081030;
inline constexpr std::uint32_t series_description = 0x0008103E;
inline constexpr std::uint32_t patient_id = 0x00100020;
inline constexpr std::uint32_t issuer = 0x00100021;
inline constexpr std::uint32_t birth_date = 0x00100030;
inline constexpr std::uint32_t study_uid = 0x0020000D;
inline constexpr std::uint32_t series_uid = 0x0020000E;
inline constexpr std::uint32_t objects_of_series = 0x00201209;
}  // namespace tag

}  // namespace nodtrack::exchange
