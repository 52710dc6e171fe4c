#include <gtest/gtest.h>

#include <charconv>
#include <map>
#include <nodtrack/imaging/measure_mask.hpp>

#include "volume_file.hpp"

// Published values, read where they stand beside the checkout; they are not part of the project.

namespace nodtrack::imaging {
namespace {

using namespace test;

const fs::path data = fs::path(NODTRACK_SHARED_DIR) / "data";

std::vector<std::string> split(const std::string& line, char at)
{
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, at);) {
        while (!part.empty() && part.back() == '\r')
            part.pop_back();
        parts.push_back(part);
    }
    return parts;
}

struct Reference {
    double value = 0;
    double tolerance = 0;
};

/// `reference value;tolerance;tag`
std::map<std::string, Reference> ibsi_values(const fs::path& file)
{
    std::map<std::string, Reference> values;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        const auto parts = split(line, ';');
        if (parts.size() < 3 || parts[0].empty() || !(std::isdigit(parts[0][0]) || parts[0][0] == '-')) continue;
        values[parts[2]] = {std::stod(parts[0]), parts[1].empty() ? 0 : std::stod(parts[1])};
    }
    return values;
}

#define SKIP_WITHOUT(file) \
    if (!fs::exists(file)) GTEST_SKIP() << (file) << " is not beside the checkout"

void expect_ibsi_shape(const ShapeValues& shape, const std::map<std::string, Reference>& reference)
{
    const std::map<std::string, double> found{
        {"morph_volume", shape.mesh_volume_mm3},      {"morph_vol_approx", shape.voxel_volume_mm3},
        {"morph_area_mesh", shape.surface_area_mm2},  {"morph_sphericity", shape.sphericity},
        {"morph_diam", shape.maximum_3d_diameter_mm}, {"morph_pca_maj_axis", shape.major_axis_mm},
        {"morph_pca_min_axis", shape.minor_axis_mm},  {"morph_pca_least_axis", shape.least_axis_mm}};
    for (const auto& [tag, value] : found) {
        ASSERT_TRUE(reference.contains(tag)) << tag;
        EXPECT_NEAR(value, reference.at(tag).value, reference.at(tag).tolerance) << tag;
        testing::Test::RecordProperty(tag, std::to_string(value));
    }
}

TEST(ReferenceValues, OfTheIbsiDigitalPhantomAreMet)
{
    const fs::path table = data / "ibsi/ibsi_1_dig_phantom.csv";
    SKIP_WITHOUT(table);
    MaskRequest request;
    request.mask = data / "ibsi/digital_phantom/mask/mask.nii.gz";
    request.image = {data / "ibsi/digital_phantom/image/phantom.nii.gz"};
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto reference = ibsi_values(table);
    expect_ibsi_shape(*answer->shape, reference);
    // Given with three digits and no tolerance.
    EXPECT_NEAR(answer->density->mean_hu, reference.at("stat_mean").value, 0.005);
}

class IbsiChest : public testing::TestWithParam<std::string> {};

TEST_P(IbsiChest, ConfigurationAIsMet)
{
    const fs::path table = data / "ibsi/ibsi_1_chest_config_a.csv";
    SKIP_WITHOUT(table);
    MaskRequest request;
    request.mask = data / "ibsi/ct_phantom/mask/mask.nii.gz";
    request.image = {data / GetParam()};
    SKIP_WITHOUT(request.image[0]);
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto reference = ibsi_values(table);
    expect_ibsi_shape(*answer->shape, reference);
    // Of the mask before values outside -500 to 400 HU are left out.
    const Reference mean = reference.at("int_mask_mean_int_interp_roi");
    EXPECT_NEAR(answer->density->mean_hu, mean.value, mean.tolerance);
    EXPECT_TRUE(answer->flags.empty());
}

INSTANTIATE_TEST_SUITE_P(AsFileAndAsSeries, IbsiChest,
                         testing::Values("ibsi/ct_phantom/image/phantom.nii.gz", "ibsi/ct_phantom_dicom/image"));

TEST(ReferenceValues, OfARealNoduleAreThoseOfPyradiomics)
{
    const fs::path table = data / "pyradiomics/lung1_shape.csv";
    SKIP_WITHOUT(table);
    MaskRequest request;
    request.mask = data / "pyradiomics/lung1_label.nrrd";
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto& shape = *answer->shape;
    std::map<std::string, double> reference;
    std::ifstream stream(table);
    for (std::string line; std::getline(stream, line);) {
        const auto parts = split(line, ',');
        if (parts.size() == 2 && parts[0].starts_with("original_shape_"))
            reference[parts[0].substr(std::string("original_shape_").size())] = std::stod(parts[1]);
    }
    const std::map<std::string, double> found{{"MeshVolume", shape.mesh_volume_mm3},
                                              {"VoxelVolume", shape.voxel_volume_mm3},
                                              {"SurfaceArea", shape.surface_area_mm2},
                                              {"Sphericity", shape.sphericity},
                                              {"Maximum3DDiameter", shape.maximum_3d_diameter_mm},
                                              {"MajorAxisLength", shape.major_axis_mm},
                                              {"MinorAxisLength", shape.minor_axis_mm},
                                              {"LeastAxisLength", shape.least_axis_mm}};
    for (const auto& [name, value] : found)
        EXPECT_NEAR(value / reference.at(name), 1, 1e-3) << name;
    // Its 2-D diameter is the longest of all slices, ours of the slice of most voxels.
    EXPECT_LE(shape.long_axis_mm, reference.at("Maximum2DDiameterSlice") + 1e-6);
    EXPECT_GE(shape.long_axis_mm, 0.95 * reference.at("Maximum2DDiameterSlice"));
}

TEST(ReferenceValues, OfTheMadeSphereAreMet)
{
    const fs::path file = data / "lesion-crop/SphereLesion.mha";
    SKIP_WITHOUT(file);
    MaskRequest request;
    request.mask = file;
    request.label = 100;
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_DOUBLE_EQ(answer->shape->voxel_volume_mm3, 267731);  // said by the data's description
    EXPECT_NEAR(answer->shape->long_axis_mm, 80, 1);
}

TEST(DicomFolder, OfTwoRealSeriesIsRefusedWithBothNamed)
{
    const fs::path folder = data / "two-kernels";
    SKIP_WITHOUT(folder);
    MaskRequest request;
    request.mask = data / "pyradiomics/lung1_label.nrrd";
    request.image = {folder};
    const auto answer = measure_mask(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_EQ(answer.error().context.size(), 2U);
    EXPECT_NE(answer.error().message.find("kernel B40f"), std::string::npos);
    EXPECT_NE(answer.error().message.find("kernel B70f"), std::string::npos);
}

}  // namespace
}  // namespace nodtrack::imaging
