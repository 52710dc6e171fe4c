#include "mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nodtrack::exchange {

MappedFile::MappedFile(const std::filesystem::path& path)
{
    // A pipe is not to be waited for.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return;
    struct stat about {};
    if (::fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
        size_ = static_cast<std::size_t>(about.st_size);
        void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
        if (mapped != MAP_FAILED) begin_ = mapped;
    }
    ::close(file);
}

MappedFile::~MappedFile()
{
    if (begin_ != nullptr) ::munmap(begin_, size_);
}

}  // namespace nodtrack::exchange
