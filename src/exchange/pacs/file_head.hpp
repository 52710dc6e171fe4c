#pragma once

#include <string>

namespace nodtrack::exchange {

/// The head of a file (PS3.10, 7.1) as nodtrack writes it: the same for the same object, by whichever way it came.
std::string file_head(const std::string& sop_class, const std::string& sop_uid, const std::string& transfer_syntax);

/// No more than a bare data set needs before it to be read.
std::string bare_file_head(const std::string& transfer_syntax);

}  // namespace nodtrack::exchange
