#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace nodtrack::interop {

/// A fast hash of a text, to be continued over the parts of a key.
class KeyHash {
  public:
    void add(std::string_view text)
    {
        // Length first, so that ("ab", "c") and ("a", "bc") differ.
        mix(text.size());
        const char* at = text.data();
        std::size_t left = text.size();
        std::uint64_t word = 0;
        for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
            std::memcpy(&word, at, sizeof word);
            mix(word);
        }
        word = 0;
        if (left > 0) std::memcpy(&word, at, left);
        mix(word);
    }
    void add(std::uint64_t value) { mix(value); }
    std::uint32_t value() const { return static_cast<std::uint32_t>(state_ ^ (state_ >> 32)); }

  private:
    void mix(std::uint64_t word)
    {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
        state_ = (state_ ^ word) * odd;
        state_ ^= state_ >> 29;
    }
    std::uint64_t state_ = 0x243F6A8885A308D3U;
};

/// A place in the table below: the row that took it, and the hash of its key.
struct KeySlot {
    static constexpr std::uint32_t none = UINT32_MAX;
    std::uint32_t hash = 0;
    std::uint32_t row = none;
};

/// Calls `report(row, first)` for each row that has the same key as an earlier one, `first` being the first of them.
/// `hashes` has the hash of each row's key, `same(a, b)` compares two keys. All at once at the end, because a table too
/// large for the cache answers one question in hundreds of nanoseconds, but many that were announced in tens.
template <class Same, class Report>
void for_each_duplicate(const std::vector<std::uint32_t>& hashes, Same&& same, Report&& report)
{
    std::vector<KeySlot> slots(std::bit_ceil(hashes.size() * 2 + 2));  // at most half full
    const std::size_t mask = slots.size() - 1;
    constexpr std::size_t announced = 16;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (i + announced < hashes.size()) __builtin_prefetch(&slots[hashes[i + announced] & mask]);
        const auto row = static_cast<std::uint32_t>(i);
        std::size_t at = hashes[i] & mask;
        while (slots[at].row != KeySlot::none && !(slots[at].hash == hashes[i] && same(slots[at].row, row))) {
            at = (at + 1) & mask;
        }
        if (slots[at].row != KeySlot::none) {
            report(row, slots[at].row);
        } else {
            slots[at] = {hashes[i], row};
        }
    }
}

}  // namespace nodtrack::interop
