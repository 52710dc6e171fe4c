#include "nodtrack/domain/delivery.hpp"

#include <gtest/gtest.h>

namespace nodtrack {
namespace {

TEST(Delivery, NamesAPlaceByFileRowAndColumn)
{
    Delivery delivery;
    delivery.source[static_cast<std::size_t>(RowKind::measurement)] = "measurements.csv";
    EXPECT_EQ(delivery.place(RowKind::measurement, 12, "long_axis_mm"), "measurements.csv:12:long_axis_mm");
}

TEST(Delivery, KeepsItsTextsInPlaceWhenItMoves)
{
    Delivery delivery;
    // Short enough to live inside the string object itself, which is what would move.
    const std::string& text = delivery.text.emplace_back("P1");
    delivery.measurements.emplace_back().patient_id = text;
    const Delivery moved = std::move(delivery);
    EXPECT_EQ(moved.measurements[0].patient_id, "P1");
    EXPECT_EQ(moved.measurements[0].patient_id.data(), moved.text[0].data());
}

}  // namespace
}  // namespace nodtrack
