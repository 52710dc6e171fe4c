#include "nodtrack/report/trend_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "answer_block.hpp"
#include "markup.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "remarks.hpp"
#include "time_axis.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr std::size_t nodules_a_part = 6;
constexpr std::size_t longest_id = 11;
constexpr std::string_view chart_marks = "abcdef";

/// `text` filled up with blanks to a number of characters; longer texts are shortened.
std::string cell(std::string_view text, std::size_t width, bool to_the_right = false)
{
    const std::string shown = shortened(text, width);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const auto characters =
        shown.size() - static_cast<std::size_t>(std::count_if(shown.begin(), shown.end(), continues));
    const std::string blanks(width - std::min(width, characters), ' ');
    return to_the_right ? blanks + shown : shown + blanks;
}

std::string scan_kind(const Scan& scan)
{
    if (scan.is_diagnostic_ct()) return "CT";
    if (scan.modality == Modality::radiograph) return "radiograph";
    return scan.modality == Modality::pet_ct ? "PET/CT" : "CT, low dose";
}

class TrendText {
  public:
    TrendText(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
        : assessment_(assessment), record_(record), judge_(judge), trend_(trend_of(assessment, record, judge))
    {}

    std::string text()
    {
        out_ = fmt::format("{} as seen on {}: long axis in mm\n", trend_.patient_id, trend_.as_of.iso());
        out_ += wrapped("  " + answer_line(assessment_, record_, judge_), 4) + "\n";
        out_ += answer_block(assessment_, record_, judge_);
        if (trend_.scans.empty()) return out_ + "\n  no scan recorded\n" + spans_and_events();
        for (std::size_t from = 0; from == 0 || from < trend_.nodules.size(); from += nodules_a_part) {
            const std::size_t to = std::min(from + nodules_a_part, trend_.nodules.size());
            table(from, to);
            chart(from, to);
        }
        out_ += spans_and_events();
        notes();
        return std::move(out_);
    }

  private:
    const std::string& id_of(const TrendNodule& nodule) const { return record_.nodule_ids[nodule.nodule]; }

    // Table

    std::string cell_text(const TrendNodule& nodule, std::uint32_t scan) const
    {
        const auto row = std::find_if(nodule.points.begin(), nodule.points.end(), [&](const TrendPoint& point) {
            return record_.measurements[point.measurement].scan == scan;
        });
        if (row == nodule.points.end()) {
            return suv_text(nodule, scan);
        }
        std::string text =
            row->long_axis ? shown_size(*row->long_axis) : (row->status == Status::resolved ? "resolved" : "no size");
        if (row->newly_seen) text += " new";
        return text;
    }

    /// Scans other than diagnostic CTs give SUVmax alone.
    std::string suv_text(const TrendNodule& nodule, std::uint32_t scan) const
    {
        for (const Measurement& row : record_.measurements) {
            if (row.scan != scan || row.nodule != nodule.nodule || !row.findings.suv_max) continue;
            return "SUV " + decimal_text(row.findings.suv_max->thousandths());
        }
        return record_.scans[scan].is_diagnostic_ct() ? "·" : "";
    }

    void table(std::size_t from, std::size_t to)
    {
        out_ += fmt::format("\n  {:<10}  {}  {}  {:>5}", "date", cell("scan", 18), cell("kind", 12), "slice");
        for (std::size_t i = from; i < to; ++i)
            out_ += cell(shortened(id_of(trend_.nodules[i]), longest_id), longest_id + 1, true);
        out_ += "\n";
        for (const std::uint32_t position : trend_.scans) {
            const Scan& scan = record_.scans[position];
            out_ += fmt::format(
                "  {}  {}  {}  {:>5}", scan.scan_date.iso(), cell(scan.scan_id, 18), cell(scan_kind(scan), 12),
                scan.slice_thickness ? decimal_text(scan.slice_thickness->thousandths()) : std::string());
            for (std::size_t i = from; i < to; ++i)
                out_ += cell(cell_text(trend_.nodules[i], position), longest_id + 1, true);
            trim_line();
            out_ += "\n";
        }
        states(from, to);
    }

    void states(std::size_t from, std::size_t to)
    {
        for (std::size_t i = from; i < to; ++i) {
            const TrendNodule& nodule = trend_.nodules[i];
            out_ += "  " + cell(id_of(nodule), longest_id) + " ";
            if (!nodule.judged) {
                out_ += "not judged any more (no nodule, resected, or resolved earlier)\n";
                continue;
            }
            const assess::NoduleAssessment& judged = assessment_.nodules[*nodule.judged];
            out_ += fmt::format("{}, {}", class_word(judged.nodule_class), assess::word_of(judged.growth_state));
            if (judged.stable_months > 0) out_ += fmt::format(", stable {} months", judged.stable_months);
            if (judged.vdt_days) out_ += fmt::format(", doubling time {:.1f} days", *judged.vdt_days);
            out_ += "\n";
        }
    }

    void trim_line()
    {
        while (!out_.empty() && out_.back() == ' ')
            out_.pop_back();
    }

    // Chart: columns are days, rows half or more millimetres.

    static constexpr std::size_t columns = 92;

    void chart(std::size_t from, std::size_t to)
    {
        double most = trend_.cut_offs.back().in_units();
        bool any = false;
        for (std::size_t i = from; i < to; ++i) {
            for (const TrendPoint& point : trend_.nodules[i].points) {
                any = any || point.long_axis;
                if (point.long_axis) most = std::max(most, point.long_axis->in_units());
            }
        }
        if (!any) {
            out_ += trend_.nodules.empty() ? "\n  no nodule recorded\n" : "\n  no nodule measured\n";
            return;
        }
        constexpr double most_rows = 22.0;
        double step = 0.5;
        while (most / step > most_rows)
            step *= 2.0;
        const auto row_of = [&](double size) { return static_cast<std::size_t>(std::lround(size / step)); };
        const std::size_t top = row_of(most) + 1;
        const TimeAxis time(trend_.first, trend_.as_of, 0.0, static_cast<double>(columns - 1));
        std::vector<std::string> rows(top + 1, std::string(columns, ' '));
        std::vector<std::string> names(top + 1);
        for (const Length cut_off : trend_.cut_offs) {
            const std::size_t row = row_of(cut_off.in_units());
            rows[row] = std::string(columns, '-');
            names[row] += (names[row].empty() ? "" : ",") + fmt::format("{:g}", cut_off.in_units());
        }
        for (std::size_t i = from; i < to; ++i)
            plot(trend_.nodules[i], chart_marks[i - from], row_of, time, rows);
        out_ += "\n";
        for (std::size_t row = top + 1; row-- > 0;) {
            const double size = static_cast<double>(row) * step;
            const bool labelled = names[row].empty() && row % 4 == 0;
            out_ += cell(labelled ? fmt::format("{:g}", size) : names[row], 7, true) + " |" + rows[row];
            trim_line();
            out_ += "\n";
        }
        time_axis(time);
        chart_key(from, to);
    }

    template <class RowOf>
    static void plot(const TrendNodule& nodule, char mark, const RowOf& row_of, const TimeAxis& time,
                     std::vector<std::string>& rows)
    {
        for (const TrendPoint& point : nodule.points) {
            const auto column = static_cast<std::size_t>(std::lround(time.place_of(point.date)));
            if (!point.long_axis) {
                if (point.status == Status::resolved) rows[0][column] = 'x';
                continue;
            }
            char& place = rows[row_of(point.long_axis->in_units())][column];
            place = place == ' ' || place == '-' || place == mark ? mark : '*';
        }
    }

    void time_axis(const TimeAxis& time)
    {
        std::string ruler(columns + 8, '-');
        std::string dates(columns + 8, ' ');
        std::size_t free_from = 0;
        for (const TimeAxis::Tick& tick : time.ticks(10.0)) {
            const auto column = static_cast<std::size_t>(std::lround(time.place_of(tick.date)));
            ruler[column] = '+';
            if (column < free_from) continue;
            dates.replace(column, tick.label.size(), tick.label);
            free_from = column + tick.label.size() + 1;
        }
        out_ += "        +" + ruler.substr(0, columns) + "\n         " + dates;
        trim_line();
        out_ += "\n";
    }

    void chart_key(std::size_t from, std::size_t to)
    {
        std::string key = "  ";
        for (std::size_t i = from; i < to; ++i) {
            key += fmt::format("{} {}   ", chart_marks[i - from], shortened(id_of(trend_.nodules[i]), longest_id));
        }
        key += "* several   x resolved   --- cut-off of the policy";
        out_ += wrapped(key, 4) + "\n";
    }

    std::string spans_and_events() const
    {
        std::string text;
        for (const TherapySpan& therapy : trend_.therapies) {
            text += fmt::format("  {} to {}  {}\n", therapy.first.iso(),
                                therapy.running ? "now       " : therapy.last.iso(), in_words(word(therapy.kind)));
        }
        for (const TrendEvent& event : trend_.events)
            text += fmt::format("  {}                {}\n", event.date.iso(), event.text);
        return text.empty() ? text : "\nTHERAPY AND EVENTS\n" + text;
    }

    void notes()
    {
        const growth::Limits& limits = judge_.limits();
        out_ += "\n" +
                wrapped(fmt::format("  one caliper reading: standard deviation {} mm, 95 % within {:.1f} mm; a change "
                                    "between two readings is beyond error above {} mm (O-05)",
                                    decimal_text(limits.caliper_sd.thousandths()), 1.96 * limits.caliper_sd.in_units(),
                                    decimal_text(limits.caliper_change_limit95.thousandths())),
                        4) +
                "\n";
        for (const TrendNodule& nodule : trend_.nodules)
            volumes(nodule);
        Remarks noted = remarks(assessment_, record_, judge_);
        std::erase_if(noted.shown, [](const Remark& remark) { return !is_about_sizes(remark.code); });
        out_ += remarks_text(noted);
    }

    /// What a trend of sizes has to say; the rest stands in the explanation.
    static bool is_about_sizes(assess::FlagCode code)
    {
        return code == assess::FlagCode::straddles_cut_off || code == assess::FlagCode::methods_disagree ||
               code == assess::FlagCode::outlying_prior || code == assess::FlagCode::day_sizes_differ ||
               code == assess::FlagCode::judged_by_size_bound || code == assess::FlagCode::fragments_summed ||
               code == assess::FlagCode::fragment_of_nodule || code == assess::FlagCode::merged_nodules;
    }

    void volumes(const TrendNodule& nodule)
    {
        if (!nodule.volumes_compare) return;
        std::string line = "  volumes of " + id_of(nodule) + ":";
        for (const TrendPoint& point : nodule.points) {
            if (!point.volume) continue;
            const auto& method = record_.measurements[point.measurement].findings.volume_method;
            line += fmt::format(" {} {:.0f} mm³ ({:.0f} to {:.0f}, {});", point.date.iso(), point.volume->in_units(),
                                point.volume_mm3->low, point.volume_mm3->high, in_words(word(*method)));
        }
        line.back() = '.';
        out_ += wrapped(line + " Those of one method compare; 95 % of one volume in brackets (O-06).", 4) + "\n";
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    Trend trend_;
    std::string out_;
};

}  // namespace

std::string trend_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    return TrendText(assessment, record, judge).text();
}

}  // namespace nodtrack::report
