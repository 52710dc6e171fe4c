#include <algorithm>
#include <cmath>

#include "../text.hpp"
#include "canvas.hpp"
#include "drawn.hpp"

namespace nodtrack::imaging {
namespace {

constexpr int gap = 8;
constexpr int title_height = 24;
constexpr int caption_lines = 3;
constexpr int row_height = film_frame_pixels + caption_lines * letter_height + 2 * gap;
constexpr std::size_t most_in_a_row = 6;
constexpr Colour empty_colour{48, 48, 48};
constexpr Colour alarm{255, 120, 90};

/// A bar of ten millimetres at the lower left.
void add_scale(Picture& picture, double field_mm)
{
    const int length = static_cast<int>(std::lround(10.0 / field_mm * picture.width));
    for (int x = 0; x < length; ++x) {
        put(picture, gap + x, picture.height - gap, ink);
        put(picture, gap + x, picture.height - gap - 1, ink);
    }
}

/// A frame without an image says why.
Picture empty_frame(const std::string& why, const Colour& colour)
{
    Picture frame = blank(film_frame_pixels, film_frame_pixels, empty_colour);
    constexpr int room = film_frame_pixels - 4 * gap;
    std::vector<std::string> lines = broken_lines(why, room);
    constexpr std::size_t most_lines = 12;
    if (lines.size() > most_lines) lines.resize(most_lines);
    int top = (film_frame_pixels - static_cast<int>(lines.size()) * (letter_height + 3)) / 2;
    for (const std::string& line : lines) {
        write(frame, 2 * gap, top, line, room, colour);
        top += letter_height + 3;
    }
    return frame;
}

void lay_frame(Picture& on, std::size_t place, const Picture& frame, const std::vector<std::string>& caption)
{
    const auto [left, top] = film_frame_place(place);
    lay(on, frame, left, top);
    int line_top = top + film_frame_pixels + gap / 2;
    for (std::size_t i = 0; i < std::min<std::size_t>(caption.size(), caption_lines); ++i) {
        write(on, left, line_top, caption[i], film_frame_pixels);
        line_top += letter_height;
    }
}

Picture sheet_for(std::size_t frames, const std::string& title)
{
    const std::size_t rows = (frames + most_in_a_row - 1) / most_in_a_row;
    const auto columns = static_cast<int>(std::min(frames, most_in_a_row));
    Picture sheet =
        blank(gap + columns * (film_frame_pixels + gap), title_height + static_cast<int>(rows) * row_height);
    write(sheet, gap, gap, title, sheet.width - 2 * gap);
    return sheet;
}

std::string shown_as(double field_mm)
{
    return text_of(field_mm) + " mm wide, lung window";
}

/// `ct/chest.nrrd: the image is gone` -> `the image is gone: chest.nrrd`; the folder is for the messages.
std::string short_reason(const NoduleInImage& nodule, const Error& error)
{
    const std::string name = nodule.image.front().filename().string();
    if (error.code == ErrorCode::not_found) return "the image is gone: " + name;
    if (error.message.find("changed since") != std::string::npos)
        return "the image changed since it was measured: " + name;
    return "the image cannot be read: " + name;
}

}  // namespace

std::array<int, 2> film_frame_place(std::size_t place)
{
    return {gap + static_cast<int>(place % most_in_a_row) * (film_frame_pixels + gap),
            title_height + static_cast<int>(place / most_in_a_row) * row_height};
}

FilmPicture film_strip(const FilmStrip& film)
{
    FilmPicture answer;
    std::vector<std::optional<VoxelsRound>> images(film.frames.size());
    std::vector<std::string> reasons(film.frames.size());
    for (std::size_t i = 0; i < film.frames.size(); ++i) {
        const FilmFrame& frame = film.frames[i];
        reasons[i] = frame.why_empty;
        if (!frame.nodule) continue;
        auto voxels = voxels_round(*frame.nodule);
        if (!voxels) {
            answer.problems.push_back(voxels.error().message);
            reasons[i] = short_reason(*frame.nodule, voxels.error());
            continue;
        }
        answer.field_mm = std::max(answer.field_mm, fitting_field_mm(frame.nodule->mask, voxels->grid));
        images[i] = std::move(*voxels);
        ++answer.shown;
    }
    answer.picture =
        sheet_for(film.frames.size(),
                  film.title + (answer.shown > 0 ? ": each frame " + shown_as(answer.field_mm) : std::string()));
    for (std::size_t i = 0; i < film.frames.size(); ++i) {
        const FilmFrame& frame = film.frames[i];
        if (!images[i]) {
            const Picture empty = empty_frame(reasons[i], frame.nodule ? alarm : ink);
            lay_frame(answer.picture, i, empty, frame.caption);
            continue;
        }
        Picture image = drawn(*frame.nodule, *images[i],
                              {.plane = Plane::axial, .field_mm = answer.field_mm, .pixels = film_frame_pixels});
        add_scale(image, answer.field_mm);
        lay_frame(answer.picture, i, image, frame.caption);
    }
    return answer;
}

Result<Picture> three_planes(const NoduleInImage& nodule, const std::string& title,
                             const std::vector<std::string>& caption)
{
    const auto voxels = voxels_round(nodule);
    if (!voxels) return tl::unexpected(voxels.error());
    const double field_mm = fitting_field_mm(nodule.mask, voxels->grid);
    Picture sheet = sheet_for(3, title + ": each " + shown_as(field_mm));
    constexpr std::array<std::string_view, 3> names = {"axial", "coronal", "sagittal"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        Picture image =
            drawn(nodule, *voxels, {.plane = static_cast<Plane>(i), .field_mm = field_mm, .pixels = film_frame_pixels});
        add_scale(image, field_mm);
        std::vector<std::string> lines = {std::string(names[i])};
        if (i == 0) lines.insert(lines.end(), caption.begin(), caption.end());
        lay_frame(sheet, i, image, lines);
    }
    return sheet;
}

}  // namespace nodtrack::imaging
