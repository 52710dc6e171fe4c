#include "nodtrack/tracker/ct_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/film.hpp"

namespace nodtrack::tracker {
namespace {

using imaging::FollowStatus;
using imaging::MeasurementStatus;

std::string decimal(double value)
{
    return decimal_text(std::llround(value * 1000.0));
}

bool is_size(std::string_view column)
{
    return column == "long_axis_mm" || column == "short_axis_mm" || column == "volume_mm3" || column == "volume_method";
}

const std::string* typed_text(const std::vector<Correction>& typed, std::string_view column)
{
    const auto found = std::ranges::find(typed, column, &Correction::column);
    return found == typed.end() ? nullptr : &found->text;
}

bool is_measured(const CtNodule& line)
{
    return line.measured && line.measured->status == MeasurementStatus::measured && line.measured->shape;
}

bool has_flag(const std::vector<std::string>& flags, std::string_view code)
{
    return std::ranges::any_of(flags, [&](const std::string& flag) { return flag.starts_with(code); });
}

/// Why a line is not taken unless it is named; empty where it is taken with all.
std::string why_not_by_itself(const CtNodule& line)
{
    if (line.kind == CtNoduleKind::not_looked_for) return "not looked for";
    if (has_flag(line.flags, "same_place_as")) return "it lies where another one was found";
    if (line.kind == CtNoduleKind::followed) {
        if (line.followed->status == FollowStatus::not_found) return "not found";
        if (line.followed->status == FollowStatus::uncertain) return "uncertain";
        if (has_flag(line.followed->flags, imaging::follow_flag::outline_doubtful)) return "its outline is doubtful";
    }
    return is_measured(line) ? std::string() : "no outline could be drawn";
}

/// The row of an accepted line: what was measured, and over it what was typed.
Result<Findings> findings_of(const CtNodule& line, const std::vector<Correction>& typed, const CtFollowUp& follow_up)
{
    std::vector<Correction> cells;
    const std::string* const status = typed_text(typed, "status");
    const bool is_there = status == nullptr || *status == "present" || *status == "new";
    if (is_there && is_measured(line)) cells = cells_of(*line.measured, line.recorded);
    // An outline whose size a person has overruled says nothing of the other sizes either.
    if (std::ranges::any_of(typed, [](const Correction& cell) { return is_size(cell.column); }))
        std::erase_if(cells, [](const Correction& cell) { return is_size(cell.column) || cell.column == "reader"; });
    const auto add = [&](std::string_view column, std::string_view text) {
        if (typed_text(cells, column) == nullptr) cells.push_back({std::string(column), std::string(text)});
    };
    const bool is_row = line.recorded.long_axis || line.recorded.volume || !line.recorded.reader.empty();
    add("status", is_row ? word(line.recorded.status) : line.kind == CtNoduleKind::added ? "new" : "present");
    if (line.side && !line.recorded.side) add("side", word(*line.side));
    if (line.lobe && !line.recorded.lobe) add("lobe", word(*line.lobe));
    if (line.location && !line.recorded.location) add("location", word(*line.location));
    for (const Correction& cell : typed) {
        std::erase_if(cells, [&](const Correction& other) { return other.column == cell.column; });
        cells.push_back(cell);
    }
    std::vector<interop::TypedCell> row = {
        {"patient_id", follow_up.patient_id}, {"scan_id", follow_up.scan.scan_id}, {"nodule_id", line.nodule_id}};
    for (const Correction& cell : cells)
        row.push_back({cell.column, cell.text});
    Result<Delivery> read = interop::read_typed_row(RowKind::measurement, row);
    if (!read) return tl::unexpected<Error>(read.error());
    return read->measurements.front().findings;
}

int permille(double confidence)
{
    return static_cast<int>(std::floor(confidence * 1000.0));
}

IdentityStatement identity_of(const CtNodule& line, const CtFollowUp& follow_up, bool confirmed)
{
    IdentityStatement statement;
    statement.confirmed = confirmed;
    statement.what.observation = {follow_up.patient_id, follow_up.scan.scan_id, line.nodule_id};
    statement.what.nodule_id = line.nodule_id;
    statement.what.nodule_state = line.kind == CtNoduleKind::added ? NoduleState::is_new : NoduleState::same;
    if (line.kind == CtNoduleKind::followed) {
        statement.what.how = LinkMethod::registration;
        statement.what.confidence_permille = permille(line.followed->confidence);
    }
    return statement;
}

CtOutcome accepted_line(const CtNodule& line, const std::vector<Correction>& typed, const CtFollowUp& follow_up,
                        const CtChoices& choices, std::vector<std::string>& problems)
{
    CtOutcome outcome;
    const Result<Findings> findings = findings_of(line, typed, follow_up);
    if (!findings) {
        for (const std::string& problem : findings.error().context) {
            constexpr std::string_view entry = "entry:1:";
            const auto at = problem.starts_with(entry) ? entry.size() : 0;
            problems.push_back(line.nodule_id + ": " + problem.substr(at));
        }
        return outcome;
    }
    outcome.findings = *findings;
    const bool is_there = findings->is_there();
    if (is_there && has_flag(line.flags, "same_place_as")) {
        problems.push_back(
            fmt::format("{}: it lies where another nodule was found; leave one of both out with "
                        "--except, or say that it is resolved or merged",
                        line.nodule_id));
    }
    if (is_there && !findings->long_axis && !findings->volume) {
        problems.push_back(
            fmt::format("{}: no outline could be drawn; give its size with --set {}.long_axis_mm=MM, "
                        "click it with --seeds, or leave it out",
                        line.nodule_id, line.nodule_id));
    }
    if (is_there && line.kind == CtNoduleKind::followed && line.followed->status == FollowStatus::not_found &&
        typed.empty()) {
        problems.push_back(
            fmt::format("{}: not found; click it with --seeds, or say what became of it with --set "
                        "{}.status=resolved or not_assessed",
                        line.nodule_id, line.nodule_id));
    }
    outcome.fate = choices.propose ? CtFate::proposed : CtFate::recorded;
    if (is_there) outcome.identity = identity_of(line, follow_up, !choices.propose);
    return outcome;
}

/// Names in the choices that the table does not have, or has twice over.
void check_names(const CtFollowUp& follow_up, const CtChoices& choices, std::vector<std::string>& problems)
{
    const auto check = [&](const std::string& nodule_id, std::string_view option) {
        if (std::ranges::count(follow_up.nodules, nodule_id, &CtNodule::nodule_id) == 0)
            problems.push_back(
                fmt::format("{} {}: the table has no such nodule; click new ones with --seeds", option, nodule_id));
    };
    for (const std::string& nodule_id : choices.accepted)
        check(nodule_id, "--accept");
    for (const std::string& nodule_id : choices.left_out) {
        check(nodule_id, "--except");
        if (choices.accepted.contains(nodule_id) || choices.typed.contains(nodule_id))
            problems.push_back(
                fmt::format("{}: is left out with --except, and accepted or corrected as well; say one", nodule_id));
    }
    for (const auto& [nodule_id, cells] : choices.typed) {
        check(nodule_id, "--set");
        for (const Correction& cell : cells) {
            if (cell.column == "patient_id" || cell.column == "scan_id" || cell.column == "nodule_id")
                problems.push_back(
                    fmt::format("{}: {} is part of the row's name and cannot be set", nodule_id, cell.column));
        }
    }
}

/// `table:4:long_axis_mm: …` as `N3: long_axis_mm: …`
std::string by_nodule(const std::string& problem, const CtFollowUp& follow_up)
{
    constexpr std::string_view table = "table:";
    if (!problem.starts_with(table)) return problem;
    const auto colon = problem.find(':', table.size());
    std::size_t row = 0;
    for (std::size_t i = table.size(); i < std::min(colon, problem.size()); ++i)
        row = row * 10 + static_cast<std::size_t>(problem[i] - '0');
    if (colon == std::string::npos || row == 0 || row > follow_up.nodules.size()) return problem;
    return follow_up.nodules[row - 1].nodule_id + ": " + problem.substr(colon + 1);
}

}  // namespace

std::vector<Correction> cells_of(const imaging::MaskMeasurement& measurement, const Findings& recorded)
{
    const auto& shape = *measurement.shape;
    std::vector<Correction> cells = {{"long_axis_mm", decimal(shape.long_axis_mm)},
                                     {"short_axis_mm", decimal(shape.short_axis_mm)},
                                     {"volume_mm3", decimal(shape.volume_mm3)},
                                     {"volume_method", std::string(word(shape.volume_method))}};
    const AxisEnds long_axis = AxisEnds::of(shape.long_axis_ends_mm[0], shape.long_axis_ends_mm[1]);
    const AxisEnds short_axis = AxisEnds::of(shape.short_axis_ends_mm[0], shape.short_axis_ends_mm[1]);
    cells.push_back({"long_axis_ends_mm", long_axis.text()});
    cells.push_back({"short_axis_ends_mm", short_axis.text()});
    if (!recorded.position_x && !recorded.position_y && !recorded.position_z) {
        cells.push_back({"position_x_mm", decimal(shape.center_mm[0])});
        cells.push_back({"position_y_mm", decimal(shape.center_mm[1])});
        cells.push_back({"position_z_mm", decimal(shape.center_mm[2])});
    }
    const auto& density = measurement.density;
    if (density && !recorded.mean_attenuation) cells.push_back({"mean_hu", decimal(density->mean_hu)});
    if (density && density->attenuation && !recorded.attenuation) {
        cells.push_back({"attenuation", std::string(word(*density->attenuation))});
    }
    if (recorded.reader.empty()) cells.push_back({"reader", "nodtrack-" NODTRACK_VERSION});
    return cells;
}

namespace {

/// Headers may hold any bytes; what a row takes over is plain ASCII.
bool is_plain(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

}  // namespace

std::vector<Correction> cells_of(const imaging::ScanFacts& facts, const Scan* recorded)
{
    std::vector<Correction> cells;
    static const Scan nothing;
    const Scan& known = recorded == nullptr ? nothing : *recorded;
    const auto add = [&](const char* column, const std::string& text, const std::string& stored) {
        if (stored.empty() && is_plain(text)) cells.push_back({column, text});
    };
    add("study_uid", facts.study_uid, known.study_uid);
    add("series_uid", facts.series_uid, known.series_uid);
    add("frame_of_reference_uid", facts.frame_of_reference_uid, known.frame_of_reference_uid);
    add("accession_number", facts.accession_number, known.accession_number);
    add("manufacturer", facts.manufacturer, known.manufacturer);
    add("scanner_model", facts.scanner_model, known.scanner_model);
    add("kernel", facts.kernel, known.kernel);
    if (facts.tube_voltage_kv && !known.tube_voltage)
        cells.push_back({"tube_voltage_kv", decimal(*facts.tube_voltage_kv)});
    const std::string& date = facts.scan_date;
    if (recorded == nullptr && date.size() == 8) {
        const std::string iso = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2);
        if (Date::parse(iso)) cells.push_back({"scan_date", iso});
    }
    if (facts.slice_thickness_mm && (recorded == nullptr || !recorded->slice_thickness))
        cells.push_back({"slice_thickness_mm", decimal(*facts.slice_thickness_mm)});
    if (facts.iv_contrast && (recorded == nullptr || !recorded->iv_contrast))
        cells.push_back({"iv_contrast", std::string(word(*facts.iv_contrast))});
    return cells;
}

/// What lies outside a CT was not read: to call its reading complete would make "not mentioned" mean "gone".
void check_reading(const CtFollowUp& follow_up, const CtChoices& choices, std::vector<std::string>& problems)
{
    if (follow_up.scan.reading != Reading::complete || !choices.reason.empty()) return;
    for (const PriorCt& prior : follow_up.priors) {
        if (prior.comparability.covers_lungs) continue;
        problems.push_back(
            fmt::format("reading: the new CT shows {:.0f} % of the lungs that CT {} shows, so it cannot be "
                        "read completely; say --reading limited, or with --amend REASON why it is complete",
                        100 * prior.comparability.covered_lung_share, prior.scan_id));
    }
}

Result<std::vector<CtOutcome>> planned(const CtFollowUp& follow_up, const CtChoices& choices)
{
    std::vector<std::string> problems;
    check_names(follow_up, choices, problems);
    check_reading(follow_up, choices, problems);
    std::vector<CtOutcome> outcomes;
    for (const CtNodule& line : follow_up.nodules) {
        static const std::vector<Correction> nothing;
        const auto typed = choices.typed.find(line.nodule_id);
        const std::string doubt = why_not_by_itself(line);
        const bool is_named = choices.accepted.contains(line.nodule_id) || typed != choices.typed.end();
        if (choices.left_out.contains(line.nodule_id)) {
            outcomes.push_back({.fate = CtFate::left, .why = "left out", .findings = {}, .identity = {}});
        } else if (is_named || (choices.accept_all && doubt.empty())) {
            outcomes.push_back(accepted_line(line, typed == choices.typed.end() ? nothing : typed->second, follow_up,
                                             choices, problems));
        } else {
            CtOutcome outcome;
            outcome.why = doubt.empty() ? "not accepted" : doubt;
            const bool not_found = line.kind == CtNoduleKind::followed && line.recorded == Findings() &&
                                   line.followed->status == FollowStatus::not_found;
            if (choices.accept_all && not_found) {
                outcome.fate = CtFate::not_seen;
                outcome.identity = identity_of(line, follow_up, false);
                outcome.identity->what.nodule_state = NoduleState::not_seen;
            }
            outcomes.push_back(std::move(outcome));
        }
    }
    if (!problems.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems));
    return outcomes;
}

Result<IngestReport> log_ct(store::Registry& registry, const CtFollowUp& follow_up,
                            const std::vector<CtOutcome>& outcomes, const std::filesystem::path& folder,
                            const store::Provenance& provenance, IngestOptions options)
{
    Delivery delivery;
    delivery.source[static_cast<std::size_t>(RowKind::scan)] = "scan";
    delivery.source[static_cast<std::size_t>(RowKind::measurement)] = "table";
    delivery.scans.push_back({follow_up.patient_id, follow_up.scan, 1});
    options.images.clear();
    options.identities.clear();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const CtNodule& line = follow_up.nodules[i];
        const CtOutcome& outcome = outcomes[i];
        if (outcome.identity) options.identities.push_back(*outcome.identity);
        if (outcome.fate != CtFate::recorded && outcome.fate != CtFate::proposed) continue;
        delivery.measurements.push_back({follow_up.patient_id, follow_up.scan.scan_id, line.nodule_id, outcome.findings,
                                         static_cast<std::uint32_t>(i + 1)});
        if (options.dry_run || !outcome.identity || line.mask.inside.empty()) continue;
        const auto located = imaging::locate(follow_up.ct, line.mask);
        if (!located) return tl::unexpected<Error>(located.error());
        // The header was held against the record when the CT was read; a file without one has its voxels.
        const CtClaim claim{.patient_id = follow_up.patient_id,
                            .scan_id = follow_up.scan.scan_id,
                            .scan_date = std::nullopt,
                            .birth_date = std::nullopt,
                            .voxels_sha256 = located->voxels_sha256,
                            .reason = options.amend_reason};
        if (const Result<void> checked = check_claim(registry, claim, {}); !checked)
            return tl::unexpected<Error>(checked.error());
        options.images.push_back(
            image_to_keep(*located, {follow_up.patient_id, follow_up.scan.scan_id, line.nodule_id}, folder));
    }
    Result<IngestReport> report = ingest(registry, delivery, provenance, options);
    const auto name_nodules = [&](std::vector<std::string>& lines) {
        for (std::string& line : lines)
            line = by_nodule(line, follow_up);
    };
    if (report) {
        name_nodules(report->warnings);
    } else {
        name_nodules(report.error().context);
        name_nodules(report.error().questions);
    }
    return report;
}

}  // namespace nodtrack::tracker
