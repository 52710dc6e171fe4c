#include "nodtrack/report/recist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "json_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using response::LesionAt;
using response::RecistAnswer;
using response::Response;
using response::TimePoint;

constexpr std::array<std::string_view, 4> seen_words = {"measured", "present", "gone", "not_evaluable"};

std::string term_or_dash(const std::optional<Response>& response)
{
    return response ? response::term(*response) : "-";
}

std::string percent_text(const std::optional<double>& percent)
{
    return percent ? fmt::format("{:+.1f} %", *percent) : "-";
}

std::string listed(const std::vector<std::string>& texts)
{
    return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string size_text(const LesionAt& lesion)
{
    switch (lesion.seen) {
        case LesionAt::Seen::measured:
            return decimal_text(lesion.size->thousandths());
        case LesionAt::Seen::present:
            return decimal_text(lesion.size->thousandths()) + "*";
        case LesionAt::Seen::gone:
            return "gone";
        case LesionAt::Seen::not_evaluable:
            break;
    }
    return "NE";
}

std::string sum_text(const TimePoint& point)
{
    return (point.sum.is_whole ? "" : ">=") + decimal_text(point.sum.sum.thousandths());
}

std::string table(const RecistAnswer& answer)
{
    const Length baseline = answer.points.front().sum.sum;
    std::vector<std::vector<std::string>> lines = {{"date", "scan"}};
    for (const std::string& target : answer.targets)
        lines[0].push_back(target + ", mm");
    for (const char* const head :
         {"sum, mm", "since baseline", "since nadir", "target", "non-target", "new", "response"})
        lines[0].emplace_back(head);
    for (const TimePoint& point : answer.points) {
        auto& line = lines.emplace_back();
        line = {point.date.iso(), point.scan_id};
        for (const LesionAt& lesion : point.targets)
            line.push_back(size_text(lesion));
        line.push_back(answer.targets.empty() ? "-" : sum_text(point));
        const bool is_told = !point.is_baseline && point.sum.is_whole;
        line.push_back(percent_text(is_told ? response::change_percent(point.sum.sum, baseline) : std::nullopt));
        line.push_back(percent_text(is_told ? response::change_percent(point.sum.sum, point.nadir) : std::nullopt));
        line.push_back(term_or_dash(point.target));
        line.push_back(term_or_dash(point.non_target));
        line.push_back(point.new_lesions.empty() ? "-" : listed(point.new_lesions));
        line.push_back(point.is_baseline ? "baseline" : term_or_dash(point.overall));
    }
    std::vector<std::size_t> widths(lines[0].size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], shown_width(line[i]));
    }
    std::string text;
    for (const auto& line : lines) {
        text += " ";
        for (std::size_t i = 0; i < line.size(); ++i) {
            text += " " + line[i];
            if (i + 1 < line.size()) text += std::string(widths[i] - shown_width(line[i]) + 1, ' ');
        }
        text += "\n";
    }
    return text;
}

/// What makes the newest response what it is.
std::string because(const RecistAnswer& answer)
{
    const TimePoint& now = answer.points.back();
    if (!now.new_lesions.empty()) return "new: " + listed(now.new_lesions);
    if (now.non_target == Response::pd) return "unequivocal progression of non-target lesions, as told";
    if (answer.targets.empty()) return "no target lesion; non-target " + term_or_dash(now.non_target);
    std::string text = "sum of targets " + sum_text(now) + " mm";
    const Length baseline = answer.points.front().sum.sum;
    if (const auto change = response::change_percent(now.sum.sum, baseline); change && now.sum.is_whole)
        text += fmt::format(", {:+.1f} % since the baseline ({} mm)", *change, decimal_text(baseline.thousandths()));
    if (const auto change = response::change_percent(now.sum.sum, now.nadir); change && now.nadir != baseline)
        text += fmt::format(", {:+.1f} % since the nadir ({} mm)", *change, decimal_text(now.nadir.thousandths()));
    return text;
}

void append_term(std::string& out, std::string_view key, const std::optional<Response>& response)
{
    append_json_known_member(out, key, response ? response::term(*response) : "");
}

void append_length(std::string& out, std::string_view key, const std::optional<Length>& length)
{
    append_json_key(out, key);
    out += length ? decimal_text(length->thousandths()) : "null";
}

void append_percent(std::string& out, std::string_view key, const std::optional<double>& percent)
{
    append_json_key(out, key);
    out += percent ? fmt::format("{:.1f}", *percent) : "null";
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& texts)
{
    append_json_key(out, key);
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, texts[i]);
    }
    out += ']';
}

void append_point(std::string& out, const RecistAnswer& answer, const TimePoint& point)
{
    const Length baseline = answer.points.front().sum.sum;
    if (out.back() != '[') out += ',';
    out += '{';
    append_json_member(out, "date", point.date.iso());
    append_json_member(out, "scan_id", point.scan_id);
    append_length(out, "sum_mm", answer.targets.empty() ? std::nullopt : std::optional(point.sum.sum));
    append_json_yes_no_member(out, "is_whole", point.sum.is_whole);
    const bool is_told = !point.is_baseline && point.sum.is_whole && !answer.targets.empty();
    append_percent(out, "change_from_baseline_percent",
                   is_told ? response::change_percent(point.sum.sum, baseline) : std::nullopt);
    append_percent(out, "change_from_nadir_percent",
                   is_told ? response::change_percent(point.sum.sum, point.nadir) : std::nullopt);
    append_length(out, "nadir_mm", answer.targets.empty() ? std::nullopt : std::optional(point.nadir));
    append_term(out, "target", point.target);
    append_term(out, "non_target", point.non_target);
    append_term(out, "overall", point.overall);
    append_list(out, "new_lesions", point.new_lesions);
    append_json_key(out, "targets");
    out += '[';
    for (std::size_t i = 0; i < point.targets.size(); ++i) {
        const LesionAt& lesion = point.targets[i];
        out += i > 0 ? ",{" : "{";
        append_json_member(out, "nodule_id", answer.targets[i]);
        append_json_member(out, "seen", seen_words[static_cast<std::size_t>(lesion.seen)]);
        append_length(out, "size_mm", lesion.size);
        append_json_known_member(out, "why", lesion.why);
        out += '}';
    }
    out += "]}";
}

}  // namespace

std::string recist_text(const RecistAnswer& answer, const PatientRecord& record, Date as_of)
{
    const TimePoint& now = answer.points.back();
    std::string text = fmt::format("{}  RECIST 1.1 as of {}\n", record.patient.patient_id, as_of.iso());
    text +=
        now.is_baseline
            ? fmt::format("  baseline alone: no CT after {}\n", now.date.iso())
            : wrapped(fmt::format("  {} on {}: {}", term_or_dash(now.overall), now.date.iso(), because(answer)), 4) +
                  "\n";
    text += wrapped(
                "  Response of known metastases to treatment. It is no answer of surveillance and changes none: see "
                "'nodtrack assess'.",
                2) +
            "\n\n" + table(answer);
    const bool any_small = std::any_of(answer.points.begin(), answer.points.end(), [](const TimePoint& point) {
        return std::any_of(point.targets.begin(), point.targets.end(),
                           [](const LesionAt& lesion) { return lesion.too_small; });
    });
    text += "\n  targets: " + listed(answer.targets) + "; non-target: " + listed(answer.non_targets) + "\n";
    if (any_small) text += "  * there, without a size: counted as 5 mm\n";
    if (!answer.baseline_because.empty()) text += "  baseline: " + answer.baseline_because + "\n";
    for (const std::string& note : answer.notes)
        text += wrapped("  ! " + note, 4) + "\n";
    return text;
}

std::string recist_json(const RecistAnswer& answer, const PatientRecord& record, Date as_of)
{
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", as_of.iso());
    append_json_member(out, "criteria", "RECIST 1.1");
    append_json_key(out, "baseline");
    out += '{';
    append_json_member(out, "date", answer.points.front().date.iso());
    append_json_member(out, "scan_id", answer.points.front().scan_id);
    append_json_known_member(out, "because", answer.baseline_because);
    out += '}';
    append_list(out, "targets", answer.targets);
    append_list(out, "non_targets", answer.non_targets);
    append_json_key(out, "points");
    out += '[';
    for (const TimePoint& point : answer.points)
        append_point(out, answer, point);
    out += ']';
    append_list(out, "notes", answer.notes);
    return out + "}\n";
}

}  // namespace nodtrack::report
