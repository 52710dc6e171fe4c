#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "judging.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/ct_log.hpp"
#include "nodtrack/tracker/film.hpp"

namespace nodtrack::tracker {
namespace {

using imaging::FollowedNodule;
using imaging::FollowStatus;
using imaging::MeasurementStatus;

/// What is recorded of the patient, with confirmed states.
struct Known {
    PatientRecord record;
    std::vector<std::string> observation_ids;  ///< of the measurements; shorter, as states alone have none
    std::vector<store::NoduleImage> images;
};

Result<Known> known_of(const store::Registry& registry, const std::string& patient_id)
{
    Result<PatientReading> reading = patient_reading(registry, patient_id);
    if (!reading) return tl::unexpected<Error>(reading.error());
    Known known;
    known.record = std::move(reading->record);
    known.observation_ids = reading->reader.versions().observation_ids;
    add_confirmed_states(reading->reader, known.record);
    Result<std::vector<store::NoduleImage>> images = store::images_of(registry, patient_id);
    if (!images) return tl::unexpected<Error>(images.error());
    known.images = std::move(*images);
    return known;
}

std::optional<std::size_t> scan_place(const PatientRecord& record, std::string_view scan_id)
{
    const auto found = std::ranges::find(record.scans, scan_id, &Scan::scan_id);
    if (found == record.scans.end()) return std::nullopt;
    return static_cast<std::size_t>(found - record.scans.begin());
}

std::optional<Date> header_date(const imaging::ScanFacts& facts)
{
    return dicom_date(facts.scan_date);
}

std::vector<std::size_t> cts_of_day(const PatientRecord& record, Date day)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].is_diagnostic_ct() && record.scans[i].scan_date == day) places.push_back(i);
    }
    return places;
}

std::string typed_value(const std::vector<Correction>& cells, std::string_view column)
{
    const auto found = std::ranges::find(cells, column, &Correction::column);
    return found == cells.end() ? std::string() : found->text;
}

/// The scan's cells: what is typed, then what the header says of what nobody has recorded.
std::vector<interop::TypedCell> scan_cells(const CtLogRequest& request, const std::vector<Correction>& from_header)
{
    std::vector<interop::TypedCell> cells;
    for (const Correction& cell : request.scan)
        cells.push_back({cell.column, cell.text});
    for (const Correction& cell : from_header) {
        const bool is_typed = std::ranges::count(request.scan, cell.column, &Correction::column) > 0;
        if (!is_typed && !cell.text.empty()) cells.push_back({cell.column, cell.text});
    }
    return cells;
}

/// The day that is meant: typed, else the header's.
Result<Date> day_of(const CtLogRequest& request, const imaging::ScanFacts& facts, const Scan* recorded)
{
    const std::string typed = typed_value(request.scan, "scan_date");
    if (!typed.empty()) {
        const auto day = Date::parse(typed);
        if (day) return *day;
        return failure(ErrorCode::usage, "--scan-date: '" + typed + "' is no day; write it as YYYY-MM-DD");
    }
    if (const auto day = header_date(facts)) return *day;
    if (recorded != nullptr) return recorded->scan_date;
    return failure(ErrorCode::usage, "the new CT does not say when it was made; say it with --scan-date YYYY-MM-DD");
}

void flag_what_is_recorded_otherwise(const Scan& recorded, CtFollowUp& answer)
{
    constexpr double same_slice_mm = 0.05;
    const auto& thickness = answer.facts.slice_thickness_mm;
    if (recorded.slice_thickness && thickness &&
        std::abs(recorded.slice_thickness->in_units() - *thickness) > same_slice_mm)
        answer.flags.push_back(fmt::format("slice_thickness_recorded_otherwise: {} mm is recorded, the header says {}",
                                           decimal_text(recorded.slice_thickness->thousandths()), *thickness));
    const auto& contrast = answer.facts.iv_contrast;
    if (recorded.iv_contrast && contrast && *recorded.iv_contrast != *contrast)
        answer.flags.push_back(fmt::format("iv_contrast_recorded_otherwise: {} is recorded, the header says {}",
                                           word(*recorded.iv_contrast), word(*contrast)));
}

Result<void> settle_scan(const Known& known, const CtLogRequest& request, CtFollowUp& answer)
{
    const PatientRecord& record = known.record;
    std::optional<std::size_t> place = scan_place(record, request.scan_id);
    const Result<Date> day = day_of(request, answer.facts, place ? &record.scans[*place] : nullptr);
    if (!day) return tl::unexpected<Error>(day.error());
    std::string scan_id = request.scan_id;
    if (scan_id.empty()) {
        const auto same_day = cts_of_day(record, *day);
        if (same_day.size() > 1) {
            return failure(ErrorCode::usage,
                           fmt::format("patient {} has {} CTs of {}; say with --scan ID which one this is",
                                       request.patient_id, same_day.size(), day->iso()));
        }
        if (!same_day.empty()) place = same_day.front();
        scan_id = place ? record.scans[*place].scan_id : "CT-" + day->iso();
        if (!place) place = scan_place(record, scan_id);
    }
    const Scan* const recorded = place ? &record.scans[*place] : nullptr;
    if (recorded != nullptr && (!recorded->is_diagnostic_ct() || recorded->scan_date != *day)) {
        return failure(ErrorCode::bad_input,
                       fmt::format("scan {} is recorded as {} of {}, the new CT is of {}; give its own --scan ID, or "
                                   "correct the scan's row with `nodtrack amend`",
                                   scan_id, word(recorded->modality), recorded->scan_date.iso(), day->iso()));
    }

    std::vector<Correction> from_header = {{"patient_id", request.patient_id},
                                           {"scan_id", scan_id},
                                           {"scan_date", day->iso()},
                                           {"modality", "ct"},
                                           {"purpose", "diagnostic"}};
    for (Correction& cell : cells_of(answer.facts, recorded)) {
        if (cell.column != "scan_date") from_header.push_back(std::move(cell));
    }
    if (recorded != nullptr) flag_what_is_recorded_otherwise(*recorded, answer);
    const Result<Delivery> read = interop::read_typed_row(RowKind::scan, scan_cells(request, from_header));
    if (!read) return tl::unexpected<Error>(read.error());
    answer.scan = read->scans.front().scan;
    answer.scan_is_recorded = recorded != nullptr;
    if (const auto said = header_date(answer.facts); said && *said != *day)
        answer.flags.push_back(fmt::format("date_differs: the header says {}, typed is {}", said->iso(), day->iso()));
    return {};
}

/// Where a nodule lies on an earlier CT.
struct Place {
    std::size_t scan = 0;
    const store::NoduleImage* image = nullptr;  ///< null: the CT that was named
    bool is_own_image = false;
    std::array<double, 3> position_mm{};
};

std::array<double, 3> millimetres(const std::array<std::int64_t, 3>& micrometres)
{
    std::array<double, 3> mm{};
    for (std::size_t i = 0; i < 3; ++i)
        mm[i] = static_cast<double>(micrometres[i]) / 1000.0;
    return mm;
}

/// The place of a nodule by one row; absent where neither an image nor a position says it.
std::optional<Place> place_by(const Known& known, std::size_t row, const std::string& patient_id, bool image_is_named)
{
    const Measurement& measurement = known.record.measurements[row];
    const Scan& scan = known.record.scans[measurement.scan];
    Place place;
    place.scan = measurement.scan;
    const store::NoduleImage* of_scan = nullptr;
    for (const store::NoduleImage& image : known.images) {
        if (image.observation.scan_id != scan.scan_id) continue;
        if (of_scan == nullptr) of_scan = &image;
        if (image.observation == store::ObservationKey{patient_id, scan.scan_id, known.observation_ids[row]}) {
            place.image = image_is_named ? nullptr : &image;
            place.is_own_image = true;
            place.position_mm = millimetres(image.center_um);
            return place;
        }
    }
    const Findings& findings = measurement.findings;
    if (!findings.position_x || !findings.position_y || !findings.position_z) return std::nullopt;
    if (!image_is_named && of_scan == nullptr) return std::nullopt;
    place.image = image_is_named ? nullptr : of_scan;
    place.position_mm = {findings.position_x->in_units(), findings.position_y->in_units(),
                         findings.position_z->in_units()};
    return place;
}

/// Why a known nodule need not be looked for; empty where it has to be.
std::string why_gone(const PatientRecord& record, const std::string& nodule_id, const Findings& latest, Date seen_on,
                     Date day)
{
    if (latest.status == Status::resolved) return "resolved on " + seen_on.iso();
    for (const Therapy& therapy : record.therapies) {
        if (therapy.kind == TherapyKind::metastasectomy && therapy.nodule_id == nodule_id &&
            therapy.start_date >= seen_on && therapy.start_date <= day)
            return "resected on " + therapy.start_date.iso();
    }
    for (const NoduleEvent& event : record.events) {
        if (event.kind == EventKind::not_a_nodule && event.nodule_id == nodule_id && event.date <= day)
            return "no nodule, since " + event.date.iso();
    }
    return {};
}

/// A known nodule and the row from which it is followed.
struct Wanted {
    CtNodule line;
    std::optional<Place> place;
};

/// Fills in what is recorded of the nodule; rows are taken newest first.
Wanted wanted_of(const Known& known, std::uint32_t nodule, const CtLogRequest& request, const Scan& scan,
                 std::optional<std::size_t> named_prior)
{
    const PatientRecord& record = known.record;
    Wanted wanted;
    wanted.line.nodule_id = record.nodule_ids[nodule];
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        const Measurement& row = record.measurements[i];
        if (row.nodule != nodule) continue;
        const Scan& of_row = record.scans[row.scan];
        if (of_row.scan_id == scan.scan_id && i < known.observation_ids.size())
            wanted.line.recorded = row.findings;
        else if (of_row.is_diagnostic_ct() && of_row.scan_date < scan.scan_date)
            rows.push_back(i);
    }
    std::ranges::sort(rows, std::greater{}, [&](std::size_t i) {
        const Scan& of_row = record.scans[record.measurements[i].scan];
        return std::tuple(of_row.scan_date, std::string_view(of_row.scan_id), i);
    });
    if (rows.empty()) {
        wanted.line.flags.emplace_back("not_looked_for: it is on no earlier CT");
        return wanted;
    }
    wanted.line.is_on_earlier_ct = true;
    const Measurement& latest = record.measurements[rows.front()];
    const std::string gone =
        why_gone(record, wanted.line.nodule_id, latest.findings, record.scans[latest.scan].scan_date, scan.scan_date);
    if (!gone.empty()) {
        wanted.line.flags.push_back("not_looked_for: " + gone);
        return wanted;
    }
    for (const std::size_t row : rows) {
        const Findings& findings = record.measurements[row].findings;
        if (!wanted.line.side) wanted.line.side = findings.side;
        if (!wanted.line.lobe) wanted.line.lobe = findings.lobe;
        if (!wanted.line.location) wanted.line.location = findings.location;
        const bool serves = row < known.observation_ids.size() && findings.is_there() &&
                            (!named_prior || record.measurements[row].scan == *named_prior);
        if (!serves || wanted.place) continue;
        wanted.place = place_by(known, row, request.patient_id, named_prior.has_value());
        if (wanted.place) wanted.line.recorded_then = findings;
    }
    if (!wanted.place)
        wanted.line.flags.push_back(
            named_prior ? "not_looked_for: neither an image nor a position of it is recorded on scan " +
                              record.scans[*named_prior].scan_id + "; click it with --seeds"
                        : std::string("not_looked_for: no earlier CT is known with its image and place; click it with "
                                      "--seeds, or name the prior CT with --prior"));
    return wanted;
}

/// Which recorded CT the named prior one is.
Result<std::size_t> named_prior_scan(const Known& known, const CtLogRequest& request, const imaging::Ct& prior,
                                     const Scan& scan)
{
    const PatientRecord& record = known.record;
    if (!request.prior_scan_id.empty()) {
        const auto place = scan_place(record, request.prior_scan_id);
        if (place) return *place;
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} has no scan '{}'", request.patient_id, request.prior_scan_id));
    }
    if (const auto day = header_date(prior.facts())) {
        const auto places = cts_of_day(record, *day);
        if (places.size() == 1) return places.front();
        return failure(ErrorCode::bad_input,
                       fmt::format("the prior CT is of {}, and patient {} has {} of that day; say with --prior-scan ID "
                                   "which one it is",
                                   day->iso(), request.patient_id, places.empty() ? "no CT" : "several CTs"));
    }
    std::optional<std::size_t> latest;
    for (std::size_t i = 0; i < record.scans.size(); ++i) {
        if (!record.scans[i].is_diagnostic_ct() || !(record.scans[i].scan_date < scan.scan_date)) continue;
        if (!latest || record.scans[*latest].scan_date < record.scans[i].scan_date) latest = i;
    }
    if (latest) return *latest;
    return failure(ErrorCode::bad_input,
                   fmt::format("patient {} has no CT before {}; nothing can be followed from --prior",
                               request.patient_id, scan.scan_date.iso()));
}

imaging::CtRequest request_of(const store::NoduleImage& image, const imaging::Progress& progress)
{
    imaging::CtRequest request;
    for (const std::string& path : image.paths)
        request.image.push_back(std::filesystem::path(image.folder) / path);
    request.series = image.series_uid;
    request.progress = progress;
    return request;
}

bool is_same_image(const store::NoduleImage& a, const store::NoduleImage& b)
{
    return a.paths == b.paths && a.folder == b.folder && a.series_uid == b.series_uid;
}

/// The change is told from the prior image as it is measured now; where another size is recorded, both are to be seen.
void flag_prior_recorded_otherwise(CtNodule& line)
{
    constexpr double same_axis_mm = 1.0;
    const auto& prior = line.followed->prior.shape;
    const Findings& then = line.recorded_then;
    if (!prior) return;
    const bool other_volume = then.volume && (then.volume->in_units() < prior->volume_ci95_mm3[0] ||
                                              then.volume->in_units() > prior->volume_ci95_mm3[1]);
    const bool other_axis = then.long_axis && std::abs(then.long_axis->in_units() - prior->long_axis_mm) > same_axis_mm;
    if (!other_volume && !other_axis) return;
    std::string text = then.long_axis ? fmt::format("{:.1f} mm", then.long_axis->in_units()) : std::string();
    if (then.volume) text += fmt::format("{}{:.0f} mm3", text.empty() ? "" : ", ", then.volume->in_units());
    line.flags.push_back("prior_recorded_otherwise: " + text + "; the assessment goes by what is recorded");
}

/// Follows the nodules whose places lie on one earlier CT.
Result<void> follow_from(const imaging::Ct& prior, const imaging::Ct& current, const growth::Limits& limits,
                         const Scan& prior_scan, std::vector<Wanted*>& nodules, const imaging::Progress& progress,
                         CtFollowUp& answer)
{
    const Result<imaging::RegisteredCts> scans = imaging::register_cts(prior, current, progress);
    if (!scans) return tl::unexpected<Error>(scans.error());
    std::vector<imaging::Seed> seeds;
    for (const Wanted* const wanted : nodules)
        seeds.push_back({wanted->line.nodule_id, wanted->place->position_mm});
    std::vector<FollowedNodule> found = imaging::follow_nodules(*scans, seeds, {}, progress);
    answer.priors.push_back({prior_scan.scan_id, prior_scan.scan_date, comparability_of(*scans, limits)});
    for (std::size_t i = 0; i < nodules.size(); ++i) {
        CtNodule& line = nodules[i]->line;
        line.kind = CtNoduleKind::followed;
        line.prior = answer.priors.size() - 1;
        line.followed = std::move(found[i]);
        line.change = change_of(*line.followed, answer.priors.back().comparability, limits);
        line.measured = line.followed->current;
        line.mask = line.followed->current_mask;
        flag_prior_recorded_otherwise(line);
    }
    return {};
}

Result<void> follow_all(const Known& known, const imaging::Ct& current, const growth::Limits& limits,
                        const CtLogRequest& request, std::vector<Wanted>& nodules, CtFollowUp& answer)
{
    std::vector<Wanted*> open;
    for (Wanted& wanted : nodules) {
        if (wanted.place) open.push_back(&wanted);
    }
    while (!open.empty()) {
        // The latest CT first; nodules that lie on the same images together.
        const auto newest = std::ranges::max_element(
            open, {}, [&](const Wanted* wanted) { return known.record.scans[wanted->place->scan].scan_date; });
        const Place first = *(*newest)->place;
        std::vector<Wanted*> together;
        std::erase_if(open, [&](Wanted* wanted) {
            const bool same = wanted->place->scan == first.scan && is_same_image(*wanted->place->image, *first.image);
            if (same) together.push_back(wanted);
            return same;
        });
        for (const Wanted* const wanted : together) {
            if (!wanted->place->is_own_image) continue;
            const auto nodule = located_nodule(*wanted->place->image);
            if (!nodule) {
                return failure(ErrorCode::bad_input, "what is recorded of the image of nodule " +
                                                         wanted->line.nodule_id + " cannot be read; use --prior");
            }
            if (auto same = imaging::check_unchanged(*nodule); !same) {
                same.error().message += "; name the prior CT with --prior";
                return tl::unexpected<Error>(same.error());
            }
        }
        const auto prior = imaging::load_ct(request_of(*first.image, request.ct.progress));
        if (!prior) return tl::unexpected<Error>(prior.error());
        const auto followed =
            follow_from(*prior, current, limits, known.record.scans[first.scan], together, request.ct.progress, answer);
        if (!followed) return followed;
    }
    return {};
}

Result<void> follow_from_named(const Known& known, const imaging::Ct& prior, std::size_t prior_scan,
                               const imaging::Ct& current, const growth::Limits& limits, const CtLogRequest& request,
                               std::vector<Wanted>& nodules, CtFollowUp& answer)
{
    std::vector<Wanted*> together;
    for (Wanted& wanted : nodules) {
        if (wanted.place) together.push_back(&wanted);
    }
    if (together.empty()) return {};
    return follow_from(prior, current, limits, known.record.scans[prior_scan], together, request.ct.progress, answer);
}

/// A known nodule that a person has clicked on the new CT is there, and the same.
void take_click(const imaging::Seed& click, const growth::Limits& limits, imaging::SeedMeasurement measured,
                const CtFollowUp& answer, CtNodule& line)
{
    line.kind = line.is_on_earlier_ct ? CtNoduleKind::clicked : CtNoduleKind::added;
    std::erase_if(line.flags, [](const std::string& flag) { return flag.starts_with("not_looked_for"); });
    if (line.followed) {
        FollowedNodule& followed = *line.followed;
        const auto has = [&](std::string_view code) {
            return std::ranges::any_of(followed.flags, [&](const std::string& flag) { return flag.starts_with(code); });
        };
        if (followed.status == FollowStatus::found && followed.found_mm) {
            const auto& found = *followed.found_mm;
            const double apart = std::hypot(found[0] - click.position_mm[0], found[1] - click.position_mm[1],
                                            found[2] - click.position_mm[2]);
            constexpr double same_place_mm = 5.0;
            if (apart > same_place_mm)
                line.flags.push_back(fmt::format("clicked_elsewhere: found {:.1f} mm away from the click", apart));
        }
        followed.is_outline_doubtful = has(imaging::follow_flag::prior_not_measured);
        std::erase_if(followed.flags, [](const std::string& flag) {
            return !flag.starts_with(imaging::follow_flag::prior_not_measured);
        });
        followed.status = FollowStatus::found;
        followed.found_mm = click.position_mm;
        followed.current = measured.values;
        line.change = change_of(followed, answer.priors[*line.prior].comparability, limits);
    }
    line.measured = std::move(measured.values);
    line.mask = std::move(measured.mask);
}

void take_clicks(const imaging::Ct& current, const growth::Limits& limits, const CtLogRequest& request,
                 CtFollowUp& answer)
{
    const std::size_t known = answer.nodules.size();
    for (const imaging::Seed& click : request.clicks) {
        auto measured = imaging::measure_seed(current, click);
        const auto end = answer.nodules.begin() + static_cast<std::ptrdiff_t>(known);
        const auto line = std::find_if(answer.nodules.begin(), end,
                                       [&](const CtNodule& nodule) { return nodule.nodule_id == click.nodule_id; });
        if (line != end) {
            take_click(click, limits, std::move(measured), answer, *line);
            continue;
        }
        CtNodule& added = answer.nodules.emplace_back();
        added.nodule_id = click.nodule_id;
        added.kind = CtNoduleKind::added;
        added.measured = std::move(measured.values);
        added.mask = std::move(measured.mask);
    }
}

/// Where a nodule lies on the new CT, and how far it reaches; absent where it was not measured.
std::optional<std::pair<std::array<double, 3>, double>> body_of(const CtNodule& line)
{
    if (!line.measured || !line.measured->shape) return std::nullopt;
    return std::pair(line.measured->shape->center_mm, line.measured->shape->long_axis_mm / 2);
}

/// Told in the flags only where something is dense: that small nodules show no pattern is no news.
void find_calcification(const imaging::Ct& current, const Scan& scan, CtNodule& line)
{
    if (!line.measured || line.mask.inside.empty()) return;
    line.calcification = imaging::calcification_of(current, line.mask, *line.measured);
    if (scan.iv_contrast == IvContrast::given && line.calcification.pattern) {
        line.calcification.pattern.reset();
        line.calcification.flag = "calcification_unknown: IV contrast was given, as is recorded";
    }
    const bool is_dense = line.measured->density && line.measured->density->calcified_volume_mm3 > 0;
    if (!is_dense) return;
    line.flags.push_back(line.calcification.pattern
                             ? fmt::format("calcification: {}", word(*line.calcification.pattern))
                             : line.calcification.flag);
}

void flag_same_places(CtFollowUp& answer)
{
    for (std::size_t i = 0; i < answer.nodules.size(); ++i) {
        CtNodule& line = answer.nodules[i];
        const auto body = body_of(line);
        if (!body || line.kind == CtNoduleKind::followed) continue;
        for (std::size_t j = 0; j < answer.nodules.size(); ++j) {
            const CtNodule& other = answer.nodules[j];
            const auto there = body_of(other);
            const bool comes_first = other.kind == CtNoduleKind::followed || j < i;
            if (i == j || !there || !comes_first) continue;
            const auto& a = body->first;
            const auto& b = there->first;
            const double apart = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
            if (apart >= std::max(body->second, there->second)) continue;
            line.flags.push_back(fmt::format("same_place_as: it lies where {} was found", other.nodule_id));
        }
    }
}

}  // namespace

Result<CtFollowUp> follow_up_on_ct(const store::Registry& registry, const growth::Limits& limits,
                                   const CtLogRequest& request)
{
    const Result<Known> known = known_of(registry, request.patient_id);
    if (!known) return tl::unexpected<Error>(known.error());
    const Result<imaging::Ct> current = imaging::load_ct(request.ct);
    if (!current) return tl::unexpected<Error>(current.error());
    CtFollowUp answer;
    answer.patient_id = request.patient_id;
    answer.ct = request.ct;
    answer.facts = current->facts();
    answer.description = current->description();
    answer.notes = current->notes();
    if (const Result<void> settled = settle_scan(*known, request, answer); !settled) {
        return tl::unexpected<Error>(settled.error());
    }

    const CtClaim claim{.patient_id = request.patient_id,
                        .scan_id = answer.scan.scan_id,
                        .scan_date = answer.scan.scan_date,
                        .birth_date = known->record.patient.birth_date,
                        .voxels_sha256 = {},
                        .reason = request.reason};
    if (const Result<void> checked = check_claim(registry, claim, answer.facts); !checked) {
        return tl::unexpected<Error>(checked.error());
    }

    std::optional<imaging::Ct> prior;
    std::optional<std::size_t> prior_scan;
    if (!request.prior.empty()) {
        Result<imaging::Ct> loaded = imaging::load_ct({.image = request.prior,
                                                       .series = request.prior_series,
                                                       .progress = request.ct.progress,
                                                       .acquisition = request.prior_acquisition});
        if (!loaded) return tl::unexpected<Error>(loaded.error());
        if (!loaded->facts().series_uid.empty() && loaded->facts().series_uid == answer.facts.series_uid)
            return failure(ErrorCode::bad_input, "--prior is the same series as the new CT; give the earlier one");
        const Result<std::size_t> place = named_prior_scan(*known, request, *loaded, answer.scan);
        if (!place) return tl::unexpected<Error>(place.error());
        prior = std::move(*loaded);
        prior_scan = *place;
    }
    std::vector<Wanted> nodules;
    for (std::uint32_t i = 0; i < known->record.nodule_ids.size(); ++i)
        nodules.push_back(wanted_of(*known, i, request, answer.scan, prior_scan));
    std::ranges::sort(nodules, {}, [](const Wanted& wanted) { return std::string_view(wanted.line.nodule_id); });
    const Result<void> followed =
        prior ? follow_from_named(*known, *prior, *prior_scan, *current, limits, request, nodules, answer)
              : follow_all(*known, *current, limits, request, nodules, answer);
    if (!followed) return tl::unexpected<Error>(followed.error());
    for (Wanted& wanted : nodules)
        answer.nodules.push_back(std::move(wanted.line));
    take_clicks(*current, limits, request, answer);
    for (CtNodule& line : answer.nodules)
        find_calcification(*current, answer.scan, line);
    flag_same_places(answer);
    return answer;
}

}  // namespace nodtrack::tracker
