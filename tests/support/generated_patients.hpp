#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "nodtrack/domain/record.hpp"

namespace nodtrack::cases {

/// Chance that is the same on every machine: the standard's distributions are not.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits();
    /// A whole number from 0 to `below` - 1.
    std::uint32_t below(std::uint32_t below) { return static_cast<std::uint32_t>(bits() % below); }
    bool one_in(std::uint32_t many) { return below(many) == 0; }
    template <class Value>
    Value pick(std::initializer_list<Value> values)
    {
        return *(values.begin() + below(static_cast<std::uint32_t>(values.size())));
    }

  private:
    std::uint64_t state_;
};

/// The day generated patients are judged on: some of their rows are dated later.
Date generated_as_of();

/// Patients that no clinic ever saw, dense around every threshold of the decision table.
std::vector<PatientRecord> generated_patients(std::uint64_t seed, std::size_t count);

}  // namespace nodtrack::cases
