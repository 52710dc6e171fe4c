// Any bytes as a multipart answer of a PACS: parts or a refusal; whatever pieces it comes in the parts are the same,
// and nothing is read beyond an object's end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "nesting.hpp"
#include "pacs/multipart.hpp"

namespace {

using namespace nodtrack;
using namespace nodtrack::exchange;

class Parts final : public ObjectSink {
  public:
    Result<void> begin(std::string_view) override
    {
        parts.emplace_back();
        return {};
    }
    Result<void> data(std::span<const unsigned char> bytes) override
    {
        if (parts.empty() || bytes.empty()) std::abort();
        parts.back().insert(parts.back().end(), bytes.begin(), bytes.end());
        return {};
    }
    Result<void> end() override
    {
        ++ended;
        return {};
    }

    std::vector<std::vector<unsigned char>> parts;
    std::size_t ended = 0;
};

Result<void> read(std::span<const unsigned char> bytes, std::size_t piece, Parts& parts)
{
    MultipartReader reader("bound", parts);
    for (std::size_t from = 0; from < bytes.size(); from += piece) {
        if (auto fed = reader.feed(bytes.subspan(from, std::min(piece, bytes.size() - from))); !fed) return fed;
    }
    return reader.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span<const unsigned char> bytes(data, size);
    (void)boundary_of({reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 200)});
    Parts whole;
    const bool is_read = read(bytes, size + 1, whole).has_value();
    const std::size_t piece = size > 0 ? 1 + data[0] % 32U : 1;
    Parts pieces;
    if (read(bytes, piece, pieces).has_value() != is_read) std::abort();
    if (is_read && (pieces.parts != whole.parts || whole.ended != whole.parts.size())) std::abort();
    for (const auto& part : whole.parts) {
        (void)object_head(part, "a part");
        // What the beginning shows to be whole is whole.
        const std::span<const unsigned char> beginning(part.data(), part.size() / 2);
        const bool is_whole = check_structure(part, "a part").has_value();
        if (is_whole_by_beginning(beginning, part.size()) && !is_whole) std::abort();
    }
    return 0;
}
