#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace nodtrack::interop {

/// The tables that an export has beside the record and the history.
enum class StudyFile : std::uint8_t {
    links,            ///< what was said of the identity of nodules; taken in again with a record
    retractions,      ///< rows that were entered in error; taken in again with a record
    recommendations,  ///< each CT's answer, as it was known then and as it is judged today
    follow_up,        ///< the days that a patient's follow-up is counted by
    recorded,         ///< when each version of a row was recorded
    corrections,      ///< each value that was filled in or corrected, and when
    tu,               ///< CDISC SDTM: the nodules
    tr,               ///< CDISC SDTM: what was measured of them
};
inline constexpr std::size_t study_file_count = 8;

/// A column of such a table. Types as in `DictionaryEntry`.
struct StudyColumn {
    std::string_view name;
    std::string_view type;
    std::string_view meaning;
    bool required = false;        ///< no cell is empty
    std::string_view words = {};  ///< comma-separated; empty where any text is
    std::string_view unit = {};
};

/// `links`; the file is `links.csv`.
std::string_view name_of(StudyFile file);

std::span<const StudyColumn> columns_of(StudyFile file);

/// What stands in a de-identified table where a text is needed and not told.
inline constexpr std::string_view withheld = "not told";

/// Days of recording are true ones, and what was retracted is in no release: such tables stay here.
constexpr bool is_in_deidentified(StudyFile file)
{
    return file == StudyFile::links || file == StudyFile::recommendations || file == StudyFile::follow_up ||
           file == StudyFile::tu || file == StudyFile::tr;
}

/// Writes such a table row by row, its header first. The stream's state tells whether it was written.
class StudyTable {
  public:
    /// Precondition: `out` outlives the table.
    StudyTable(std::ostream& out, StudyFile file);

    /// One text a column, as it is to be read again. Precondition: as many as the file has columns.
    void add(std::span<const std::string> cells);

  private:
    std::ostream* out_;
    std::size_t columns_;
};

}  // namespace nodtrack::interop
