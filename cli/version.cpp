#include "version.hpp"

namespace nodtrack::cli {

std::string version_text()
{
    return "nodtrack " NODTRACK_VERSION "\n";
}

}  // namespace nodtrack::cli
