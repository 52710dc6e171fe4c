#include "write_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "output.hpp"

namespace nodtrack::cli {
namespace fs = std::filesystem;

Result<void> write_file(std::string_view file, std::string_view content)
{
    if (file == "-") {
        print(content);
        return {};
    }
    const fs::path path(file);
    const auto refused = [&](const std::string& why) {
        return failure(ErrorCode::bad_input, "'" + path.string() + "' cannot be written: " + why);
    };
    std::error_code problem;
    if (path.empty()) return failure(ErrorCode::usage, "an output file needs a name; '-' is stdout");
    if (fs::is_directory(path, problem)) return refused("it is a folder; name a file in it");
    // A device or pipe cannot be replaced, only written to.
    const bool replaces = !fs::exists(path, problem) || fs::is_regular_file(path, problem);
    const fs::path written = replaces ? fs::path(path.string() + ".part" + std::to_string(::getpid())) : path;
    std::ofstream out(written, std::ios::binary);
    out << content;
    out.close();
    if (!out) {
        const std::string why = std::strerror(errno);
        if (replaces) fs::remove(written, problem);
        return refused(why);
    }
    if (!replaces) return {};
    fs::rename(written, path, problem);
    if (!problem) return {};
    const std::string why = problem.message();
    fs::remove(written, problem);
    return refused(why);
}

}  // namespace nodtrack::cli
