#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/interop/data_dictionary.hpp"

namespace nodtrack::interop {

// What goes with the tables of an export, so that they can be read, cited and checked without nodtrack.

/// A file of the export, as written.
struct PackagedFile {
    std::string name;  ///< in the folder
    std::uint64_t bytes = 0;
    std::string sha256{};  ///< 64 lower-case hexadecimal digits
};

/// What an export is of.
struct PackageFacts {
    std::string program_version;
    std::string policy_id;
    std::string policy_version;
    std::string policy_sha256;
    Date as_of;  ///< of a de-identified export: the day of its release
    std::optional<Date> known_on{};
    Exported exported = Exported::as_recorded;
    std::size_t patients = 0;
    std::size_t scans = 0;
    std::size_t nodules = 0;
};

/// datapackage.json: a Frictionless Data Package (specs.frictionlessdata.io) with a table schema for each CSV file.
std::string data_package_json(std::span<const PackagedFile> files, const PackageFacts& facts);

/// SHA256SUMS, as `sha256sum -c` takes it.
std::string sha256_sums(std::span<const PackagedFile> files);

/// methods.txt: a paragraph for the methods section, with versions.
std::string methods_text(const PackageFacts& facts);

/// CITATION.cff of the program.
std::string citation_cff(const PackageFacts& facts);

/// labels.R, labels.sps, labels.do: read the CSV files of a folder with types, labels and words, in R, SPSS and Stata.
/// Files that the export does not have are passed over.
std::string labels_for_r(std::span<const DictionaryEntry> entries);
std::string labels_for_spss(std::span<const DictionaryEntry> entries);
std::string labels_for_stata(std::span<const DictionaryEntry> entries);

}  // namespace nodtrack::interop
