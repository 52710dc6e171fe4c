#include <cstddef>
#include <cstdint>

#include "nodtrack/interop/import_table.hpp"
#include "read_again.hpp"

/// A map of any text, and the example's table by it: refused with its problems, or rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack::interop;
    const auto map = read_import_map({reinterpret_cast<const char*>(data), size}, "m.json");
    if (!map) {
        expect_refusal(map.error());
        return 0;
    }
    const auto table = read_table(std::string(example_table()), "t.csv", map->table);
    if (!table) {
        expect_refusal(table.error());
        return 0;
    }
    const auto delivery = imported(*table, *map);
    if (!delivery) {
        expect_refusal(delivery.error());
    } else {
        expect_placed(*delivery);
    }
    return 0;
}
