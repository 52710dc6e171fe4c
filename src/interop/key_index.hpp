#pragma once

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
    std::uint64_t value() const { return state_ ^ (state_ >> 32); }

  private:
    void mix(std::uint64_t word)
    {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
        state_ = (state_ ^ word) * odd;
        state_ ^= state_ >> 29;
    }
    std::uint64_t state_ = 0x243F6A8885A308D3U;
};

/// Finds the earlier row with the same key: an open-addressed table of row numbers, which holds no key itself.
class KeyIndex {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    /// Prepares for about so many rows.
    void reserve(std::size_t rows)
    {
        std::size_t size = 64;
        while (size < rows * 2)
            size *= 2;
        if (size > slots_.size()) resize(size);
    }

    /// Adds `row` and returns `none`, or returns the row that has the same key already: `same(other)` decides.
    template <class Same>
    std::uint32_t insert(std::uint64_t hash, std::uint32_t row, Same&& same)
    {
        if ((count_ + 1) * 2 > slots_.size()) resize(slots_.empty() ? 64 : slots_.size() * 2);
        const auto tag = static_cast<std::uint32_t>(hash >> 32);
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].row != none) {
            if (slots_[at].tag == tag && same(slots_[at].row)) return slots_[at].row;
            at = (at + 1) & (slots_.size() - 1);
        }
        slots_[at] = {static_cast<std::uint32_t>(hash), tag, row};
        ++count_;
        return none;
    }

  private:
    struct Slot {
        std::uint32_t low = 0;
        std::uint32_t tag = 0;
        std::uint32_t row = none;
    };

    void resize(std::size_t size)
    {
        std::vector<Slot> old(size);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.row == none) continue;
            std::size_t at = slot.low & (size - 1);
            while (slots_[at].row != none)
                at = (at + 1) & (size - 1);
            slots_[at] = slot;
        }
    }

    std::vector<Slot> slots_;  ///< a power of two, at most half full
    std::size_t count_ = 0;
};

}  // namespace nodtrack::interop
