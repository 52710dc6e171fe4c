#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "image_file.hpp"

// ITK hands out whatever stood in memory for the part of a MetaImage or NIfTI file that is missing. These checks
// come first, so that a file cut short is never measured. (NRRD's own reader checks the length.)

namespace nodtrack::imaging {
namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
using Gzip = std::unique_ptr<gzFile_s, int (*)(gzFile)>;

tl::unexpected<Error> damaged(const std::filesystem::path& file, const std::string& what)
{
    return failure(ErrorCode::bad_input, file.string() + ": " + what + "; give a whole, undamaged file");
}

std::string cut_short(std::uint64_t found, std::uint64_t expected)
{
    return "is cut short or damaged: it holds " + std::to_string(found) + " bytes of voxels where its header says " +
           std::to_string(expected);
}

/// The product of the sizes, or nothing where it does not fit.
std::optional<std::uint64_t> product(const std::vector<std::uint64_t>& factors)
{
    std::uint64_t result = 1;
    for (const std::uint64_t factor : factors) {
        if (__builtin_mul_overflow(result, factor, &result)) return std::nullopt;
    }
    return result;
}

struct MetaHeader {
    std::map<std::string, std::string> fields;
    std::uint64_t length = 0;  // bytes up to the end of the line ElementDataFile

    std::string at(const std::string& key) const
    {
        const auto found = fields.find(key);
        return found == fields.end() ? "" : found->second;
    }
};

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

MetaHeader meta_header(std::istream& stream)
{
    constexpr std::uint64_t longest = 1U << 20U;
    MetaHeader header;
    std::string line;
    while (header.length < longest && std::getline(stream, line)) {
        header.length += line.size() + 1;
        const auto equals = line.find('=');
        if (equals == std::string::npos) break;
        const std::string key = trimmed(std::string_view(line).substr(0, equals));
        header.fields[key] = trimmed(std::string_view(line).substr(equals + 1));
        if (key == "ElementDataFile") break;
    }
    return header;
}

std::uint64_t element_bytes(const std::string& type)
{
    static const std::map<std::string, std::uint64_t> bytes{
        {"MET_CHAR", 1},       {"MET_UCHAR", 1},  {"MET_SHORT", 2}, {"MET_USHORT", 2},
        {"MET_INT", 4},        {"MET_UINT", 4},   {"MET_FLOAT", 4}, {"MET_LONG_LONG", 8},
        {"MET_ULONG_LONG", 8}, {"MET_DOUBLE", 8}, {"MET_LONG", 4},  {"MET_ULONG", 4}};
    const auto found = bytes.find(type);
    return found == bytes.end() ? 0 : found->second;
}

/// The bytes that the rest of a zlib or gzip stream unfolds to, at most `limit` + 1; nothing where it is damaged.
std::optional<std::uint64_t> unfolded_bytes(std::istream& stream, std::uint64_t limit)
{
    z_stream state{};
    constexpr int either_header = 32 + MAX_WBITS;
    if (inflateInit2(&state, either_header) != Z_OK) return std::nullopt;
    const std::unique_ptr<z_stream, int (*)(z_streamp)> ended(&state, inflateEnd);
    std::vector<char> in(chunk_bytes);
    std::vector<Bytef> out(chunk_bytes);
    std::uint64_t total = 0;
    for (int status = Z_OK; status != Z_STREAM_END && total <= limit;) {
        if (state.avail_in == 0) {
            stream.read(in.data(), static_cast<std::streamsize>(in.size()));
            if (stream.gcount() <= 0) return std::nullopt;
            state.next_in = reinterpret_cast<Bytef*>(in.data());
            state.avail_in = static_cast<uInt>(stream.gcount());
        }
        state.next_out = out.data();
        state.avail_out = static_cast<uInt>(out.size());
        status = inflate(&state, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END) return std::nullopt;
        total += out.size() - state.avail_out;
    }
    return total;
}

Result<void> check_meta_image(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    const MetaHeader header = meta_header(stream);
    for (const std::string key : {"NDims", "DimSize", "ElementType", "ElementDataFile"}) {
        if (header.at(key).empty()) return damaged(file, "is no whole MetaImage: its header lacks " + key);
    }
    const std::uint64_t one = element_bytes(header.at("ElementType"));
    if (one == 0) return damaged(file, "holds elements of type " + header.at("ElementType") + ", which is not read");
    std::vector<std::uint64_t> factors{one};
    std::istringstream sizes(header.at("DimSize"));
    for (std::uint64_t size = 0; sizes >> size;)
        factors.push_back(size);
    if (const auto channels = header.at("ElementNumberOfChannels"); !channels.empty())
        factors.push_back(static_cast<std::uint64_t>(std::max(std::atoi(channels.c_str()), 1)));
    const auto expected = product(factors);
    if (!expected) return damaged(file, "has an impossible size, " + header.at("DimSize"));

    const std::string data = header.at("ElementDataFile");
    const bool local = data == "LOCAL" || data == "Local" || data == "local";
    if (!local && (data.starts_with("LIST") || data.find('%') != std::string::npos))
        return damaged(file, "spreads its voxels over many files, which is not read; save it as one .mha");
    const std::filesystem::path voxels = local ? file : file.parent_path() / data;
    std::error_code error;
    const std::uint64_t bytes = std::filesystem::file_size(voxels, error);
    if (error) return damaged(file, "its voxels should stand in " + voxels.string() + ", which cannot be read");

    const std::uint64_t start = local ? header.length : 0;
    std::string compressed = header.at("CompressedData");
    if (compressed.empty() || (compressed[0] != 'T' && compressed[0] != 't' && compressed[0] != '1')) {
        const std::uint64_t found = bytes - std::min(bytes, start);
        if (header.at("BinaryData").starts_with("F")) return {};  // text: MetaIO stops where the numbers end
        if (found < *expected) return damaged(file, cut_short(found, *expected));
        return {};
    }
    std::ifstream packed(voxels, std::ios::binary);
    packed.seekg(static_cast<std::streamoff>(start));
    const auto found = unfolded_bytes(packed, *expected);
    if (!found) return damaged(file, "is cut short or damaged: its compressed voxels cannot be unfolded");
    if (*found < *expected) return damaged(file, cut_short(*found, *expected));
    return {};
}

template <class Number>
Number number_at(const std::array<unsigned char, 352>& header, std::size_t place, bool swapped)
{
    std::array<unsigned char, sizeof(Number)> bytes{};
    std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(place), sizeof(Number), bytes.begin());
    if (swapped) std::reverse(bytes.begin(), bytes.end());
    return std::bit_cast<Number>(bytes);
}

Result<void> check_nifti(const std::filesystem::path& file)
{
    const Gzip stream(gzopen(file.c_str(), "rb"), gzclose);  // reads files that are not compressed as they are
    if (!stream) return damaged(file, "cannot be read");
    std::array<unsigned char, 352> header{};
    const int got = gzread(stream.get(), header.data(), static_cast<unsigned>(header.size()));
    if (got < static_cast<int>(header.size())) return damaged(file, "is no whole NIfTI file: its header is cut short");

    constexpr std::int32_t nifti1_header_bytes = 348;
    const bool swapped = number_at<std::int32_t>(header, 0, false) != nifti1_header_bytes;
    if (number_at<std::int32_t>(header, 0, swapped) != nifti1_header_bytes)
        return damaged(file, "is no NIfTI-1 file: it does not begin with its header");
    const auto dimensions = number_at<std::int16_t>(header, 40, swapped);
    const auto bits = number_at<std::int16_t>(header, 72, swapped);
    if (dimensions < 1 || dimensions > 7 || bits < 1) return damaged(file, "has an impossible header");
    std::vector<std::uint64_t> factors{static_cast<std::uint64_t>(bits)};
    for (std::size_t i = 1; i <= static_cast<std::size_t>(dimensions); ++i)
        factors.push_back(static_cast<std::uint64_t>(
            std::max<std::int16_t>(number_at<std::int16_t>(header, 40 + 2 * i, swapped), 1)));
    const auto expected_bits = product(factors);
    const float offset = number_at<float>(header, 108, swapped);
    if (!expected_bits || !(offset >= 0 && offset < 1e9F)) return damaged(file, "has an impossible header");
    const std::uint64_t expected = *expected_bits / 8;
    const auto start = std::max<std::uint64_t>(static_cast<std::uint64_t>(offset), header.size());

    std::vector<char> buffer(chunk_bytes);
    std::uint64_t total = header.size();
    int length = 0;
    while ((length = gzread(stream.get(), buffer.data(), static_cast<unsigned>(buffer.size()))) > 0)
        total += static_cast<std::uint64_t>(length);
    int status = Z_OK;
    gzerror(stream.get(), &status);
    const std::uint64_t found = total - std::min(total, start);
    if (found < expected) return damaged(file, cut_short(found, expected));
    if (length < 0 || status != Z_OK) return damaged(file, "is cut short or damaged: it cannot be unfolded to its end");
    return {};
}

}  // namespace

Result<void> check_complete(const std::filesystem::path& file, FileKind kind)
{
    if (kind == FileKind::meta_image) return check_meta_image(file);
    if (kind == FileKind::nifti) return check_nifti(file);
    return {};
}

}  // namespace nodtrack::imaging
