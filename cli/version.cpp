#include "version.hpp"

namespace nodtrack::cli {

std::string version_text()
{
    return "nodtrack " NODTRACK_VERSION "\n";
}

std::string program_version()
{
    return NODTRACK_VERSION;
}

}  // namespace nodtrack::cli
