#include <metaImage.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "../text.hpp"
#include "volume_header.hpp"

namespace nodtrack::imaging {
namespace {

struct TextHeader {
    std::map<std::string, std::string> fields;
    std::string twice;         // a key that stands there more than once
    std::uint64_t length = 0;  // bytes up to the end of the line ElementDataFile

    std::string at(const std::string& key) const
    {
        const auto found = fields.find(key);
        return found == fields.end() ? "" : found->second;
    }
    bool has_any(std::initializer_list<const char*> keys) const
    {
        return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return !at(key).empty(); });
    }
};

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

int words_in(const std::string& text)
{
    std::istringstream stream(text);
    int count = 0;
    for (std::string word; stream >> word;)
        ++count;
    return count;
}

TextHeader text_header(const std::filesystem::path& file)
{
    constexpr std::uint64_t longest = 1U << 20U;
    std::ifstream stream(file, std::ios::binary);
    TextHeader header;
    std::string line;
    while (header.length < longest && std::getline(stream, line)) {
        header.length += line.size() + 1;
        const auto equals = line.find('=');
        if (equals == std::string::npos) break;
        const std::string key = trimmed(std::string_view(line).substr(0, equals));
        const bool is_new = header.fields.try_emplace(key, trimmed(std::string_view(line).substr(equals + 1))).second;
        if (!is_new && key != "Comment") header.twice = key;
        if (key == "ElementDataFile") break;
    }
    return header;
}

std::optional<NumberType> number_type(MET_ValueEnumType type)
{
    switch (type) {
        case MET_CHAR:
            return NumberType::int8;
        case MET_UCHAR:
            return NumberType::uint8;
        case MET_SHORT:
            return NumberType::int16;
        case MET_USHORT:
            return NumberType::uint16;
        case MET_INT:
        case MET_LONG:  // four bytes in this format
            return NumberType::int32;
        case MET_UINT:
        case MET_ULONG:
            return NumberType::uint32;
        case MET_LONG_LONG:
            return NumberType::int64;
        case MET_ULONG_LONG:
            return NumberType::uint64;
        case MET_FLOAT:
            return NumberType::float32;
        case MET_DOUBLE:
            return NumberType::float64;
        default:
            return std::nullopt;
    }
}

/// What the library must not be asked, as it would go on without end or take a default for what is missing.
Result<void> check_text(const TextHeader& text)
{
    for (const char* const key : {"NDims", "DimSize", "ElementType", "ElementDataFile"}) {
        if (text.at(key).empty()) return because(std::string("is no whole MetaImage: its header lacks ") + key);
    }
    if (!text.twice.empty()) return because("says " + printable(text.twice) + " twice in its header");
    const std::string dimensions = text.at("NDims");
    if (dimensions != "3")
        return because("has " + printable(dimensions) + " dimensions; give an image of one volume, which has 3");
    const std::string sizes = text.at("DimSize");
    if (sizes.find_first_not_of("0123456789 \t") != std::string::npos || words_in(sizes) != 3)
        return because("has an impossible size, " + printable(sizes));
    struct Count {
        const char* key;
        int words;
    };
    // Where there are fewer the library takes the next line for the rest.
    for (const Count& count :
         {Count{"ElementSpacing", 3}, Count{"ElementSize", 3}, Count{"Offset", 3}, Count{"Position", 3},
          Count{"Origin", 3}, Count{"TransformMatrix", 9}, Count{"Rotation", 9}, Count{"Orientation", 9}}) {
        const std::string value = text.at(count.key);
        if (!value.empty() && words_in(value) != count.words)
            return because("gives " + std::string(count.key) + " as '" + printable(value) + "', where " +
                           std::to_string(count.words) + " numbers are expected");
    }
    if (!text.has_any({"ElementSpacing", "ElementSize"})) return because("does not say its ElementSpacing");
    if (!text.has_any({"Offset", "Position", "Origin"})) return because("does not say its Offset, where it lies");
    if (!text.has_any({"TransformMatrix", "Rotation", "Orientation"}))
        return because("does not say its TransformMatrix, how it lies");
    if (const auto binary = text.at("BinaryData"); !binary.empty() && binary[0] != 'T' && binary[0] != 't')
        return because("has its voxels as text, which is not read; save it with BinaryData = True");
    const std::string data = text.at("ElementDataFile");
    if (data.starts_with("LIST") || data.find('%') != std::string::npos)
        return because("spreads its voxels over many files, which is not read; save it as one .mha");
    return {};
}

bool is_local(const std::string& data)
{
    return data == "LOCAL" || data == "Local" || data == "local";
}

/// The bytes that the rest of a zlib or gzip stream decompresses to, at most `limit` + 1; nothing where it is damaged.
std::optional<std::uint64_t> decompressed_bytes(std::istream& stream, std::uint64_t limit)
{
    constexpr std::size_t chunk_bytes = 1U << 20U;
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

/// Passes where the file holds the bytes that the library will read.
Result<void> check_data(const std::filesystem::path& file, const TextHeader& text, const MetaImage& image,
                        std::uint64_t promised)
{
    const std::string data = text.at("ElementDataFile");
    std::filesystem::path voxels = file;
    if (!is_local(data)) {
        const auto beside = data_file_beside(file, data);
        if (!beside) return tl::unexpected(beside.error());
        voxels = *beside;
    }
    std::error_code error;
    const std::uint64_t bytes = std::filesystem::file_size(voxels, error);
    if (error) return because("its voxels should stand in " + voxels.string() + ", which cannot be read");
    const int skipped = image.HeaderSize();
    if (skipped != 0 && (is_local(data) || skipped < -1 || image.CompressedData()))
        return because("has a HeaderSize of " + std::to_string(skipped) + ", which is not read here");
    if (image.CompressedData()) {
        std::ifstream packed(voxels, std::ios::binary);
        packed.seekg(static_cast<std::streamoff>(is_local(data) ? text.length : 0));
        const auto found = decompressed_bytes(packed, promised);
        if (!found) return because("is cut short or damaged: its compressed voxels cannot be decompressed");
        if (*found < promised) return because(cut_short(*found, promised));
        return {};
    }
    const std::uint64_t start = is_local(data) ? text.length : static_cast<std::uint64_t>(std::max(skipped, 0));
    const std::uint64_t found = bytes - std::min(bytes, start);
    if (found < promised) return because(cut_short(found, promised));
    return {};
}

Result<Grid> grid_of(const MetaImage& image)
{
    double unit = 1;  // without a word it is mm
    const std::string name = image.DistanceUnitsName();
    if (image.DistanceUnits() != MET_DISTANCE_UNITS_UNKNOWN) {
        const auto mm = millimetres_of(name);
        if (!mm) return tl::unexpected(mm.error());
        unit = *mm;
    }
    Grid grid;
    const double* const matrix = image.TransformMatrix();
    const double* const offset = image.Offset();
    const double* const spacing = image.ElementSpacing();
    const int* const size = image.DimSize();
    for (std::size_t i = 0; i < 3; ++i) {
        grid.size[i] = size[i];
        grid.spacing_mm[i] = spacing[i] * unit;
        grid.origin_mm[i] = offset[i] * unit;
        for (std::size_t j = 0; j < 3; ++j)
            grid.direction[i][j] = matrix[i * 3 + j];
    }
    return grid;
}

/// Eight bytes that stand where nothing has been read.
std::uint64_t mark_at(std::uint64_t place)
{
    std::uint64_t mixed = place * 0x9e3779b97f4a7c15ULL + 0x1234567;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    return mixed ^ (mixed >> 27U);
}

/// Memory in which what was not read can be told from what was, to 64 bytes.
class MarkedMemory {
  public:
    explicit MarkedMemory(std::uint64_t bytes) : bytes_((bytes + 7) / 8 * 8)
    {
        for (std::uint64_t at = 0; at < bytes_.size(); at += 8) {
            const std::uint64_t mark = mark_at(at);
            std::memcpy(bytes_.data() + at, &mark, 8);
        }
    }
    char* data() { return bytes_.data(); }

    bool is_all_read() const
    {
        constexpr std::uint64_t span = 64;
        for (std::uint64_t from = 0; from + span <= bytes_.size(); from += span) {
            bool untouched = true;
            for (std::uint64_t at = from; untouched && at < from + span; at += 8) {
                const std::uint64_t mark = mark_at(at);
                untouched = std::memcmp(bytes_.data() + at, &mark, 8) == 0;
            }
            if (untouched) return false;
        }
        return true;
    }

  private:
    std::vector<char> bytes_;
};

}  // namespace

Result<VolumeHeader> meta_image_header(const std::filesystem::path& file)
{
    const TextHeader text = text_header(file);
    if (const auto checked = check_text(text); !checked) return tl::unexpected(checked.error());
    MetaImage image;
    if (!image.Read(file.c_str(), false)) return because("cannot be read as MetaImage: its header is damaged");
    VolumeHeader header;
    const auto type = number_type(image.ElementType());
    if (!type) return because("holds elements of type " + printable(text.at("ElementType")) + ", which is not read");
    header.type = *type;
    if (image.NDims() != 3)
        return because("has " + std::to_string(image.NDims()) +
                       " dimensions; give an image of one volume, which has 3");
    const int channels = image.ElementNumberOfChannels();
    if (channels < 1) return because("has " + std::to_string(channels) + " numbers a voxel");
    header.layers = static_cast<std::size_t>(channels);
    if (image.ElementToIntensityFunctionSlope() != 1 || image.ElementToIntensityFunctionOffset() != 0)
        return because("holds numbers that are to be scaled (ElementToIntensityFunction); save it in HU");
    std::vector<std::uint64_t> sizes{header.layers};
    const int* const size = image.DimSize();
    for (std::size_t i = 0; i < 3; ++i)
        sizes.push_back(static_cast<std::uint64_t>(std::max(size[i], 0)));
    std::error_code error;
    std::uint64_t held = std::filesystem::file_size(file, error);
    if (const std::string data = text.at("ElementDataFile"); !is_local(data)) {
        const auto beside = data_file_beside(file, data);
        if (!beside) return tl::unexpected(beside.error());
        held = std::filesystem::file_size(*beside, error);
    }
    const auto promised = promised_bytes(sizes, bytes_of(*type), held);
    if (!promised) return tl::unexpected(promised.error());
    // The text and the library have to mean the same.
    std::string meant;
    for (std::size_t i = 1; i < sizes.size(); ++i)
        meant += (meant.empty() ? "" : " ") + std::to_string(sizes[i]);
    std::string said = text.at("DimSize");
    std::replace(said.begin(), said.end(), '\t', ' ');
    said.erase(std::unique(said.begin(), said.end(), [](char a, char b) { return a == ' ' && b == ' '; }), said.end());
    if (said != meant) return because("has an impossible size, " + printable(text.at("DimSize")));
    if (const auto whole = check_data(file, text, image, *promised); !whole) return tl::unexpected(whole.error());
    const auto grid = grid_of(image);
    if (!grid) return tl::unexpected(grid.error());
    header.grid = *grid;
    return header;
}

Result<VolumeNumbers> meta_image_numbers(const std::filesystem::path& file, const VolumeHeader& header)
{
    const auto bytes = voxel_count(header.grid.size) * header.layers * bytes_of(header.type);
    const auto memory = std::make_shared<MarkedMemory>(bytes);
    MetaImage image;
    const bool read = image.Read(file.c_str(), true, memory->data());
    const int* const size = image.DimSize();
    if (!read || image.NDims() != 3 || !std::equal(header.grid.size.begin(), header.grid.size.end(), size) ||
        number_type(image.ElementType()) != header.type || !memory->is_all_read())
        return because("is cut short or damaged: its voxels cannot be read to their end");
    return VolumeNumbers{memory, memory->data()};
}

}  // namespace nodtrack::imaging
