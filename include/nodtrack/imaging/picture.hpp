#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::imaging {

/// A nodule in an image: enough to find it again, and to know that the image is still the same.
struct NoduleInImage {
    std::vector<std::filesystem::path> image;
    std::string series_uid;             ///< SeriesInstanceUID; empty where the image is no DICOM
    std::array<double, 3> center_mm{};  ///< of the mask's voxels, LPS
    NoduleMask mask;                    ///< in the image's voxels
    std::string voxels_sha256;          ///< of where the voxels round the nodule lie, and their HU
};

/// Finds what is to be kept of a nodule that was measured from a click. Fails with `bad_input` as `load_ct` does, and
/// where the mask is empty or reaches beyond the image.
Result<NoduleInImage> locate(const CtRequest& request, const NoduleMask& mask);

/// The same of a nodule that was measured by a mask. Fails as `measure_mask` does, and where no voxel has the label.
Result<NoduleInImage> locate(const MaskRequest& request);

/// Passes where the image is there and is the one that was measured. Fails as `draw`.
Result<void> check_unchanged(const NoduleInImage& nodule);

/// A mask as one line of text (box, then run lengths), and back; absent where the text is no such line.
std::string mask_text(const NoduleMask& mask);
std::optional<NoduleMask> mask_of_text(std::string_view text);

/// A picture in colours, rows from above, three bytes (red, green, blue) a pixel.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;

    std::array<std::uint8_t, 3> at(int x, int y) const;
};

enum class Plane : std::uint8_t { axial, coronal, sagittal };

/// The colour of a contour; nothing else in a view has it.
inline constexpr std::array<std::uint8_t, 3> contour_colour{255, 210, 0};

/// How a nodule is shown.
struct View {
    Plane plane = Plane::axial;
    double field_mm = 40.0;  ///< edge length of the square that is shown
    int pixels = 240;        ///< edge length of the picture
    bool contour = true;
};

/// The square round a nodule in one plane through it, as radiologists look at it (the patient's right on the left of
/// the picture, front and head above), in the lung window (centre -600 HU, width 1500 HU). The plane goes through the
/// slice on which the nodule is largest. What lies outside the image, or farther off than 40 mm and than the nodule is
/// long, is dark blue. The contour runs just outside the
/// nodule's voxels.
///
/// Fails with `not_found` where the image is gone, with `bad_input` where it cannot be read or is not the one that was
/// measured (another series, other voxels).
Result<std::vector<Picture>> draw(const NoduleInImage& nodule, const std::vector<View>& views);

/// One picture of a film strip, or why there is none.
struct FilmFrame {
    std::optional<NoduleInImage> nodule;
    std::vector<std::string> caption;  ///< lines under it, e.g. date and size
    std::string why_empty;             ///< told in the frame where there is no nodule
};

struct FilmStrip {
    std::string title;
    std::vector<FilmFrame> frames;
};

struct FilmPicture {
    Picture picture;
    double field_mm = 0;                ///< edge length of what each frame shows
    int shown = 0;                      ///< frames with an image
    std::vector<std::string> problems;  ///< of frames whose image is gone, changed or cannot be read
};

/// Of the frames, laid out by `film_strip`: the edge of one, and where the image of frame `place` begins (left, top).
inline constexpr int film_frame_pixels = 240;
std::array<int, 2> film_frame_place(std::size_t place);

/// All frames beside each other with one field of view, at most six in a row, the captions below. A frame whose image
/// is gone or changed says so instead.
FilmPicture film_strip(const FilmStrip& film);

/// Axial, coronal and sagittal view beside each other. Failures as `draw`.
Result<Picture> three_planes(const NoduleInImage& nodule, const std::string& title,
                             const std::vector<std::string>& caption);

/// The picture as the bytes of a PNG file.
Result<std::string> png_of(const Picture& picture);

}  // namespace nodtrack::imaging
