#include <NrrdIO.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>

#include "../text.hpp"
#include "image_file.hpp"
#include "volume_header.hpp"

// By the NRRD library itself: ITK's wrapper turns left-anterior-superior the wrong way and passes over units.

namespace nodtrack::imaging {
namespace {

/// The library keeps what went wrong in one place for the whole program.
std::mutex& library()
{
    static std::mutex one;
    return one;
}

struct Loaded {
    Nrrd* nrrd = nrrdNew();
    NrrdIoState* state = nrrdIoStateNew();
    Loaded() = default;
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;
    ~Loaded()
    {
        nrrdIoStateNix(state);
        if (nrrd != nullptr) nrrdNuke(nrrd);
    }

    Result<void> load(const std::filesystem::path& file, bool with_voxels)
    {
        state->skipData = with_voxels ? 0 : 1;
        if (nrrdLoad(nrrd, file.c_str(), state) == 0) return {};
        char* const said = biffGetDone(NRRD);
        std::string reason = said == nullptr ? "" : said;
        std::free(said);
        return because("cannot be read as NRRD (" + short_reason(reason.c_str()) + ")");
    }
};

std::string lower_case(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

/// The file that holds the voxels. Comes before the library opens what the header names: only a file beside it is read.
Result<std::filesystem::path> data_file_of(const std::filesystem::path& file)
{
    constexpr std::size_t longest = 1U << 20U;
    std::ifstream stream(file, std::ios::binary);
    std::string line;
    std::size_t length = 0;
    while (length < longest && std::getline(stream, line) && !line.empty() && line != "\r") {
        length += line.size() + 1;
        const auto colon = line.find(':');
        if (colon == std::string::npos || (colon + 1 < line.size() && line[colon + 1] == '=')) continue;
        std::string key = lower_case(line.substr(0, colon));
        std::erase(key, ' ');
        if (key != "datafile") continue;
        std::string value = line.substr(colon + 1);
        value.erase(0, value.find_first_not_of(" \t"));
        while (!value.empty() && (value.back() == '\r' || value.back() == ' '))
            value.pop_back();
        if (value.starts_with("LIST") || value.find('%') != std::string::npos)
            return because("spreads its voxels over many files, which is not read; save it as one .nrrd");
        return data_file_beside(file, value);
    }
    return file;
}

std::optional<NumberType> number_type(int type)
{
    switch (type) {
        case nrrdTypeChar:
            return NumberType::int8;
        case nrrdTypeUChar:
            return NumberType::uint8;
        case nrrdTypeShort:
            return NumberType::int16;
        case nrrdTypeUShort:
            return NumberType::uint16;
        case nrrdTypeInt:
            return NumberType::int32;
        case nrrdTypeUInt:
            return NumberType::uint32;
        case nrrdTypeLLong:
            return NumberType::int64;
        case nrrdTypeULLong:
            return NumberType::uint64;
        case nrrdTypeFloat:
            return NumberType::float32;
        case nrrdTypeDouble:
            return NumberType::float64;
        default:
            return std::nullopt;
    }
}

/// What the three axes of its space are in ours: left, back, head.
Result<Vector3> signs_of(const Nrrd& nrrd)
{
    switch (nrrd.space) {
        case nrrdSpaceLeftPosteriorSuperior:
            return Vector3{1, 1, 1};
        case nrrdSpaceRightAnteriorSuperior:
            return Vector3{-1, -1, 1};
        case nrrdSpaceLeftAnteriorSuperior:
            return Vector3{1, -1, 1};
        case nrrdSpaceUnknown:
            return because(
                "does not say in which space it lies; give a NRRD with space left-posterior-superior, "
                "right-anterior-superior or left-anterior-superior");
        default:
            return because(std::string("lies in the space ") + airEnumStr(nrrdSpace, nrrd.space) +
                           ", which is not read; give left-posterior-superior, right-anterior-superior or "
                           "left-anterior-superior");
    }
}

std::vector<Segment> segments_of(const Nrrd& nrrd)
{
    std::map<std::size_t, Segment> segments;
    for (unsigned i = 0; i < nrrdKeyValueSize(&nrrd); ++i) {
        char* key = nullptr;
        char* value = nullptr;
        nrrdKeyValueIndex(&nrrd, &key, &value, i);
        const std::string name = key == nullptr ? "" : key;
        const std::string text = value == nullptr ? "" : value;
        std::free(key);
        std::free(value);
        constexpr std::string_view prefix = "Segment";
        const auto line = name.find('_');
        if (!name.starts_with(prefix) || line == std::string::npos || line == prefix.size() || line > 12) continue;
        if (!std::all_of(name.begin() + prefix.size(), name.begin() + static_cast<std::ptrdiff_t>(line),
                         [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        const std::size_t place = std::stoul(name.substr(prefix.size(), line - prefix.size()));
        const std::string what = name.substr(line + 1);
        const auto [at, is_new] = segments.try_emplace(place);
        Segment& segment = at->second;
        if (is_new) segment.layer = place;  // before layers were shared each segment had its own
        if (what == "ID") segment.id = text;
        if (what == "Name") segment.name = text;
        if (what == "LabelValue") segment.label = std::atoll(text.c_str());
        if (what == "Layer") segment.layer = static_cast<std::size_t>(std::max(std::atoll(text.c_str()), 0LL));
    }
    std::vector<Segment> all;
    for (auto& [place, segment] : segments)
        all.push_back(std::move(segment));
    return all;
}

/// Places the axis where the space's directions say.
Result<void> place_axis(const Nrrd& nrrd, const NrrdAxisInfo& axis, const Vector3& signs, const Vector3& units,
                        std::size_t i, Grid& grid)
{
    Vector3 step{};
    double length = 0;
    for (std::size_t j = 0; j < 3; ++j) {
        step[j] = axis.spaceDirection[j] * signs[j] * units[j];
        length += step[j] * step[j];
    }
    length = std::sqrt(length);
    if (!(length > 0) || !std::isfinite(length) || nrrd.spaceDim != 3)
        return because("its space directions do not say where its voxels lie");
    grid.size[i] = static_cast<std::int64_t>(axis.size);
    grid.spacing_mm[i] = length;
    for (std::size_t j = 0; j < 3; ++j)
        grid.direction[i][j] = step[j] / length;
    return {};
}

Result<VolumeHeader> header_from(const Nrrd& nrrd, const std::filesystem::path& data_file)
{
    VolumeHeader header;
    const auto type = number_type(nrrd.type);
    if (!type) return because("holds numbers of a type that is not read");
    header.type = *type;
    if (std::isfinite(nrrd.oldMin) || std::isfinite(nrrd.oldMax))
        return because("holds numbers that were scaled (old min, old max); save it in HU");

    std::vector<unsigned> placed;
    std::vector<std::uint64_t> sizes;
    for (unsigned i = 0; i < nrrd.dim; ++i) {
        const NrrdAxisInfo& axis = nrrd.axis[i];
        sizes.push_back(axis.size);
        const bool is_layer = nrrd.space != nrrdSpaceUnknown && !std::isfinite(axis.spaceDirection[0]);
        if (!is_layer)
            placed.push_back(i);
        else if (i == 0)
            header.layers = axis.size;
        else if (axis.size != 1)
            placed.push_back(i);
    }
    if (placed.size() != 3)
        return because("has " + std::to_string(placed.size()) +
                       " dimensions; give an image of one volume, which has 3");
    std::error_code error;
    const auto promised = promised_bytes(sizes, bytes_of(header.type), std::filesystem::file_size(data_file, error));
    if (!promised) return tl::unexpected(promised.error());

    const auto signs = signs_of(nrrd);
    if (!signs) return tl::unexpected(signs.error());
    Vector3 units{1, 1, 1};  // a NRRD without space units is in mm, by every program that writes CTs
    for (std::size_t j = 0; j < 3; ++j) {
        const char* const unit = nrrd.spaceUnits[j];
        if (unit == nullptr || *unit == '\0') continue;
        const auto mm = millimetres_of(unit);
        if (!mm) return tl::unexpected(mm.error());
        units[j] = *mm;
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const auto axis = place_axis(nrrd, nrrd.axis[placed[i]], *signs, units, i, header.grid);
        if (!axis) return tl::unexpected(axis.error());
    }
    for (std::size_t j = 0; j < 3; ++j) {
        if (!std::isfinite(nrrd.spaceOrigin[j])) return because("has no space origin");
        header.grid.origin_mm[j] = nrrd.spaceOrigin[j] * (*signs)[j] * units[j];
    }
    header.segments = segments_of(nrrd);
    return header;
}

}  // namespace

Result<VolumeHeader> nrrd_header(const std::filesystem::path& file)
{
    const auto data_file = data_file_of(file);
    if (!data_file) return tl::unexpected(data_file.error());
    const std::scoped_lock lock(library());
    Loaded loaded;
    if (const auto read = loaded.load(file, false); !read) return tl::unexpected(read.error());
    return header_from(*loaded.nrrd, *data_file);
}

Result<VolumeNumbers> nrrd_numbers(const std::filesystem::path& file, const VolumeHeader& header)
{
    const std::scoped_lock lock(library());
    Loaded loaded;
    if (const auto read = loaded.load(file, true); !read) return tl::unexpected(read.error());
    std::uint64_t numbers = 1;
    for (unsigned i = 0; i < loaded.nrrd->dim; ++i)
        numbers *= loaded.nrrd->axis[i].size;
    if (loaded.nrrd->data == nullptr || number_type(loaded.nrrd->type) != header.type ||
        numbers != voxel_count(header.grid.size) * header.layers)
        return because("changed since its header was read");
    Nrrd* const kept = loaded.nrrd;
    loaded.nrrd = nullptr;
    return VolumeNumbers{std::shared_ptr<const void>(kept, [](Nrrd* one) { nrrdNuke(one); }),
                         static_cast<const char*>(kept->data)};
}

}  // namespace nodtrack::imaging
