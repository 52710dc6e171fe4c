#include <algorithm>
#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "judged_history.hpp"
#include "judging.hpp"
#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/history_export.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> not_written(const fs::path& file)
{
    return failure(ErrorCode::bad_input,
                   "'" + file.string() + "' could not be written: is the disk full, or the folder read-only?");
}

/// A file of the export, written as it comes.
class OutFile {
  public:
    explicit OutFile(fs::path path) : path_(std::move(path)), out_(path_, std::ios::binary) {}

    std::ostream& stream() { return out_; }

    Result<void> finish()
    {
        out_.flush();
        if (!out_) return not_written(path_);
        return {};
    }

  private:
    fs::path path_;
    std::ofstream out_;
};

/// Everything one export writes, patient by patient.
class Export {
  public:
    Export(const fs::path& folder, bool json, interop::RecordWriter record, const AskedMoment& moment)
        : record_(std::move(record)),
          history_file_(folder / (json ? "history.json" : "history.csv")),
          history_(history_file_.stream(), json ? interop::HistoryFormat::json : interop::HistoryFormat::csv),
          assessments_file_(folder / "assessments.jsonl"),
          dictionary_file_(folder / "data_dictionary.csv"),
          judge_(assess::Judge::released()),
          assessment_json_(judge_),
          as_of_(moment.as_of)
    {
        dictionary_file_.stream() << interop::data_dictionary_csv();
    }

    Result<void> add(const PatientRecord& record)
    {
        for (const auto& row : judged_history_of(record, judge_))
            history_.add(row);
        line_.clear();
        constexpr auto detail = assess::Detail::fired;
        assessment_json_.append(line_, judge_.assess(record, as_of_, detail), record, detail);
        assessments_file_.stream() << line_;
        return record_.add(record);
    }

    Result<void> finish()
    {
        history_.finish();
        for (OutFile* file : {&history_file_, &assessments_file_, &dictionary_file_}) {
            if (const auto done = file->finish(); !done) return tl::unexpected(done.error());
        }
        return record_.finish();
    }

  private:
    interop::RecordWriter record_;
    OutFile history_file_;
    interop::HistoryWriter history_;
    OutFile assessments_file_;
    OutFile dictionary_file_;
    assess::Judge judge_;
    report::AssessmentJson assessment_json_;
    Date as_of_;
    std::string line_;
};

/// Hands all patients, or those named, to the export; returns how many.
Result<std::size_t> add_patients(tracker::PatientReader& reader, const std::vector<std::string>& ids, Export& out)
{
    PatientRecord record;
    for (std::size_t count = 0;; ++count) {
        if (!ids.empty() && count == ids.size()) return count;
        const auto more = ids.empty() ? reader.next(record) : reader.find(ids[count], record);
        if (!more) return tl::unexpected(more.error());
        if (!*more && ids.empty()) return count;
        if (!*more) return failure(ErrorCode::not_found, "no patient '" + ids[count] + "' is recorded");
        if (const auto done = out.add(record); !done) return tl::unexpected(done.error());
    }
}

std::vector<std::string> sorted_once(std::vector<std::string> ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    auto reader = tracker::PatientReader::open(*registry, moment->known_on);
    if (!reader) return tl::unexpected(reader.error());

    const fs::path folder = arguments.text("DIR");
    const bool json = arguments.text("--format") == "json";
    std::error_code problem;  // a folder that cannot be made is told by the writer, which finds none
    fs::create_directories(folder, problem);
    auto record = json ? interop::RecordWriter::into_json_file(folder / "record.json")
                       : interop::RecordWriter::into_csv_folder(folder);
    if (!record) return tl::unexpected(record.error());
    Export out(folder, json, std::move(*record), *moment);
    const auto count = add_patients(*reader, sorted_once(arguments.all("PATIENT")), out);
    if (!count) return tl::unexpected(count.error());
    if (const auto done = out.finish(); !done) return tl::unexpected(done.error());
    print(folder.string() + ": " + std::to_string(*count) + " patients\n");
    return ExitStatus::done;
}

}  // namespace

Command export_command()
{
    return {.name = "export",
            .summary = "writes histories and assessments for other programs, with a data dictionary",
            .description =
                "Writes into DIR the record (five CSV files, or record.json: what 'nodtrack ingest' takes, so that an "
                "export taken "
                "into an empty registry gives the same assessments); the history with one row a nodule a scan and what "
                "the policy "
                "said of it as of that scan (history.csv or history.json); the assessments as of today or --as-of, "
                "with their "
                "reasons (assessments.jsonl); and data_dictionary.csv, which says what each column means. Files of a "
                "record that "
                "are there already are never overwritten.\n\nThe files hold patient identifiers as recorded. Import "
                "them into a "
                "spreadsheet as text.",
            .positionals =
                {{.name = "DIR", .help = "the folder to be written; made if missing"},
                 {.name = "PATIENT", .help = "these patients alone; else all", .required = false, .repeated = true}},
            .options = with_moment_options(
                {{.name = "--format", .value = "FORMAT", .help = "else csv", .words = {"csv", "json"}}}),
            .examples = {{"nodtrack export out/"},
                         {"nodtrack export two/ SARC-002 SARC-015 --format json", "two patients, as JSON"},
                         {"nodtrack export june/ --known-on 2026-06-30", "what was known at the end of June"}},
            .failures = {{ExitStatus::bad_input, "a file exists already or cannot be written"},
                         {ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
