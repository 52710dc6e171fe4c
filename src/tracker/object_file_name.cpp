#include "object_file_name.hpp"

#include <fmt/format.h>

#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::tracker {

std::string object_file_name(std::string_view begin, const std::vector<std::string>& ids, std::string_view end)
{
    const std::string joined = fmt::format("{}", fmt::join(ids, "-"));
    std::string name;
    for (const char letter : joined) {
        const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                              (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
        name += is_plain ? letter : '_';
    }
    // Two ids that differ in such letters alone stay two files.
    if (name != joined) {
        constexpr std::size_t digits = 8;
        const std::string uid = exchange::uid_of_name(fmt::format("{}", fmt::join(ids, "\n")));
        name += "-" + uid.substr(uid.size() - digits);
    }
    return fmt::format("{}{}{}", begin, name, end);
}

}  // namespace nodtrack::tracker
