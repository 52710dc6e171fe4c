#include "byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace nodtrack::imaging {

bool MemoryBytes::read(std::uint64_t offset, char* to, std::size_t count)
{
    if (offset > bytes_.size() || count > bytes_.size() - offset) return false;
    if (count > 0) std::memcpy(to, bytes_.data() + offset, count);
    return true;
}

// O_NONBLOCK, as opening a named pipe would wait for its writer.
FileBytes::FileBytes(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
    struct stat about {};
    if (descriptor_ < 0) return;
    if (::fstat(descriptor_, &about) != 0 || !S_ISREG(about.st_mode)) {
        ::close(descriptor_);
        descriptor_ = -1;
        return;
    }
    size_ = static_cast<std::uint64_t>(about.st_size);
}

FileBytes::~FileBytes()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool FileBytes::read_through(std::uint64_t offset, char* to, std::size_t count) const
{
    while (count > 0) {
        const auto got = ::pread(descriptor_, to, count, static_cast<off_t>(offset));
        if (got <= 0) return false;
        to += got;
        offset += static_cast<std::uint64_t>(got);
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

bool FileBytes::read(std::uint64_t offset, char* to, std::size_t count)
{
    constexpr std::size_t window_bytes = 8192;
    if (offset > size_ || count > size_ - offset) return false;
    if (count >= window_bytes / 2) return read_through(offset, to, count);
    const bool held = offset >= window_start_ && offset + count <= window_start_ + window_.size();
    if (!held) {
        window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(window_bytes, size_ - offset)));
        window_start_ = offset;
        if (!read_through(offset, window_.data(), window_.size())) {
            window_.clear();
            return false;
        }
    }
    if (count > 0) std::memcpy(to, window_.data() + (offset - window_start_), count);
    return true;
}

}  // namespace nodtrack::imaging
