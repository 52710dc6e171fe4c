#pragma once

#include <cstdint>
#include <map>
#include <nodtrack/domain/result.hpp>
#include <span>
#include <string>

namespace nodtrack::exchange {

/// Whether DCMTK may be given a file: it reads nested sequences by calling itself, and 10,000 of them end the program
/// (seen with 3.6.7). The bytes are walked once, without recursion. Fails with `bad_input`, saying where, for a file
/// that is no DICOM file, is cut short or deflated, or passes a limit of `ReportLimits`.
Result<void> check_nesting(std::span<const unsigned char> bytes, const std::string& name);

/// The same for an object of any size, such as an image.
Result<void> check_structure(std::span<const unsigned char> bytes, const std::string& name);

/// Whether the beginning of an object shows that it is whole: that its last value, as a rule the pixels, ends where all
/// of the `whole_size` bytes end. False where that cannot be told by these bytes.
bool is_whole_by_beginning(std::span<const unsigned char> beginning, std::uint64_t whole_size);

/// The beginning of an object: the values of its file head and of its first level up to the series' UID, without their
/// padding, and where its data set begins.
struct ObjectHead {
    std::map<std::uint32_t, std::string> values;  ///< by tag; no longer ones than a text has
    std::size_t data_set_at = 0;

    const std::string& value(std::uint32_t tag) const;
};

/// Of bytes that hold that much; fails with `bad_input` where they do not, as `check_nesting` does.
Result<ObjectHead> object_head(std::span<const unsigned char> bytes, const std::string& name);

}  // namespace nodtrack::exchange
