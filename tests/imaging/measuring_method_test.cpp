#include <gtest/gtest.h>

#include <fstream>
#include <nodtrack/imaging/measuring_method.hpp>
#include <set>
#include <sstream>

#include "nodule/measuring_constants.hpp"

namespace nodtrack::imaging {
namespace {

TEST(MeasuringMethod, IsToldInItsFileNumberByNumber)
{
    std::ifstream file(std::string(NODTRACK_SOURCE_DIR) + "/schema/methods/measuring-2.json", std::ios::binary);
    std::stringstream told;
    told << file.rdbuf();
    EXPECT_EQ(told.str(), measuring_method_json())
        << "a constant was changed: write the file anew, and a new version where it was released";
}

TEST(MeasuringMethod, TellsOfEveryConstantWhatItIsAndWhereItCameFrom)
{
    EXPECT_EQ(measuring_constants().size(), sizeof(MeasuringConstants) / sizeof(double)) << "one is not told";
    std::set<std::string> names;
    for (const MeasuringConstant& constant : measuring_constants()) {
        SCOPED_TRACE(constant.name);
        EXPECT_TRUE(names.insert(constant.name).second) << "told twice";
        for (const std::string text : {constant.unit, constant.meaning, constant.origin, constant.sensitivity}) {
            EXPECT_FALSE(text.empty());
            EXPECT_EQ(text.find_first_of("\"\\\n"), std::string::npos) << "would break the file";
        }
    }
}

TEST(MeasuringMethod, HasAHashOfItsNumbers)
{
    const MeasuringMethod method = measuring_method();
    EXPECT_EQ(method.id, "measuring");
    EXPECT_EQ(method.version, 2);
    EXPECT_EQ(method.sha256.size(), 64U);
}

}  // namespace
}  // namespace nodtrack::imaging
