#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/interop/data_package.hpp"
#include "nodtrack/interop/history_export.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/tracker/export.hpp"

namespace nodtrack::tracker {

/// A file of the export, written as it comes.
class OutFile {
  public:
    explicit OutFile(std::filesystem::path path) : path_(std::move(path)), out_(path_, std::ios::binary) {}

    std::ostream& stream() { return out_; }
    std::string name() const { return path_.filename().string(); }
    Result<void> finish();

  private:
    std::filesystem::path path_;
    std::ofstream out_;
};

/// Everything one export writes, patient by patient, and what goes with it: data package, labels, methods, checksums.
class ExportFiles {
  public:
    static Result<ExportFiles> into(const std::filesystem::path& folder, const ExportRequest& request,
                                    const Judges& judges, interop::Exported exported);

    Result<void> add(const PatientRecord& record, const std::vector<interop::HistoryRow>& history);
    void add(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);
    /// Precondition: an export of this sort has it.
    interop::StudyTable& table(interop::StudyFile file) { return *tables_[static_cast<std::size_t>(file)]->table; }
    /// ages.csv, of a de-identified export.
    std::ostream& ages() { return ages_->stream(); }

    /// `as_of` and `known_on` are told with the data.
    Result<ExportReport> finish(Date as_of, std::optional<Date> known_on);

  private:
    struct Table {
        explicit Table(const std::filesystem::path& folder, interop::StudyFile which)
            : file(folder / (std::string(name_of(which)) + ".csv")), table(std::in_place, file.stream(), which)
        {}
        OutFile file;
        std::optional<interop::StudyTable> table;
    };

    ExportFiles(const std::filesystem::path& folder, bool json, interop::RecordWriter record, const Judges& judges,
                interop::Exported exported);
    Result<void> write_package(Date as_of, std::optional<Date> known_on);
    Result<void> write(std::string_view name, std::string_view text);

    std::filesystem::path folder_;
    interop::Exported exported_;
    const policy::Policy& policy_;
    interop::RecordWriter record_;
    std::unique_ptr<OutFile> history_file_;  // writers keep their streams' addresses
    interop::HistoryWriter history_;
    std::unique_ptr<OutFile> assessments_file_;
    std::unique_ptr<OutFile> dictionary_file_;
    std::unique_ptr<OutFile> ages_;
    std::array<std::unique_ptr<Table>, interop::study_file_count> tables_;
    report::AssessmentJsons assessment_json_;
    std::string line_;
    std::size_t scans_ = 0;
    std::size_t nodules_ = 0;
    ExportReport report_;
};

}  // namespace nodtrack::tracker
