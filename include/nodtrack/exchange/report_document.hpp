#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange {

// A DICOM structured report (PS3.3 A.35, C.17) as it stands in the file: nothing is judged here. Texts are UTF-8.

/// A coded word. Programs go by `value` and `scheme`; `meaning` is what the writer calls it, for people alone.
struct Code {
    std::string value;
    std::string scheme;
    std::string meaning;

    bool is(std::string_view scheme_asked, std::string_view value_asked) const
    {
        return scheme == scheme_asked && value == value_asked;
    }
    bool empty() const { return value.empty(); }
};

/// One content item with what stands below it. Which members are filled follows from `value_type`.
struct ContentItem {
    std::string relationship;  ///< to the item above, as stored: `CONTAINS`, `INFERRED FROM`
    std::string value_type;    ///< as stored: `NUM`, `CODE`, `SCOORD`; empty of a by-reference item
    Code name;
    Code code;                  ///< of CODE
    std::string text;           ///< of TEXT, UIDREF, PNAME, DATE, TIME and DATETIME
    std::string number;         ///< of NUM, as stored; empty where the item has no value
    Code unit;                  ///< of NUM
    std::string shape;          ///< Graphic Type of SCOORD and SCOORD3D
    std::vector<float> points;  ///< column and row, or x, y and z
    std::string sop_class;      ///< of IMAGE and COMPOSITE
    std::string sop_uid;
    std::vector<std::uint32_t> refers_to;  ///< of a by-reference item: the place of the other, `1\2\1`
    std::vector<ContentItem> children;
};

/// An object that the report was made from, as its evidence lists it.
struct Evidence {
    std::string study_uid;
    std::string series_uid;
    std::string sop_class;
    std::string sop_uid;
};

/// One structured report.
struct ReportDocument {
    std::string sop_class;
    std::string sop_uid;
    std::string patient_code;  ///< Patient ID; to be held against the record's
    std::string issuer_of_patient_id;
    std::string birth_date;  ///< YYYYMMDD, as stored
    std::string sex;         ///< F, M, O, or empty
    std::string study_uid;
    std::string study_date;  ///< YYYYMMDD, as stored; of the study that the report stands in
    std::string accession_number;
    std::string manufacturer;
    std::string model;
    std::string completion;                 ///< COMPLETE or PARTIAL
    std::string verification;               ///< VERIFIED or UNVERIFIED
    std::vector<std::string> predecessors;  ///< SOP Instance UIDs of the reports that this one takes the place of
    std::vector<Evidence> evidence;
    ContentItem root;
    std::vector<std::string> notes;  ///< what could not be read as it should, in words
};

/// What is read of one file at most. A report of 1,000 findings has some 1 MB, 30,000 elements and 20 levels.
struct ReportLimits {
    static constexpr std::size_t bytes = std::size_t{32} << 20U;
    static constexpr std::size_t elements = 1'000'000;
    static constexpr std::size_t levels = 64;  ///< of sequences in sequences
};

/// Reads a structured report of any class. Fails with `bad_input` where the file is none, is cut short, or passes a
/// limit; with `not_found` where there is no such file.
Result<ReportDocument> read_report(const std::filesystem::path& file);

}  // namespace nodtrack::exchange
