#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::store {

/// Fills a vector from its beginning and keeps the memory of what stood there.
template <class T>
class Refill {
  public:
    explicit Refill(std::vector<T>& items) : items_(items) {}
    T& add()
    {
        if (count_ == items_.size()) items_.emplace_back();
        return items_[count_++];
    }
    std::size_t count() const { return count_; }
    T& back() { return items_[count_ - 1]; }
    void finish() { items_.resize(count_); }

  private:
    std::vector<T>& items_;
    std::size_t count_ = 0;
};

/// The place of a nodule id in a record's list; one not yet there is added. Scan after scan names the same nodules in
/// the same order, so the place after the last one is the first guess.
class NodulePlaces {
  public:
    explicit NodulePlaces(std::vector<std::string>& ids) : ids_(ids) {}

    std::uint32_t place_of(std::string_view nodule_id)
    {
        const std::size_t count = ids_.count();
        for (std::size_t tries = 0; tries < count; ++tries) {
            const std::size_t place = guess_ < count ? guess_ : guess_ - count;
            guess_ = place + 1;
            if (ids_.at(place) == nodule_id) return static_cast<std::uint32_t>(place);
        }
        ids_.add() = nodule_id;
        guess_ = count + 1;
        return static_cast<std::uint32_t>(count);
    }
    void finish() { ids_.finish(); }

  private:
    struct Ids : Refill<std::string> {
        explicit Ids(std::vector<std::string>& ids) : Refill(ids), all(ids) {}
        const std::string& at(std::size_t place) const { return all[place]; }
        std::vector<std::string>& all;
    };
    Ids ids_;
    std::size_t guess_ = 0;
};

}  // namespace nodtrack::store
