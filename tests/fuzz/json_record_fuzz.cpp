#include <cstddef>
#include <cstdint>

#include "nearest.hpp"
#include "read_again.hpp"

/// The input is the text of a document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string text(reinterpret_cast<const char*>(data), size);
    nodtrack::interop::expect_sound(nodtrack::interop::read_json_text(std::move(text)));
    return 0;
}
