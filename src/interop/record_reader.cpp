#include "nodtrack/interop/record_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

#include "csv_reader.hpp"
#include "file_names.hpp"
#include "json_reader.hpp"
#include "row_reader.hpp"

namespace nodtrack::interop {
namespace {

namespace fs = std::filesystem;

/// What becomes of problems in rows.
enum class Faults { refuse, keep_beside_the_rest };

Result<Delivery> delivery_or_error(Delivery&& delivery, ProblemList& problems, Faults faults = Faults::refuse)
{
    const bool refused = faults == Faults::refuse ? !problems.empty() : problems.has_file_problem();
    if (refused) return tl::unexpected<Error>(problems.error());
    problems.move_into(delivery);
    return std::move(delivery);
}

/// The whole of a file; absent when it cannot be read.
std::optional<std::string> text_of_file(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const std::uintmax_t size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) return std::nullopt;
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    if (in.bad() || static_cast<std::uintmax_t>(in.gcount()) != size) return std::nullopt;
    return text;
}

void name_json_arrays(Delivery& delivery, std::string_view file)
{
    for (std::size_t i = 0; i < row_kind_names.size(); ++i) {
        delivery.source[i] = fmt::format("{}/{}", file, row_kind_names[i]);
    }
}

// --- the folder -----------------------------------------------------------------------------------------------------

struct FolderContents {
    std::array<bool, row_kind_count> has_csv{};
    bool has_json = false;
    std::vector<std::pair<std::string, LookAlike>> look_alikes;  ///< by name

    bool has(std::string_view name) const
    {
        if (name == json_name) return has_json;
        for (std::size_t i = 0; i < has_csv.size(); ++i) {
            if (name == csv_name(static_cast<RowKind>(i))) return has_csv[i];
        }
        return false;
    }
};

FolderContents contents_of(const fs::path& folder, std::error_code& error)
{
    FolderContents contents;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (is_hidden_file(name)) continue;
        if (name == json_name) {
            contents.has_json = true;
            continue;
        }
        bool known = false;
        for (std::size_t i = 0; i < row_kind_names.size(); ++i) {
            if (name != csv_name(static_cast<RowKind>(i))) continue;
            contents.has_csv[i] = known = true;
        }
        LookAlike found = known ? LookAlike() : look_alike(name);
        if (!found.right_name.empty()) contents.look_alikes.emplace_back(name, std::move(found));
    }
    std::erase_if(contents.look_alikes, [&](const auto& file) {
        return file.second.may_stand_beside && (contents.has_json || contents.has(file.second.right_name));
    });
    std::ranges::sort(contents.look_alikes, {}, &std::pair<std::string, LookAlike>::first);
    return contents;
}

std::string message_of(const LookAlike& file, const FolderContents& contents)
{
    if (contents.has(file.right_name)) {
        return fmt::format(
            "looks like {}, which is there too; keep the right one under that name and move this file out "
            "of the folder",
            file.right_name);
    }
    if (file.may_stand_beside) {
        return fmt::format(
            "looks like {}, which is not there; save it as that (CSV, UTF-8), or move this file out of the "
            "folder",
            file.right_name);
    }
    return fmt::format("no file of a record has this name; rename it to {}, or move it out of the folder",
                       file.right_name);
}

void read_file(RowKind kind, const fs::path& path, Delivery& delivery, ProblemList& problems)
{
    std::optional<std::string> text = text_of_file(path);
    if (!text) {
        problems.add_file(csv_name(kind), "file", "cannot be read; check that it is a file and its permissions");
        return;
    }
    read_csv(kind, std::move(*text), delivery, problems);
}

}  // namespace

Result<Delivery> read_csv_texts(std::vector<CsvText> files)
{
    Delivery delivery;
    ProblemList problems;
    for (CsvText& file : files) {
        delivery.source[index_of(file.kind)] = file.source.empty() ? csv_name(file.kind) : file.source;
    }
    for (CsvText& file : files) {
        read_csv(file.kind, std::move(file.text), delivery, problems);
    }
    return delivery_or_error(std::move(delivery), problems);
}

Result<Delivery> read_csv_text(RowKind kind, std::string text)
{
    std::vector<CsvText> files(1);
    files[0].kind = kind;
    files[0].text = std::move(text);
    return read_csv_texts(std::move(files));
}

static Result<Delivery> read_json(std::string text, std::string_view source, Faults faults)
{
    Delivery delivery;
    ProblemList problems;
    name_json_arrays(delivery, source);
    read_json(text, source, delivery, problems);
    return delivery_or_error(std::move(delivery), problems, faults);
}

Result<Delivery> read_json_text(std::string text, std::string_view source)
{
    return read_json(std::move(text), source, Faults::refuse);
}

static Result<Delivery> read_json_file(const fs::path& file, Faults faults)
{
    std::error_code error;
    const std::string name = file.filename().string();
    if (!fs::exists(file, error)) return failure(ErrorCode::not_found, fmt::format("{}: no such file", name));
    std::optional<std::string> text = text_of_file(file);
    if (text) return read_json(std::move(*text), name, faults);
    ProblemList problems;
    problems.add_file(name, "file", "cannot be read; check that it is a file and its permissions");
    return tl::unexpected<Error>(problems.error());
}

Result<Delivery> read_json_file(const fs::path& file)
{
    return read_json_file(file, Faults::refuse);
}

static Result<Delivery> read_folder(const fs::path& folder, Faults faults)
{
    std::error_code error;
    if (fs::is_regular_file(folder, error)) {
        return failure(
            ErrorCode::not_found,
            fmt::format("{}: is a file; name the folder that holds patients.csv, scans.csv, …, or take a table of "
                        "another form in by a map (nodtrack import)",
                        folder.string()));
    }
    if (!fs::is_directory(folder, error)) {
        return failure(
            ErrorCode::not_found,
            fmt::format("{}: no such folder; name the folder that holds patients.csv, scans.csv, …", folder.string()));
    }
    const FolderContents contents = contents_of(folder, error);
    if (error) return failure(ErrorCode::bad_input, fmt::format("{}: cannot be listed", folder.string()));
    Delivery delivery;
    ProblemList problems;
    for (const auto& [name, file] : contents.look_alikes)
        problems.add_file(name, "file", message_of(file, contents));
    const bool has_csv = std::find(contents.has_csv.begin(), contents.has_csv.end(), true) != contents.has_csv.end();
    if (contents.has_json && has_csv) {
        problems.add_file(json_name, "file", "stands beside CSV files of a record; keep either it or them");
    } else if (contents.has_json && problems.empty()) {
        return read_json_file(folder / json_name, faults);
    } else if (!has_csv && !contents.has_json && problems.empty()) {
        return failure(
            ErrorCode::bad_input,
            fmt::format("{}: holds no file of a record; put patients.csv, scans.csv, measurements.csv, "
                        "therapies.csv, events.csv, visits.csv, decisions.csv or record.json there, or take a "
                        "table of another form in by a map (nodtrack import)",
                        folder.string()));
    }
    for (std::size_t i = 0; i < contents.has_csv.size(); ++i) {
        if (!contents.has_csv[i]) continue;
        const auto kind = static_cast<RowKind>(i);
        delivery.source[i] = csv_name(kind);
        read_file(kind, folder / delivery.source[i], delivery, problems);
    }
    return delivery_or_error(std::move(delivery), problems, faults);
}

Result<Delivery> read_folder(const fs::path& folder)
{
    return read_folder(folder, Faults::refuse);
}

Result<Delivery> read_folder_with_problems(const fs::path& folder)
{
    return read_folder(folder, Faults::keep_beside_the_rest);
}

Result<Delivery> read_typed_row(RowKind kind, std::span<const TypedCell> cells)
{
    Delivery delivery;
    ProblemList problems;
    TextKeeper keeper(delivery);
    delivery.source[index_of(kind)] = "entry";
    with_kind(kind, [&]<RowKind known>() {
        RowReader<known> rows(delivery, problems);
        rows.begin_row(1);
        ColumnBits seen = 0;
        for (const TypedCell& cell : cells) {
            const auto* const found = std::find(column_names<known>.begin(), column_names<known>.end(), cell.column);
            const auto column = static_cast<std::size_t>(found - column_names<known>.begin());
            if (column == column_count<known>) {
                rows.report_foreign(cell.column, message_of_unknown_column(cell.column, column_names<known>));
            } else if ((seen & (ColumnBits{1} << column)) != 0) {
                rows.refuse(column, "is given twice; give it once");
            } else if (valid_utf8_prefix(cell.text) != cell.text.size()) {
                rows.refuse(column, "is not UTF-8; type it in UTF-8");
            } else if (!cell.text.empty()) {
                rows.read(column, keeper.kept(cell.text));
            }
            if (column < column_count<known>) seen |= ColumnBits{1} << column;
        }
        rows.end_row();
    });
    return delivery_or_error(std::move(delivery), problems);
}

}  // namespace nodtrack::interop
