#include "password.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

namespace nodtrack::cli {
namespace {

/// While it lives the terminal does not show what is typed.
class WithoutEcho {
  public:
    WithoutEcho()
    {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;
    ~WithoutEcho()
    {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }

  private:
    termios before_{};
    bool changed_ = false;
};

Result<std::string> first_line(std::istream& in, const std::string& where)
{
    std::string line;
    if (!std::getline(in, line)) {
        return failure(ErrorCode::bad_input, "no password in " + where + ": give it as the first line");
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

Result<std::string> typed(const char* prompt)
{
    std::fputs(prompt, stderr);
    const WithoutEcho quiet;
    auto line = first_line(std::cin, "what was typed");
    std::fputc('\n', stderr);
    return line;
}

}  // namespace

Option password_option()
{
    return {.name = "--password-file",
            .value = "FILE",
            .help = "its first line is the password; else it is typed, or the first line of stdin"};
}

Result<std::string> new_password(const Arguments& arguments)
{
    if (const auto file = arguments.find("--password-file")) {
        std::ifstream in(*file, std::ios::binary);
        if (!in) {
            return failure(ErrorCode::not_found, "password file '" + *file + "' cannot be read; does it exist?");
        }
        return first_line(in, "'" + *file + "'");
    }
    if (isatty(STDIN_FILENO) == 0) return first_line(std::cin, "stdin");
    auto password = typed("password: ");
    if (!password) return password;
    const auto again = typed("again:    ");
    if (!again) return again;
    if (*again != *password) {
        return failure(ErrorCode::bad_input, "the two passwords differ; nothing was stored: do it again");
    }
    return password;
}

}  // namespace nodtrack::cli
