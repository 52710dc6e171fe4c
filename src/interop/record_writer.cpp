#include "nodtrack/interop/record_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

#include "record_rows.hpp"

namespace nodtrack::interop {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t flush_size = 256 * 1024;

/// A file that has its name only once it is complete, and is gone if that never comes.
class PartFile {
  public:
    explicit PartFile(fs::path target) : target_(std::move(target)), part_(target_.string() + ".part")
    {
        out_.open(part_, std::ios::binary | std::ios::trunc);
    }
    ~PartFile()
    {
        out_.close();
        std::error_code ignored;
        fs::remove(part_, ignored);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    std::string& buffer() { return buffer_; }
    bool is_written() const { return static_cast<bool>(out_); }

    void flush()
    {
        out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        buffer_.clear();
    }

    /// Appends all of this file to another.
    void append_to(PartFile& other)
    {
        flush();
        out_.close();
        std::ifstream in(part_, std::ios::binary);
        std::string chunk(flush_size, '\0');
        while (in) {
            in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
            other.buffer_.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
            other.flush();
        }
        if (!in.eof()) out_.setstate(std::ios::failbit);
    }

    bool complete()
    {
        flush();
        out_.close();
        std::error_code error;
        if (out_) fs::rename(part_, target_, error);
        return static_cast<bool>(out_) && !error;
    }

  private:
    fs::path target_;
    fs::path part_;
    std::ofstream out_;
    std::string buffer_;
};

tl::unexpected<Error> write_failure(const fs::path& target)
{
    return failure(ErrorCode::bad_input,
                   fmt::format("{}: cannot be written; check the disk and its permissions", target.string()));
}

tl::unexpected<Error> exists_already(const fs::path& target)
{
    return failure(ErrorCode::bad_input,
                   fmt::format("{}: exists already, and a record is never overwritten; name another place or remove it",
                               target.string()));
}

void append_array_start(std::string& out, RowKind kind, bool first)
{
    fmt::format_to(std::back_inserter(out), "{}\"{}\": [", first ? "{\n" : ",\n", kind_name(kind));
}

}  // namespace

/// The files (CSV), or the arrays of one (JSON) in files of their own until all rows are known.
struct RecordWriter::Sink {
    fs::path target;
    bool is_json = false;
    std::array<std::unique_ptr<PartFile>, row_kind_count> parts;
    std::array<bool, row_kind_count> has_rows{};

    template <RowKind kind>
    void write(const std::array<std::string_view, id_count<kind>>& ids, const ValuesOf<kind>& values)
    {
        constexpr std::size_t i = index_of(kind);
        std::string& out = parts[i]->buffer();
        if (is_json) {
            out += has_rows[i] ? ",\n" : "\n";
            append_json_row<kind>(out, ids, values);
        } else {
            append_csv_row<kind>(out, ids, values);
        }
        has_rows[i] = true;
        if (out.size() > flush_size) parts[i]->flush();
    }

    bool is_written() const
    {
        return std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part->is_written(); });
    }
};

RecordWriter::RecordWriter(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
RecordWriter::RecordWriter(RecordWriter&&) noexcept = default;
RecordWriter& RecordWriter::operator=(RecordWriter&&) noexcept = default;
RecordWriter::~RecordWriter() = default;

Result<RecordWriter> RecordWriter::into_csv_folder(const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (!fs::is_directory(folder, error)) return write_failure(folder);
    auto sink = std::make_unique<Sink>();
    sink->target = folder;
    for (std::size_t i = 0; i < sink->parts.size(); ++i) {
        const fs::path file = folder / fmt::format("{}.csv", row_kind_names[i]);
        if (fs::exists(file, error)) return exists_already(file);
    }
    for_each_kind([&]<RowKind kind>() {
        constexpr std::size_t i = index_of(kind);
        sink->parts[i] = std::make_unique<PartFile>(folder / fmt::format("{}.csv", row_kind_names[i]));
        append_csv_header<kind>(sink->parts[i]->buffer());
    });
    if (!sink->is_written()) return write_failure(folder);
    return RecordWriter(std::move(sink));
}

Result<RecordWriter> RecordWriter::into_json_file(const fs::path& file)
{
    std::error_code error;
    if (fs::exists(file, error)) return exists_already(file);
    auto sink = std::make_unique<Sink>();
    sink->target = file;
    sink->is_json = true;
    for (std::size_t i = 0; i < sink->parts.size(); ++i) {
        // The first array is written into the file itself, the others wait beside it.
        const fs::path part = i == 0 ? file : fs::path(fmt::format("{}.{}", file.string(), row_kind_names[i]));
        sink->parts[i] = std::make_unique<PartFile>(part);
        append_array_start(sink->parts[i]->buffer(), static_cast<RowKind>(i), i == 0);
    }
    if (!sink->is_written()) return write_failure(file);
    return RecordWriter(std::move(sink));
}

Result<void> RecordWriter::add(const PatientRecord& record)
{
    for_each_row(record, [&]<RowKind kind>(const auto& ids, const auto& values) { sink_->write<kind>(ids, values); });
    if (!sink_->is_written()) return write_failure(sink_->target);
    return {};
}

Result<void> RecordWriter::finish()
{
    auto& parts = sink_->parts;
    bool done = true;
    if (sink_->is_json) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            parts[i]->buffer() += sink_->has_rows[i] ? "\n]" : "]";
            if (i == 0) continue;
            parts[i]->append_to(*parts[0]);
            done = done && parts[i]->is_written();
        }
        parts[0]->buffer() += "\n}\n";
        done = done && parts[0]->complete();
    } else {
        for (const auto& part : parts) {
            done = part->complete() && done;
        }
    }
    for (auto& part : parts) {
        part.reset();  // removes what has no name of its own
    }
    if (!done) return write_failure(sink_->target);
    return {};
}

std::string record_json(std::span<const PatientRecord> records)
{
    std::array<std::string, row_kind_count> arrays;
    for (const PatientRecord& record : records) {
        for_each_row(record, [&]<RowKind kind>(const auto& ids, const auto& values) {
            std::string& out = arrays[index_of(kind)];
            out += out.empty() ? "\n" : ",\n";
            append_json_row<kind>(out, ids, values);
        });
    }
    std::string document;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        append_array_start(document, static_cast<RowKind>(i), i == 0);
        document += arrays[i];
        document += arrays[i].empty() ? "]" : "\n]";
    }
    document += "\n}\n";
    return document;
}

}  // namespace nodtrack::interop
