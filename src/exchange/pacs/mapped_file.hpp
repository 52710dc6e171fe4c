#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace nodtrack::exchange {

/// A file mapped into memory while the object lives; not there where it cannot be, or is empty.
class MappedFile {
  public:
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    bool is_there() const { return begin_ != nullptr; }
    std::span<const unsigned char> bytes() const { return {static_cast<const unsigned char*>(begin_), size_}; }

  private:
    void* begin_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace nodtrack::exchange
