#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "object.hpp"

namespace nodtrack::imaging {

/// How the numbers of a segmentation's frames stand in its file.
struct FrameFormat {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t bits = 1;  ///< a pixel: 1, 8 or 16
    std::int64_t frames = 0;
};

/// The numbers of a segmentation's frames: plain, or compressed by RLE, JPEG 2000 or deflation, each frame by itself.
/// Never by GDCM, which ends the program where a pixel has one bit (docs/decisions/dicom-reading.md).
class MaskFrames {
  public:
    /// Fails with `bad_input` where the pixels are not all there, or compressed in another way.
    static Result<MaskFrames> of(const std::filesystem::path& file, const DicomObject& object,
                                 const FrameFormat& format);

    /// Row after row, as many numbers as rows times columns. Fails with `bad_input`.
    Result<std::vector<std::uint16_t>> frame(std::int64_t index) const;

  private:
    enum class Packing { plain, rle, jpeg_2000, deflated };
    Result<std::vector<unsigned char>> bytes_of(const ByteRun& run) const;
    Result<std::vector<std::uint16_t>> plain_frame(std::int64_t index) const;

    std::filesystem::path file_;
    const DicomObject* object_ = nullptr;
    FrameFormat format_;
    Packing packing_ = Packing::plain;
    std::vector<std::vector<ByteRun>> runs_;  ///< of each compressed frame
};

}  // namespace nodtrack::imaging
