#include "export_files.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/xport.hpp"
#include "sdtm_tables.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;

constexpr auto detail = assess::Detail::fired;
constexpr std::string_view sums_name = "SHA256SUMS";
constexpr std::string_view package_name = "datapackage.json";

tl::unexpected<Error> not_written(const fs::path& file)
{
    return failure(ErrorCode::bad_input,
                   "'" + file.string() + "' could not be written: is the disk full, or the folder read-only?");
}

/// Size and SHA-256 of a file as it is on the disk.
Result<interop::PackagedFile> packaged(const fs::path& folder, const std::string& name)
{
    constexpr std::size_t chunk_bytes = 1U << 16U;
    std::ifstream in(folder / name, std::ios::binary);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    interop::PackagedFile file{.name = name};
    std::string chunk(chunk_bytes, '\0');
    while (in) {
        in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        const auto count = static_cast<std::size_t>(in.gcount());
        crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(chunk.data()), count);
        file.bytes += count;
    }
    if (!in.eof()) return not_written(folder / name);
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&state, hash.data());
    for (const unsigned char byte : hash)
        file.sha256 += fmt::format("{:02x}", byte);
    return file;
}

/// The columns of the tables that are there.
std::vector<interop::DictionaryEntry> entries_of(interop::Exported exported, const std::vector<std::string>& files)
{
    std::vector<interop::DictionaryEntry> entries = interop::export_dictionary(exported);
    std::erase_if(entries, [&](const interop::DictionaryEntry& entry) {
        return std::ranges::count(files, std::string(entry.file) + ".csv") == 0;
    });
    return entries;
}

}  // namespace

Result<void> OutFile::finish()
{
    out_.flush();
    if (!out_) return not_written(path_);
    return {};
}

Result<ExportFiles> ExportFiles::into(const fs::path& folder, const ExportRequest& request, const Judges& judges,
                                      interop::Exported exported)
{
    std::error_code problem;  // a folder that cannot be made is told by the writer, which finds none
    fs::create_directories(folder, problem);
    const bool json = request.format == ExportFormat::json;
    auto record = json ? interop::RecordWriter::into_json_file(folder / "record.json")
                       : interop::RecordWriter::into_csv_folder(folder);
    if (!record) return tl::unexpected<Error>(record.error());
    return ExportFiles(folder, json, std::move(*record), judges, exported);
}

ExportFiles::ExportFiles(const fs::path& folder, bool json, interop::RecordWriter record, const Judges& judges,
                         interop::Exported exported)
    : folder_(folder),
      exported_(exported),
      policy_(judges.of_registry().policy()),
      record_(std::move(record)),
      history_file_(std::make_unique<OutFile>(folder / (json ? "history.json" : "history.csv"))),
      history_(history_file_->stream(), json ? interop::HistoryFormat::json : interop::HistoryFormat::csv),
      assessments_file_(std::make_unique<OutFile>(folder / "assessments.jsonl")),
      dictionary_file_(std::make_unique<OutFile>(folder / "data_dictionary.csv"))
{
    const bool is_deidentified = exported == interop::Exported::deidentified;
    dictionary_file_->stream() << (is_deidentified ? interop::deidentified_dictionary_csv()
                                                   : interop::data_dictionary_csv());
    if (is_deidentified) ages_ = std::make_unique<OutFile>(folder / "ages.csv");
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        const auto file = static_cast<interop::StudyFile>(i);
        if (!is_deidentified || is_in_deidentified(file)) tables_[i] = std::make_unique<Table>(folder, file);
    }
    if (json) {
        report_.files = {"record.json"};
    } else {
        for (const std::string_view name : row_kind_names)
            report_.files.push_back(std::string(name) + ".csv");
    }
}

Result<void> ExportFiles::add(const PatientRecord& record, const std::vector<interop::HistoryRow>& history)
{
    for (const interop::HistoryRow& row : history)
        history_.add(row);
    ++report_.patients;
    scans_ += record.scans.size();
    nodules_ += record.nodule_ids.size();
    add_sdtm(table(interop::StudyFile::tu), table(interop::StudyFile::tr), record);
    return record_.add(record);
}

void ExportFiles::add(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    line_.clear();
    assessment_json_.of(judge).append(line_, assessment, record, detail);
    assessments_file_->stream() << line_;
}

Result<ExportReport> ExportFiles::finish(Date as_of, std::optional<Date> known_on)
{
    history_.finish();
    std::vector<OutFile*> files = {history_file_.get(), assessments_file_.get()};
    for (const auto& table : tables_) {
        if (table) files.push_back(&table->file);
    }
    if (ages_) files.push_back(ages_.get());
    files.push_back(dictionary_file_.get());
    for (OutFile* file : files) {
        if (const auto done = file->finish(); !done) return tl::unexpected<Error>(done.error());
        report_.files.push_back(file->name());
    }
    for (const interop::StudyFile file : {interop::StudyFile::tu, interop::StudyFile::tr}) {
        const std::string name(name_of(file));
        const auto done = interop::write_xport(folder_ / (name + ".csv"), file, as_of, folder_ / (name + ".xpt"));
        if (!done) return tl::unexpected<Error>(done.error());
        report_.files.push_back(name + ".xpt");
    }
    if (const auto done = record_.finish(); !done) return tl::unexpected<Error>(done.error());
    if (const auto done = write_package(as_of, known_on); !done) return tl::unexpected<Error>(done.error());
    return std::move(report_);
}

Result<void> ExportFiles::write(std::string_view name, std::string_view text)
{
    OutFile file(folder_ / name);
    file.stream() << text;
    report_.files.emplace_back(name);
    return file.finish();
}

Result<void> ExportFiles::write_package(Date as_of, std::optional<Date> known_on)
{
    const interop::PackageFacts facts{.program_version = NODTRACK_VERSION,
                                      .policy_id = policy_.id,
                                      .policy_version = policy_.version,
                                      .policy_sha256 = policy_.sha256,
                                      .as_of = as_of,
                                      .known_on = known_on,
                                      .exported = exported_,
                                      .patients = report_.patients,
                                      .scans = scans_,
                                      .nodules = nodules_};
    const std::vector<interop::DictionaryEntry> entries = entries_of(exported_, report_.files);
    const std::vector<std::pair<std::string_view, std::string>> texts = {
        {"labels.R", interop::labels_for_r(entries)},
        {"labels.sps", interop::labels_for_spss(entries)},
        {"labels.do", interop::labels_for_stata(entries)},
        {"methods.txt", interop::methods_text(facts)},
        {"CITATION.cff", interop::citation_cff(facts)}};
    for (const auto& [name, text] : texts) {
        if (const auto done = write(name, text); !done) return done;
    }
    std::vector<interop::PackagedFile> files;
    for (const std::string& name : report_.files) {
        Result<interop::PackagedFile> file = packaged(folder_, name);
        if (!file) return tl::unexpected<Error>(file.error());
        files.push_back(std::move(*file));
    }
    if (const auto done = write(package_name, interop::data_package_json(files, facts)); !done) return done;
    Result<interop::PackagedFile> package = packaged(folder_, std::string(package_name));
    if (!package) return tl::unexpected<Error>(package.error());
    files.push_back(std::move(*package));
    return write(sums_name, interop::sha256_sums(files));
}

}  // namespace nodtrack::tracker
