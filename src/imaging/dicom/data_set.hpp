#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "byte_source.hpp"

// The elements of a DICOM file, one after the other (PS3.5 section 7). What is made of them is for others to say:
// header.cpp for CT images, object.cpp for segmentations and structure sets.

namespace nodtrack::imaging {

/// A tag as 0xggggeeee.
using DicomTag = std::uint32_t;

inline constexpr DicomTag media_sop_class_tag = 0x00020002;
inline constexpr DicomTag transfer_syntax_tag = 0x00020010;
inline constexpr DicomTag sop_class_tag = 0x00080016;
inline constexpr DicomTag referenced_sop_instance_tag = 0x00081155;
inline constexpr DicomTag patient_id_tag = 0x00100020;
inline constexpr DicomTag frame_of_reference_tag = 0x00200052;
inline constexpr DicomTag shared_groups_tag = 0x52009229;
inline constexpr DicomTag frame_groups_tag = 0x52009230;
inline constexpr DicomTag pixel_data_tag = 0x7fe00010;
inline constexpr DicomTag item_tag = 0xfffee000;
inline constexpr DicomTag item_end_tag = 0xfffee00d;
inline constexpr DicomTag sequence_end_tag = 0xfffee0dd;
inline constexpr std::uint32_t undefined_length = 0xffffffff;
inline constexpr int deepest_nesting = 32;  // of sequences; bounds what a hostile file can take
inline constexpr std::uint64_t dicom_preamble = 128;

/// Why a walk through a file cannot go on. Stays within this folder: what it offers to others returns a `Result`.
struct Damage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Element {
    DicomTag tag = 0;
    std::array<char, 2> vr{};  ///< zeros in implicit VR
    std::uint32_t length = 0;

    bool is(std::string_view name) const { return std::string_view(vr.data(), vr.size()) == name; }
};

/// How a file begins.
enum class DicomStart {
    none,      ///< not as DICOM
    preamble,  ///< 128 bytes and DICM
    meta,      ///< the File Meta Information without them
    data_set   ///< the data set alone
};

DicomStart dicom_start(ByteSource& source);

/// What a transfer syntax says of the elements and the pixels (PS3.5 annex A).
struct Encoding {
    bool implicit = false;
    bool big_endian = false;
    bool deflated = false;  ///< all behind the File Meta Information
};

Encoding encoding_of(std::string_view transfer_syntax);

/// Walks through the elements of a file. Each step throws `Damage` where the bytes are not there or are no DICOM.
class DataSetWalk {
  public:
    explicit DataSetWalk(ByteSource& source) : source_(source), size_(source.size()) {}

    std::uint64_t at() const { return at_; }
    bool at_end() const { return at_ >= size_; }
    void turn_big_endian(bool big_endian) { big_endian_ = big_endian; }

    /// Goes on by `count` bytes.
    void skip(std::uint64_t count);
    /// Whether the next element belongs to the File Meta Information, which is always explicit and little endian.
    bool is_meta_next();
    /// Whether the next element names its VR; of a file that names no transfer syntax.
    bool is_explicit_next();
    /// In implicit VR nothing else tells a sequence from a private text of `length` bytes beside it.
    bool is_item_next(std::uint32_t length);
    /// The head of the next element; its value is next.
    Element next(bool implicit);
    /// The bytes of its value, numbers little endian.
    std::string value_of(const Element& element);
    /// Goes behind the items of a sequence of undefined length.
    void skip_sequence(bool implicit, int depth);

    /// Calls `visit(end)` with this walk standing at the start of each item of a sequence, and goes behind the
    /// sequence. `visit` has to stop at `end`, or where it is absent behind the item's end mark.
    template <class Visit>
    void for_each_item(std::uint32_t length, Visit visit)
    {
        const bool is_open = length == undefined_length;
        if (!is_open) need(length);
        const std::uint64_t end = is_open ? size_ : at_ + length;
        while (is_open || at_ < end) {
            const Element item = next(true);
            if (is_open && item.tag == sequence_end_tag) return;
            if (item.tag != item_tag) throw Damage("a sequence holds what is no item");
            if (item.length == undefined_length) {
                visit(std::optional<std::uint64_t>{});
            } else {
                need(item.length);
                const std::uint64_t item_end = at_ + item.length;
                visit(std::optional(item_end));
                if (at_ != item_end) throw Damage("an item is longer than it says");
            }
        }
        if (!is_open && at_ != end) throw Damage("a sequence is longer than it says");
    }

  private:
    void skip_item(bool implicit, int depth);
    void need(std::uint64_t count) const;
    void bytes(char* to, std::size_t count);
    std::uint32_t number(std::size_t width);

    ByteSource& source_;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
    bool big_endian_ = false;
};

/// The bytes of a deflated file as if it were not deflated; at most some 200 times as many as it has. Throws `Damage`.
std::vector<char> inflated(ByteSource& source);

}  // namespace nodtrack::imaging
