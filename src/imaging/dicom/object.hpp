#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nodtrack/domain/result.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data_set.hpp"

namespace nodtrack::imaging {

/// What was asked for of an item of a sequence, or of a whole data set.
struct DicomItem {
    std::map<DicomTag, std::string> values;  ///< as stored, numbers little endian
    std::map<DicomTag, std::vector<DicomItem>> sequences;

    /// A value's text without padding; empty where the element is absent.
    std::string text(DicomTag tag) const;
    /// A value of two bytes (US); absent where there is none.
    std::optional<std::int64_t> whole(DicomTag tag) const;
    /// The items of a sequence; none where it is absent.
    const std::vector<DicomItem>& items(DicomTag tag) const;
    /// The one item of a sequence; null where there is not just one.
    const DicomItem* item(DicomTag tag) const;
};

/// A run of bytes in a file.
struct ByteRun {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// A DICOM object other than a CT image: the elements asked for, and where its pixels stand.
struct DicomObject {
    std::string sop_class;
    std::string transfer_syntax;
    DicomItem top;
    bool has_pixels = false;
    bool words_big_endian = false;   ///< the pixels are words (OW) with the high byte first
    ByteRun pixels;                  ///< where they are not in fragments
    std::vector<ByteRun> fragments;  ///< of compressed pixels, the offset table first
    std::vector<char> inflated;      ///< the whole file where it is a deflated one: places are in this then
};

/// Reads of a file the elements `wanted`, at any depth; what lies in a sequence that is not wanted is passed over.
/// Fails with `bad_input`, naming the file, where it is damaged, cut short, nested deeper than 32 sequences, or holds
/// more than any segmentation or structure set.
Result<DicomObject> read_object(const std::filesystem::path& file, const std::set<DicomTag>& wanted);

}  // namespace nodtrack::imaging
