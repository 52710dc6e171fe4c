#include "nodtrack/report/dose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "json_text.hpp"
#include "nodtrack/policy/policy.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr int months_per_year = 12;
constexpr std::array<std::string_view, 4> youth_words = {"child", "young", "not_young", "age_unknown"};
constexpr std::array<std::string_view, 3> not_estimated_words = {"no_dlp", "not_a_chest", "radiograph"};

/// Two decimals below 1, one from there on: more would pretend to know.
std::string msv(double value)
{
    return value < 0.995 ? fmt::format("{:.2f}", value) : fmt::format("{:.1f}", value);
}

std::string age_text(std::optional<int> months)
{
    if (!months) return "birth date not known";
    const int years = *months / months_per_year;
    return fmt::format("{} year{}", years, years == 1 ? "" : "s");
}

std::string reason_text(dose::NotEstimated reason)
{
    switch (reason) {
        case dose::NotEstimated::no_dlp:
            return "no dose-length product recorded";
        case dose::NotEstimated::not_a_chest:
            return "not a chest CT: chest factors do not fit, tracer not recorded";
        case dose::NotEstimated::radiograph:
            break;
    }
    return "radiograph";
}

/// `1 CT without a dose-length product, 2 radiographs`
std::string uncounted_text(const dose::DoseHistory& history)
{
    std::string text;
    const auto add = [&](std::uint32_t count, std::string_view one, std::string_view many) {
        if (count == 0) return;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}", count, count == 1 ? one : many);
    };
    add(history.without_dlp, "CT without a dose-length product", "CTs without a dose-length product");
    add(history.not_a_chest, "PET/CT or its CT part", "PET/CTs or their CT parts");
    add(history.radiographs, "radiograph", "radiographs");
    return text;
}

std::string dlp_text(const Scan& scan)
{
    if (!scan.dlp) return "not recorded";
    const std::string phantom = scan.dose_phantom ? std::string(word(*scan.dose_phantom)) + " cm" : "phantom ?";
    return decimal_text(scan.dlp->thousandths()) + " (" + phantom + ")";
}

std::string assumptions_text(const dose::ScanDose& scan, const Scan& recorded)
{
    std::vector<std::string_view> notes;
    if (scan.adult_factors_assumed) notes.push_back("birth date not known: factors of an adult, too low for a child");
    if (scan.phantom_assumed && scan.effective) {
        notes.push_back(scan.group == dose::AgeGroup::child ? "phantom not recorded: the range spans 16 and 32 cm"
                                                            : "phantom not recorded: taken as 32 cm");
    } else if (scan.phantom_converted) {
        notes.push_back("converted between phantoms by a ratio that is not verified");
    }
    if (scan.contrast_assumed) notes.push_back("IV contrast not recorded: level of a CT without");
    if (recorded.dlp && *recorded.dlp <= DoseLengthProduct()) notes.push_back("a recorded 0 is no measurement");
    std::string text;
    for (const std::string_view note : notes)
        text += (text.empty() ? "" : "; ") + std::string(note);
    return text;
}

/// One line a scan under a heading; what was assumed of a scan stands below it.
std::string scans_table(const dose::DoseHistory& history, const PatientRecord& record)
{
    constexpr std::size_t columns = 6;
    using Cells = std::array<std::string, columns>;
    std::vector<Cells> lines = {{"date", "scan", "examination", "years", "DLP, mGy.cm (phantom)", "effective dose"}};
    for (const dose::ScanDose& scan : history.scans) {
        const Scan& recorded = record.scans[scan.scan];
        const bool is_ct = scan.not_estimated != dose::NotEstimated::radiograph;
        lines.push_back(
            {recorded.scan_date.iso(), recorded.scan_id, scan.procedure->name,
             scan.age_months ? std::to_string(*scan.age_months / months_per_year) : "?",
             is_ct ? dlp_text(recorded) : "-",
             scan.effective ? dose_range_text(*scan.effective) : "no estimate: " + reason_text(*scan.not_estimated)});
    }
    std::array<std::size_t, columns> widths{};
    for (const Cells& cells : lines) {
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], shown_width(cells[i]));
    }
    std::string text;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        text += "  ";
        for (std::size_t i = 0; i < columns - 1; ++i) {
            text += lines[line][i] + std::string(widths[i] - shown_width(lines[line][i]) + 2, ' ');
        }
        text += lines[line].back() + "\n";
        if (line == 0) continue;
        const dose::ScanDose& scan = history.scans[line - 1];
        const std::string assumed = assumptions_text(scan, record.scans[scan.scan]);
        if (!assumed.empty()) text += wrapped("      ! " + assumed, 8) + "\n";
    }
    return text;
}

/// The radiation level of each kind of examination that was made, in the column of the age at which it was made.
std::string levels_text(const dose::DoseHistory& history)
{
    std::vector<std::string> lines;
    for (const dose::ScanDose& scan : history.scans) {
        std::string line = "    " + scan.procedure->name + ": " + radiation_level_text(scan.level()) + " [" +
                           citations_text(scan.level().citations) + "]\n";
        if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
    std::string text = "  Relative radiation level of such an examination (ACR), each in its own age group's column\n";
    for (const std::string& line : lines)
        text += line;
    return text;
}

std::string foundations_text(const dose::DoseFactors& factors)
{
    std::string text = "  Estimates for a reference body, low and high end of";
    for (const dose::FactorSet& set : factors.factor_sets) {
        text += (&set == &factors.factor_sets.front() ? " " : "; ") + set.title + " [" + citations_text(set.citations) +
                "]";
    }
    text += "; linear between their ages, by whole months. Note: " + factors.phantom_note + ".";
    std::string all = wrapped(text, 2) + "\n";
    all += wrapped(
               "  Where the documents give a child no level, none is derived. Dose is shown; it never stops an "
               "examination (O-69, local policy).",
               2) +
           "\n";
    return all;
}

void append_range(std::string& out, const std::optional<dose::DoseRange>& range)
{
    out += range ? fmt::format("[{:.3f},{:.3f}]", range->low_msv, range->high_msv) : "null";
}

void append_age(std::string& out, std::optional<int> months)
{
    out += months ? std::to_string(*months) : "null";
}

void append_scan(std::string& out, const dose::ScanDose& scan, const PatientRecord& record,
                 const dose::DoseFactors& factors)
{
    const Scan& recorded = record.scans[scan.scan];
    if (out.back() != '[') out += ',';
    out += '{';
    append_json_member(out, "scan_id", recorded.scan_id);
    append_json_member(out, "date", recorded.scan_date.iso());
    append_json_member(out, "procedure", scan.procedure->id);
    append_json_key(out, "age_months");
    append_age(out, scan.age_months);
    append_json_member(out, "age_group", dose::word_of(scan.group));
    append_json_key(out, "dlp_mgy_cm");
    out += recorded.dlp ? decimal_text(recorded.dlp->thousandths()) : "null";
    append_json_key(out, "dose_phantom_cm");
    out += recorded.dose_phantom ? word(*recorded.dose_phantom) : "null";
    append_json_key(out, "effective_dose_msv");
    append_range(out, scan.effective);
    append_json_key(out, "by_factor_set");
    out += '[';
    for (std::size_t i = 0; i < scan.by_set.size(); ++i) {
        if (i > 0) out += ',';
        out += '{';
        append_json_member(out, "id", factors.factor_sets[i].id);
        append_json_key(out, "effective_dose_msv");
        append_range(out, scan.by_set[i]);
        out += '}';
    }
    out += ']';
    append_json_key(out, "not_estimated");
    if (scan.not_estimated) {
        append_json_string(out, not_estimated_words[static_cast<std::size_t>(*scan.not_estimated)]);
    } else {
        out += "null";
    }
    append_json_key(out, "radiation_level");
    append_radiation_level(out, scan.level());
    append_json_key(out, "assumed");
    out += '[';
    const auto assumed = [&](bool holds, std::string_view what) {
        if (!holds) return;
        if (out.back() != '[') out += ',';
        append_json_string(out, what);
    };
    assumed(scan.adult_factors_assumed, "adult_factors");
    assumed(scan.phantom_assumed && scan.effective, "phantom");
    assumed(scan.phantom_converted, "phantom_conversion");
    assumed(scan.contrast_assumed, "contrast");
    out += "]}";
}

}  // namespace

const dose::DoseFactors& released_dose_factors()
{
    static const dose::DoseFactors factors =
        dose::load_dose_factors(dose::released_dose_factors_json(), policy::released_sources_json()).value();
    return factors;
}

std::string dose_range_text(const dose::DoseRange& range)
{
    const std::string low = msv(range.low_msv);
    const std::string high = msv(range.high_msv);
    return low == high ? low + " mSv" : low + "–" + high + " mSv";
}

std::string radiation_level_text(const dose::RadiationLevel& level)
{
    const std::string group(dose::word_of(level.group));
    if (level.word == dose::LevelWord::varies) return "level varies (" + group + ")";
    if (level.word == dose::LevelWord::not_given) return "level of a " + group + " not given in the document";
    const dose::DoseBand band = level.band.value_or(dose::DoseBand{});
    const std::string range = level.word == dose::LevelWord::none ? std::string("0")
                              : band.low_msv == 0.0               ? fmt::format("below {:g}", band.high_msv)
                                                    : fmt::format("{:g}–{:g}", band.low_msv, band.high_msv);
    return fmt::format("level {}, {} mSv ({})", dose::word_of(level.word), range, group);
}

void append_radiation_level(std::string& out, const dose::RadiationLevel& level)
{
    out += '{';
    append_json_member(out, "level", dose::word_of(level.word));
    append_json_member(out, "age_group", dose::word_of(level.group));
    append_json_key(out, "band_msv");
    out += level.band ? fmt::format("[{:g},{:g}]", level.band->low_msv, level.band->high_msv) : "null";
    append_json_cited(out, level.citations);
    out += '}';
}

std::string citations_text(const std::vector<dose::Citation>& citations)
{
    std::string text;
    for (const dose::Citation& citation : citations) {
        if (!text.empty()) text += ", ";
        text += citation.item;
        if (citation.verified == "found") text += " (excerpt)";
        if (citation.verified == "unverified") text += " (not verified against the source)";
    }
    return text;
}

std::string dose_line(const dose::DoseHistory& history)
{
    if (history.scans.empty()) return "dose of imaging: no examination recorded";
    const std::string others = uncounted_text(history);
    if (history.estimated == 0) return "dose of imaging: no estimate; not counted: " + others;
    std::string text =
        fmt::format("dose of imaging: {}{} from {} chest CT{}", history.is_lower_bound() ? "at least " : "",
                    dose_range_text(history.total), history.estimated, history.estimated == 1 ? "" : "s");
    if (!others.empty()) text += "; not counted: " + others;
    return text;
}

std::string low_dose_text(const dose::DoseHistory& history, const dose::DoseFactors& factors)
{
    switch (history.youth) {
        case dose::Youth::not_young:
            return {};
        case dose::Youth::child:
            return "a child: ask for the lowest dose that answers the question (ALARA; S0-037, S1-121)";
        case dose::Youth::young:
            return fmt::format(
                "younger than {} years (local policy): ask for the lowest dose that answers the question "
                "(ALARA; S0-022)",
                factors.young_below_years);
        case dose::Youth::age_unknown:
            break;
    }
    return "age not known, taken as young: ask for the lowest dose that answers the question (ALARA; S0-022)";
}

std::string dose_text(const dose::DoseHistory& history, const PatientRecord& record, const dose::DoseFactors& factors)
{
    std::string text =
        fmt::format("{}  up to {}, {}\n", record.patient.patient_id, history.as_of.iso(), age_text(history.age_months));
    text += wrapped("  " + dose_line(history), 4) + "\n";
    const std::string youth = low_dose_text(history, factors);
    if (!youth.empty()) text += wrapped("  ! " + youth, 4) + "\n";
    text += "\n";
    if (!history.scans.empty()) text += scans_table(history, record) + "\n" + levels_text(history) + "\n";
    return text + foundations_text(factors);
}

std::string dose_json(const dose::DoseHistory& history, const PatientRecord& record, const dose::DoseFactors& factors)
{
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", history.as_of.iso());
    append_json_key(out, "age_months");
    append_age(out, history.age_months);
    append_json_member(out, "youth", youth_words[static_cast<std::size_t>(history.youth)]);
    append_json_key(out, "asks_for_low_dose");
    out += history.asks_for_low_dose() ? "true" : "false";
    append_json_key(out, "cumulative");
    const auto end = [&](double value) { return history.estimated > 0 ? fmt::format("{:.3f}", value) : "null"; };
    out += fmt::format(
        R"({{"low_msv":{},"high_msv":{},"is_lower_bound":{},"examinations":{},"estimated":{},"without_dlp":{},)"
        R"("not_a_chest":{},"radiographs":{}}})",
        end(history.total.low_msv), end(history.total.high_msv), history.is_lower_bound(), history.scans.size(),
        history.estimated, history.without_dlp, history.not_a_chest, history.radiographs);
    append_json_key(out, "scans");
    out += '[';
    for (const dose::ScanDose& scan : history.scans)
        append_scan(out, scan, record, factors);
    out += ']';
    append_json_key(out, "factor_sets");
    out += '[';
    for (const dose::FactorSet& set : factors.factor_sets) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "id", set.id);
        append_json_member(out, "title", set.title);
        append_json_cited(out, set.citations);
        out += '}';
    }
    return out + "]}\n";
}

}  // namespace nodtrack::report
