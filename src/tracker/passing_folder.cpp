#include "passing_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view beginning = ".nodtrack-pacs-";

/// The folder, locked by us alone; -1 where it is not there or another program's.
int locked(const fs::path& folder)
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return -1;
    struct stat about {};
    const bool is_ours =
        ::flock(file, LOCK_EX | LOCK_NB) == 0 && ::fstat(file, &about) == 0 && about.st_uid == ::geteuid();
    // It may have been taken away between the two.
    std::error_code error;
    if (is_ours && fs::exists(folder, error)) return file;
    ::close(file);
    return -1;
}

void remove_abandoned(const fs::path& parent)
{
    std::error_code error;
    std::vector<fs::path> abandoned;
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename().string().starts_with(beginning)) abandoned.push_back(entry->path());
    }
    for (const fs::path& folder : abandoned) {
        const int lock = locked(folder);
        if (lock < 0) continue;
        fs::remove_all(folder, error);
        ::close(lock);
    }
}

}  // namespace

Result<std::unique_ptr<PassingFolder>> PassingFolder::make_beside(const fs::path& path)
{
    const fs::path parent = fs::absolute(path).lexically_normal().parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    remove_abandoned(parent);
    constexpr int tries = 10;  // another program may take a new one for abandoned before it is locked
    for (int i = 0; i < tries && !error; ++i) {
        std::string name = (parent / (std::string(beginning) + "XXXXXX")).string();
        if (::mkdtemp(name.data()) == nullptr) break;
        if (const int lock = locked(name); lock >= 0)
            return std::unique_ptr<PassingFolder>(new PassingFolder(name, lock));
    }
    return failure(ErrorCode::bad_input, fmt::format("no folder can be made in '{}' ({})", parent.string(),
                                                     error ? error.message() : std::strerror(errno)));
}

PassingFolder::~PassingFolder()
{
    std::error_code error;
    fs::remove_all(path_, error);
    ::close(lock_);
}

}  // namespace nodtrack::tracker
