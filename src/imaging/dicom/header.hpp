#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nodtrack/domain/result.hpp>
#include <optional>
#include <string>

#include "byte_source.hpp"

// A reader of DICOM headers. GDCM's asserts end the program on some damaged files, and fill up missing pixels in
// silence on others; so files are walked here first, and GDCM sees only those that are whole and compressed.

namespace nodtrack::imaging {

/// A tag as 0xggggeeee.
using DicomTag = std::uint32_t;

/// What stands before the pixels of a DICOM file (PS3.5 section 7, PS3.10 section 7).
struct DicomHeader {
    std::map<DicomTag, std::string> values;  ///< elements of the top level of up to 1,024 bytes, as stored
    bool has_pixels = false;
    bool compressed = false;         ///< pixels in fragments of a compressed stream
    std::uint64_t pixel_offset = 0;  ///< bytes from the start of the file
    std::uint64_t pixel_length = 0;  ///< bytes; where compressed, of all fragments with their heads

    /// A value's text without padding; empty where the element is absent.
    std::string text(DicomTag tag) const;
    /// The first number of a value of text (DS, IS); `otherwise` where there is none.
    double number(DicomTag tag, double otherwise) const;
    /// A value of two bytes (US); `otherwise` where there is none.
    std::int64_t whole(DicomTag tag, std::int64_t otherwise) const;
    /// A value of eight bytes (FD); absent where there is none, or no finite number.
    std::optional<double> real(DicomTag tag) const;
};

/// The header of a DICOM file in `source`; `name` is for messages. Fails as below.
Result<DicomHeader> read_dicom_header(ByteSource& source, const std::string& name);

/// The header of a file, and proof that all of the file is there up to the end of its pixels. Fails with `bad_input`
/// where it is damaged, cut short, big-endian or deflated.
Result<DicomHeader> read_dicom_header(const std::filesystem::path& file);

}  // namespace nodtrack::imaging
