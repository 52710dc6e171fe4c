#include "volume_header.hpp"

#include <algorithm>
#include <system_error>

#include "../text.hpp"

namespace nodtrack::imaging {

std::size_t bytes_of(NumberType type)
{
    switch (type) {
        case NumberType::int8:
        case NumberType::uint8:
            return 1;
        case NumberType::int16:
        case NumberType::uint16:
            return 2;
        case NumberType::int32:
        case NumberType::uint32:
        case NumberType::float32:
            return 4;
        case NumberType::int64:
        case NumberType::uint64:
        case NumberType::float64:
            break;
    }
    return 8;
}

Result<std::uint64_t> promised_bytes(const std::vector<std::uint64_t>& sizes, std::size_t number_bytes,
                                     std::uint64_t file_bytes)
{
    constexpr std::uint64_t always_allowed = std::uint64_t{1} << 30U;
    constexpr std::uint64_t most_folded = 200;
    std::uint64_t bytes = number_bytes;
    std::string size;
    for (const std::uint64_t one : sizes)
        size += (size.empty() ? "" : " x ") + std::to_string(one);
    for (const std::uint64_t one : sizes) {
        if (one == 0 || __builtin_mul_overflow(bytes, one, &bytes)) return because("has an impossible size, " + size);
    }
    if (bytes > always_allowed && bytes / most_folded > file_bytes)
        return because("promises " + size + " voxels of " + std::to_string(number_bytes) + " bytes in a file of " +
                       std::to_string(file_bytes) + " bytes, more than compression can save, or it is cut short");
    return bytes;
}

Result<std::filesystem::path> data_file_beside(const std::filesystem::path& header, const std::string& name)
{
    const std::filesystem::path given(name);
    if (given.empty() || given.filename() != given || name == "." || name == "..")
        return because("its voxels should stand in '" + printable(name) +
                       "'; only a file in the same folder is read. Save it as one file");
    const std::filesystem::path beside = header.parent_path() / given;
    std::error_code error;
    if (!std::filesystem::is_regular_file(beside, error))
        return because("its voxels should stand in " + beside.string() + ", which cannot be read");
    return beside;
}

Result<double> millimetres_of(const std::string& unit)
{
    std::string word = unit;
    std::erase_if(word, [](char c) { return c == '"' || c == ' '; });
    if (word == "mm" || word == "millimeter" || word == "millimetre" || word == "millimeters") return 1.0;
    if (word == "cm" || word == "centimeter" || word == "centimetre" || word == "centimeters") return 10.0;
    if (word == "dm") return 100.0;
    if (word == "m" || word == "meter" || word == "metre" || word == "meters") return 1000.0;
    if (word == "um" || word == "micron" || word == "microns" || word == "micrometer" || word == "micrometre" ||
        word == "\xc2\xb5m" || word == "\xce\xbcm")
        return 0.001;
    if (word == "nm") return 1e-6;
    if (word == "in" || word == "inch" || word == "inches") return 25.4;
    return because("gives lengths in '" + printable(word) + "', which is no unit that is known here");
}

}  // namespace nodtrack::imaging
