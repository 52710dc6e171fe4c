#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

/// What `nodtrack match --json` or `nodtrack follow --json` says of one nodule.
struct MatchAnswer {
    int line = 0;                           ///< of the file, from 1
    std::optional<std::string> prior_id;    ///< the nodule of the earlier scan
    std::optional<std::string> current_id;  ///< the nodule of the later scan that it is
    int confidence_permille = 0;
    bool by_registration = false;  ///< an answer of `follow`; else of `match`
    bool uncertain = false;        ///< `follow` says so
};

/// Reads JSON Lines. Lines with `exam` are taken where it is `exam`; lines without always; lines on points are left
/// out. Fails with `bad_input`, one context line a problem (`file:line: what is wrong, what was expected`), also
/// where nothing is left.
Result<std::vector<MatchAnswer>> read_match_answers(std::string_view text, std::string_view file,
                                                    std::string_view exam);

}  // namespace nodtrack::interop
