#pragma once

#include <cstddef>
#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/match.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::imaging {

// Lists of places as CSV: UTF-8 (a BOM tolerated), comma, RFC 4180 quotes, header row, decimal point. Columns, in any
// order: nodule_id, x_mm, y_mm, z_mm; and, if wished, exam, long_axis_mm, attenuation, lobe. An empty cell of the last
// three is not known, and so is the word `unknown`. An unknown column is an error, unless its name begins with `x_`.

/// The nodules of one scan.
struct ExamNodules {
    std::string exam;  ///< empty where the list has no such column
    std::vector<LocatedNodule> nodules;
};

struct NoduleList {
    bool names_exams = false;
    std::vector<ExamNodules> exams;  ///< in the order of their first rows; without that column, just one
};

inline constexpr std::size_t most_nodules_of_a_scan = 300;
inline constexpr std::size_t most_points_of_a_list = 100'000;
inline constexpr std::size_t longest_list_id = 256;    ///< in bytes, of nodules and exams
inline constexpr double farthest_coordinate_mm = 1e6;  ///< no frame of reference reaches so far

/// Reads a list. Failure: `not_found` when there is no such file, else `bad_input`, with every problem of the file as
/// `file:row:column: what is wrong, what was expected` in the context (row: line of the file, header = 1). Ids are
/// never quoted.
Result<NoduleList> read_nodule_list(const std::filesystem::path& file);

/// Reads a list from memory; `source` names it in messages.
Result<NoduleList> read_nodule_list_text(std::string_view text, std::string_view source);

/// Reads places to be mapped: columns id, x_mm, y_mm, z_mm. Failure: as `read_nodule_list`.
Result<std::vector<LocatedNodule>> read_point_list(const std::filesystem::path& file);

/// The links of one exam, with the names of both lists.
struct ExamLinks {
    std::string exam;
    std::vector<LocatedNodule> prior;
    std::vector<LocatedNodule> current;
    std::vector<NoduleLink> links;
};

/// Matches list with list, exam by exam: those of the prior list in its order, then those that only the current one
/// has. Failure: `bad_input` when just one of the lists names exams.
Result<std::vector<ExamLinks>> match_lists(NoduleList prior, NoduleList current);

}  // namespace nodtrack::imaging
