#include "nodtrack/tracker/fhir_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <utility>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::ReadBundle;
using Rows = std::array<std::vector<std::string>, row_kind_count>;

Result<std::string> text_of_file(const fs::path& file)
{
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return failure(ErrorCode::not_found, fmt::format("there is no file '{}'", file.string()));
    const auto size = fs::file_size(file, error);
    if (!error && size > exchange::BundleLimits::bytes)
        return failure(ErrorCode::bad_input, fmt::format("{} has {} bytes; a Bundle of at most {} is read",
                                                         file.string(), size, exchange::BundleLimits::bytes));
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in && !in.eof())
        return failure(ErrorCode::bad_input, fmt::format("'{}' cannot be read; check its rights", file.string()));
    return text;
}

/// The record's JSON document of these rows.
std::string document_of(const Rows& rows)
{
    std::string text = "{";
    for (std::size_t kind = 0; kind < row_kind_count; ++kind)
        text += fmt::format("{}\"{}\":[{}]", kind == 0 ? "" : ",", row_kind_names[kind], fmt::join(rows[kind], ","));
    return text + "}";
}

/// `file/scans:2:modality: …` becomes `file: Bundle.entry[7].resource: modality: …`.
std::string with_path(const std::string& line, const std::string& name, const Rows& places)
{
    for (std::size_t kind = 0; kind < row_kind_count; ++kind) {
        const std::string begin = fmt::format("{}/{}:", name, row_kind_names[kind]);
        if (!line.starts_with(begin)) continue;
        std::size_t row = 0;
        const auto [end, error] = std::from_chars(line.data() + begin.size(), line.data() + line.size(), row);
        if (error != std::errc{} || row == 0 || row > places[kind].size()) return line;
        return fmt::format("{}: {}: {}", name, places[kind][row - 1],
                           std::string_view(end + 1, line.data() + line.size()));
    }
    return line;
}

/// One patient's rows as a record.
PatientRecord record_of(const Delivery& delivery)
{
    PatientRecord record;
    record.patient = delivery.patients.front().patient;
    const auto place_in = [](auto& ids, std::string_view id) {
        const auto found = std::ranges::find(ids, id);
        const auto place = static_cast<std::uint32_t>(found - ids.begin());
        if (found == ids.end()) ids.emplace_back(id);
        return place;
    };
    std::vector<std::string> scan_ids;
    for (const ScanRow& row : delivery.scans) {
        record.scans.push_back(row.scan);
        scan_ids.push_back(row.scan.scan_id);
    }
    for (const MeasurementRow& row : delivery.measurements) {
        const std::uint32_t nodule = place_in(record.nodule_ids, row.nodule_id);
        const auto scan = static_cast<std::uint32_t>(std::ranges::find(scan_ids, row.scan_id) - scan_ids.begin());
        if (scan < record.scans.size()) record.measurements.push_back({scan, nodule, row.findings});
    }
    for (const TherapyRow& row : delivery.therapies)
        record.therapies.push_back(row.therapy);
    for (const EventRow& row : delivery.events)
        record.events.push_back(row.event);
    for (const VisitRow& row : delivery.visits)
        record.visits.push_back(row.visit);
    for (const DecisionRow& row : delivery.decisions)
        record.decisions.push_back(row.decision);
    return record;
}

/// The rows of a Bundle that nodtrack wrote, once they are sound.
Result<void> check_record(const std::string& text, const ReadBundle& bundle, const std::string& name)
{
    auto delivery = interop::read_json_text(document_of(bundle.rows), name);
    if (!delivery) {
        Error error = std::move(delivery.error());
        for (std::string& line : error.context)
            line = with_path(line, name, bundle.places);
        return tl::unexpected<Error>(std::move(error));
    }
    return exchange::check_written_of(text, record_of(*delivery), name);
}

}  // namespace

bool is_json_file(const fs::path& file)
{
    const std::string name = file.string();
    return name.ends_with(".json") || name.ends_with(".JSON");
}

Result<bool> is_fhir_file(const fs::path& file)
{
    const auto text = text_of_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    return exchange::is_fhir(*text);
}

Result<ReadBundle> read_bundle_file(const fs::path& file)
{
    const auto text = text_of_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    return exchange::read_bundle(*text, file.string());
}

Result<BundleFiles> read_bundles(const std::vector<fs::path>& files)
{
    BundleFiles read;
    Rows rows;
    for (const fs::path& file : files) {
        const std::string name = file.string();
        const auto text = text_of_file(file);
        if (!text) return tl::unexpected<Error>(text.error());
        auto bundle = exchange::read_bundle(*text, name);
        if (!bundle) return tl::unexpected<Error>(bundle.error());
        if (!bundle->is_record) {
            read.others.push_back(file);
            continue;
        }
        if (const auto checked = check_record(*text, *bundle, name); !checked)
            return tl::unexpected<Error>(checked.error());
        read.has_records = true;
        for (std::size_t kind = 0; kind < row_kind_count; ++kind)
            std::ranges::move(bundle->rows[kind], std::back_inserter(rows[kind]));
    }
    if (!read.has_records) return read;
    auto delivery = interop::read_json_text(document_of(rows), files.size() == 1 ? files.front().string() : "Bundles");
    if (!delivery) return tl::unexpected<Error>(delivery.error());
    read.record = std::move(*delivery);
    return read;
}

}  // namespace nodtrack::tracker
