#pragma once

#include <span>
#include <string_view>

namespace nodtrack::report {

/// A file of schema/sentences, compiled in.
struct SentenceFile {
    std::string_view language;  ///< the file's name: `de`
    std::string_view text;
};

/// In the order of their names. CMake makes the list of the files there are.
std::span<const SentenceFile> sentence_files();

}  // namespace nodtrack::report
