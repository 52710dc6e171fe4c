#include <cstddef>
#include <cstdint>

#include "nearest.hpp"
#include "read_again.hpp"

/// The first byte chooses the file, the rest is its text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const auto kind = static_cast<nodtrack::RowKind>(data[0] % nodtrack::row_kind_names.size());
    std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    nodtrack::interop::expect_sound(nodtrack::interop::read_csv_text(kind, std::move(text)));
    return 0;
}
