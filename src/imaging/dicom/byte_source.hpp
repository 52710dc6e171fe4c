#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace nodtrack::imaging {

/// Bytes that are read by their place: a file, or memory.
class ByteSource {
  public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    /// Copies `count` bytes from `offset` on; false where they are not all there.
    virtual bool read(std::uint64_t offset, char* to, std::size_t count) = 0;
};

class MemoryBytes : public ByteSource {
  public:
    explicit MemoryBytes(std::span<const char> bytes) : bytes_(bytes) {}
    std::uint64_t size() const override { return bytes_.size(); }
    bool read(std::uint64_t offset, char* to, std::size_t count) override;

  private:
    std::span<const char> bytes_;
};

/// An open file; small reads come from a window of 8 kB, so that a header costs one call of the system.
class FileBytes : public ByteSource {
  public:
    explicit FileBytes(const std::filesystem::path& file);
    ~FileBytes() override;
    bool is_open() const { return descriptor_ >= 0; }
    std::uint64_t size() const override { return size_; }
    bool read(std::uint64_t offset, char* to, std::size_t count) override;

  private:
    bool read_through(std::uint64_t offset, char* to, std::size_t count) const;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t window_start_ = 0;
    std::vector<char> window_;
};

}  // namespace nodtrack::imaging
