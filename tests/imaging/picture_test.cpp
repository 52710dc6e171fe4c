#include <gtest/gtest.h>

#include <algorithm>
#include <nodtrack/imaging/picture.hpp>

#include "volume_file.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

constexpr double radius_mm = 6.03;

/// A ball of soft tissue in lung, beside it on the patient's left a small bright block: the picture must not be
/// mirrored.
TestVolume chest(double slice_mm)
{
    return TestVolume({81, 81, int(80 / slice_mm)}, {0.8, 0.8, slice_mm}).centred().fill([](const Vector3& p) {
        const bool block = p[0] > 9 && p[0] < 12 && std::abs(p[1]) < 1.5 && std::abs(p[2]) < 3;
        return length(p) <= radius_mm ? 40 : block ? 900 : -850;
    });
}

TestVolume ball(double slice_mm)
{
    return chest(slice_mm).fill([](const Vector3& p) { return length(p) <= radius_mm ? 1 : 0; });
}

class PictureTest : public ::testing::Test {
  protected:
    NoduleInImage located(double slice_mm, const std::string& name = "image")
    {
        const auto image = write_nrrd(folder_ / (name + ".nrrd"), chest(slice_mm));
        const auto mask = write_nrrd(folder_ / (name + "-mask.nrrd"), ball(slice_mm));
        const auto found =
            locate(MaskRequest{.image = {image}, .mask = mask, .label = 1, .nodule_id = {}, .progress = {}});
        EXPECT_TRUE(found) << found.error().message;
        return *found;
    }
    TemporaryFolder folder_;
};

Picture view_of(const NoduleInImage& nodule, const View& view)
{
    const auto pictures = draw(nodule, {view});
    EXPECT_TRUE(pictures) << pictures.error().message;
    return pictures->front();
}

TEST_F(PictureTest, PutsTheContourWhereTheMaskEndsInEveryPlane)
{
    const NoduleInImage nodule = located(0.8);
    for (const Plane plane : {Plane::axial, Plane::coronal, Plane::sagittal}) {
        const View view{.plane = plane, .field_mm = 40, .pixels = 200};
        const Picture picture = view_of(nodule, view);
        int contour = 0;
        for (int y = 0; y < picture.height; ++y) {
            for (int x = 0; x < picture.width; ++x) {
                if (picture.at(x, y) != contour_colour) continue;
                ++contour;
                const double from_center = std::hypot(x + 0.5 - 100, y + 0.5 - 100) * 0.2;
                // A voxel's corner is up to 0.57 mm beyond its centre.
                EXPECT_NEAR(from_center, radius_mm, 0.9) << int(plane) << " " << x << " " << y;
            }
        }
        EXPECT_GT(contour, 2 * 3.14 * radius_mm / 0.2 * 0.8) << "the contour closes";
    }
}

TEST_F(PictureTest, HidesNoVoxelOfTheNoduleAndNoneIsDrawnWithoutContour)
{
    const NoduleInImage nodule = located(0.8);
    const View with{.field_mm = 40, .pixels = 200};
    View without = with;
    without.contour = false;
    const Picture a = view_of(nodule, with);
    const Picture b = view_of(nodule, without);
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) {
            EXPECT_NE(b.at(x, y), contour_colour);
            if (a.at(x, y) != contour_colour) {
                EXPECT_EQ(a.at(x, y), b.at(x, y));
            }
        }
    }
}

TEST_F(PictureTest, ShowsThePatientsLeftOnTheRightInTheLungWindow)
{
    const Picture picture = view_of(located(0.8), {.field_mm = 40, .pixels = 200});
    EXPECT_EQ(picture.at(100 + 52, 100)[0], 255) << "10.5 mm to the left: the block, above the window";
    // -850 HU lies a third of the way up a window from -1350 to 150 HU.
    EXPECT_NEAR(picture.at(100 - 52, 100)[0], 85, 1);
    EXPECT_NEAR(picture.at(100, 100)[0], (40 + 1350) / 1500.0 * 255, 1);
}

TEST_F(PictureTest, HasTheSameFieldOfViewInEveryFrameOfAStrip)
{
    FilmStrip film;
    film.title = "P1 N1";
    for (const double slice : {0.8, 2.0}) {
        film.frames.push_back({located(slice, "s" + std::to_string(slice)), {"2024-01-01"}, {}});
    }
    const FilmPicture strip = film_strip(film);
    EXPECT_EQ(strip.shown, 2);
    EXPECT_TRUE(strip.problems.empty());
    std::array<int, 2> widths{};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto [left, top] = film_frame_place(i);
        int first = film_frame_pixels;
        int last = 0;
        for (int y = 0; y < film_frame_pixels; ++y) {
            for (int x = 0; x < film_frame_pixels; ++x) {
                if (strip.picture.at(left + x, top + y) != contour_colour) continue;
                first = std::min(first, x);
                last = std::max(last, x);
            }
        }
        widths[i] = last - first;
    }
    EXPECT_GT(widths[0], 0);
    EXPECT_NEAR(widths[0], widths[1], 2) << "one nodule, one size on the picture, whatever the slices";
    EXPECT_NEAR(widths[0] * strip.field_mm / film_frame_pixels, 2 * radius_mm, 1.3);
}

TEST_F(PictureTest, ShowsNoImageThatIsGoneOrChanged)
{
    const NoduleInImage same = located(0.8, "same");
    const NoduleInImage changed = located(0.8, "changed");
    auto moved = chest(0.8);
    moved.at(45, 40, 50) = -700;  // one voxel near the nodule
    write_nrrd(folder_ / "changed.nrrd", moved);
    const NoduleInImage gone = located(0.8, "gone");
    fs::remove(folder_ / "gone.nrrd");
    const NoduleInImage broken = located(0.8, "broken");
    std::ofstream(folder_ / "broken.nrrd") << "not an image";
    NoduleInImage other_series = same;
    other_series.series_uid = "1.2.3";

    EXPECT_EQ(draw(gone, {{}}).error().code, ErrorCode::not_found);
    for (const NoduleInImage& nodule : {changed, other_series}) {
        const auto drawn = draw(nodule, {{}});
        ASSERT_FALSE(drawn);
        EXPECT_NE(drawn.error().message.find("changed since it was measured"), std::string::npos);
    }
    FilmStrip film;
    for (const NoduleInImage& nodule : {same, changed, gone, broken, other_series})
        film.frames.push_back({nodule, {}, {}});
    const FilmPicture strip = film_strip(film);
    EXPECT_EQ(strip.shown, 1);
    EXPECT_EQ(strip.problems.size(), 4U);
    for (std::size_t i = 1; i < film.frames.size(); ++i) {
        const auto [left, top] = film_frame_place(i);
        bool contour = false;
        bool words = false;
        for (int y = 0; y < film_frame_pixels; ++y) {
            for (int x = 0; x < film_frame_pixels; ++x) {
                contour |= strip.picture.at(left + x, top + y) == contour_colour;
                words |= strip.picture.at(left + x, top + y)[0] > 200;
            }
        }
        EXPECT_FALSE(contour) << i;
        EXPECT_TRUE(words) << i;
    }
}

TEST_F(PictureTest, RefusesAMaskThatIsEmptyOrReachesBeyondTheImage)
{
    const NoduleInImage nodule = located(0.8);
    NoduleMask empty = nodule.mask;
    std::ranges::fill(empty.inside, std::uint8_t{0});
    NoduleMask beyond = nodule.mask;
    beyond.first[0] = 80;
    NoduleMask far = nodule.mask;
    far.first[2] = std::int64_t{1} << 62;
    for (const NoduleMask& mask : {empty, beyond, far, NoduleMask{}}) {
        const auto refused = locate({.image = nodule.image, .series = {}, .progress = {}}, mask);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    }
}

TEST_F(PictureTest, KeepsAMaskAsTextAndReadsItBack)
{
    const NoduleInImage nodule = located(0.8);
    const auto again = mask_of_text(mask_text(nodule.mask));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->first, nodule.mask.first);
    EXPECT_EQ(again->size, nodule.mask.size);
    EXPECT_EQ(again->inside, nodule.mask.inside);
}

TEST(MaskText, RefusesWhatItNeverWrote)
{
    EXPECT_TRUE(mask_of_text("0 0 0 1 1 2 1 1"));
    for (const char* text : {"", "0 0 0 1 1 2", "0 0 0 1 1 2 3", "0 0 0 1 1 2 1 x", "0 0 0 1 1 2 -1 3", "0 0 0 0 1 2 0",
                             "0 0 0 4096 4096 4096 1", "0 0 0 1 1 2  1 1", "0 0 0 99999999999 1 1 1",
                             "0 0 0 1 1 2 99999999999999999999 1"}) {
        EXPECT_FALSE(mask_of_text(text)) << text;
    }
}

TEST_F(PictureTest, IsAPng)
{
    const auto sheet = three_planes(located(0.8), "N1", {"12.1 x 12.0 mm"});
    ASSERT_TRUE(sheet);
    const auto png = png_of(*sheet);
    ASSERT_TRUE(png);
    EXPECT_EQ(png->substr(0, 8), "\x89PNG\r\n\x1a\n");
}

}  // namespace
}  // namespace nodtrack::imaging
