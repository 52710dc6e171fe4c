#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

/// Writes a record patient by patient, holding no more than one at a time, in exactly the form that `record_reader`
/// takes: what is written and read again is the same record (but for the order of rows: rows are written by scan
/// date and id, nodule id, start date).
///
/// Files appear under their own names only on `finish`; until then they end in `.part`, and a writer destroyed before
/// `finish` leaves nothing behind. Files of an earlier record are never overwritten.
///
/// Text is written as it is: a note or reader code that begins with `=`, `+`, `-` or `@` comes back unchanged, and a
/// spreadsheet may take it for a formula. Import such files as text.
class RecordWriter {
  public:
    /// Writes patients.csv, scans.csv, … (one for each of `row_kind_names`) into `folder`, made if missing.
    /// Failure: `bad_input` when the folder cannot be made or written, or holds one of these files already.
    static Result<RecordWriter> into_csv_folder(const std::filesystem::path& folder);

    /// Writes one JSON document (schema/record.schema.json). Failure: `bad_input` when the file exists already or
    /// cannot be written.
    static Result<RecordWriter> into_json_file(const std::filesystem::path& file);

    RecordWriter(RecordWriter&&) noexcept;
    RecordWriter& operator=(RecordWriter&&) noexcept;
    ~RecordWriter();

    /// Appends one patient. Failure: `bad_input` when the disk refuses.
    Result<void> add(const PatientRecord& record);

    /// Completes the files and gives them their names. Nothing may be added afterwards.
    Result<void> finish();

  private:
    struct Sink;
    explicit RecordWriter(std::unique_ptr<Sink> sink);
    std::unique_ptr<Sink> sink_;
};

/// The JSON document of some patients, in memory.
std::string record_json(std::span<const PatientRecord> records);

}  // namespace nodtrack::interop
