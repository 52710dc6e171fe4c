#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace nodtrack::cli {
namespace {

int output_error = 0;  // the first one; later writes fail for reasons that tell less

}  // namespace

void print(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && output_error == 0) output_error = errno;
}

void note(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

void report(const Error& error)
{
    note("nodtrack: " + error.message);
    for (const auto& line : error.context)
        note(line);
    for (const auto& line : error.questions)
        note(line);
}

Result<void> flush_output()
{
    if (std::fflush(stdout) != 0 && output_error == 0) output_error = errno;
    if (output_error == 0 && std::ferror(stdout) == 0) return {};
    return failure(ErrorCode::internal,
                   std::string("the answer could not be written to stdout: ") + std::strerror(output_error));
}

}  // namespace nodtrack::cli
