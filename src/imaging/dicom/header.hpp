#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nodtrack/domain/result.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "byte_source.hpp"
#include "data_set.hpp"

// A reader of DICOM headers. GDCM's asserts end the program on some damaged files, and it fills up missing pixels in
// silence on others; so files are walked here first, and GDCM sees only those that are whole and compressed. See
// docs/decisions/dicom-reading.md.

namespace nodtrack::imaging {

/// What stands before the pixels of a DICOM file (PS3.5 section 7, PS3.10 section 7).
struct DicomHeader {
    /// Elements of up to 1,024 bytes, as stored but numbers little endian.
    using Values = std::map<DicomTag, std::string>;

    Values values;                  ///< of the top level
    std::set<DicomTag> passed;      ///< elements of the top level that are longer, or sequences
    Values shared;                  ///< of all frames: the Shared Functional Groups (PS3.3 C.7.6.16), laid flat
    std::vector<Values> per_frame;  ///< and of each frame
    std::string sop_class;          ///< Media Storage SOP Class UID, else SOP Class UID; empty where neither was seen
    bool has_pixels = false;
    bool compressed = false;         ///< pixels in fragments of a compressed stream
    bool deflated = false;           ///< offsets are those of the decompressed file
    bool big_endian = false;         ///< of the pixels
    std::uint64_t pixel_offset = 0;  ///< bytes from the start of the file
    std::uint64_t pixel_length = 0;  ///< bytes; where compressed, of all fragments with their heads

    /// Whether the element is there and not empty.
    bool has(DicomTag tag) const;
    /// A value's text without padding; empty where the element is absent.
    std::string text(DicomTag tag) const;
    /// The one number of a value of text (DS, IS); absent where there is none, or it is no finite number, or several.
    std::optional<double> decimal(DicomTag tag) const;
    /// A value of two bytes (US); absent where there is none.
    std::optional<std::int64_t> whole(DicomTag tag) const;
    /// A value of eight bytes (FD); absent where there is none, or no finite number.
    std::optional<double> real(DicomTag tag) const;
    /// The header that frame `frame` would have as a file of its own: what stands in the functional groups in the place
    /// that it has in the header of a single image.
    DicomHeader of_frame(std::size_t frame) const;
};

/// Whether the SOP Class UID is one of a CT: CT Image, Enhanced CT Image or Legacy Converted Enhanced CT Image.
bool is_ct_class(std::string_view sop_class);

/// What was read of a file, and why no more could be; then `header` holds what stood before the damage.
struct DicomReading {
    DicomHeader header;
    std::string damage;
};

DicomReading read_as_far_as_it_goes(ByteSource& source);

/// The header of a DICOM file in `source`; `name` is for messages. Fails as below.
Result<DicomHeader> read_dicom_header(ByteSource& source, const std::string& name);

/// The header of a file, and proof that all of the file is there up to the end of its pixels. Fails with `bad_input`
/// where it is damaged or cut short.
Result<DicomHeader> read_dicom_header(const std::filesystem::path& file);

/// The bytes of a deflated file as if it were not deflated; at most some 200 times as many as it has. Fails with
/// `bad_input`.
Result<std::vector<char>> decompressed_file(ByteSource& source, const std::string& name);

}  // namespace nodtrack::imaging
