#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "nodtrack/imaging/match_list.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using imaging::ExamLinks;
using imaging::NoduleLink;
using nlohmann::ordered_json;

/// Cut, not rounded, to four decimals: no link is told as certain.
double told_confidence(double confidence)
{
    constexpr double steps = 1e4;
    return std::floor(confidence * steps) / steps;
}

ordered_json id_of(const std::vector<imaging::LocatedNodule>& nodules, std::optional<std::size_t> place)
{
    return place ? ordered_json(nodules[*place].nodule_id) : ordered_json();
}

/// The object of the command-line contract; every key is there, null where there is no value.
ordered_json as_json(const ExamLinks& exam, const NoduleLink& link, bool names_exams)
{
    constexpr double steps = 100.0;
    ordered_json object;
    if (names_exams) object["exam"] = exam.exam;
    object["prior_id"] = id_of(exam.prior, link.prior);
    object["current_id"] = id_of(exam.current, link.current);
    object["distance_mm"] =
        link.distance_mm ? ordered_json(std::round(*link.distance_mm * steps) / steps) : ordered_json();
    object["confidence"] = told_confidence(link.confidence);
    return object;
}

std::string as_text(const ExamLinks& exam, const NoduleLink& link)
{
    const double confidence = told_confidence(link.confidence);
    if (!link.prior)
        return fmt::format("{}: new, or not seen before (confidence {:.4f})\n", exam.current[*link.current].nodule_id,
                           confidence);
    const auto& id = exam.prior[*link.prior].nodule_id;
    if (!link.current) return fmt::format("{}: no partner (confidence {:.4f})\n", id, confidence);
    return fmt::format("{} is {} (confidence {:.4f}, {:.1f} mm from where it is expected)\n", id,
                       exam.current[*link.current].nodule_id, confidence, *link.distance_mm);
}

/// Both lists, or the problems of both together.
Result<std::vector<ExamLinks>> matched(const Arguments& arguments, bool& names_exams)
{
    auto prior = imaging::read_nodule_list(arguments.text("--prior"));
    auto current = imaging::read_nodule_list(arguments.text("--current"));
    if (!prior && !current) {
        Error both = prior.error();
        both.message += "; " + current.error().message;
        std::move(current.error().context.begin(), current.error().context.end(), std::back_inserter(both.context));
        return tl::unexpected(std::move(both));
    }
    if (!prior) return tl::unexpected(prior.error());
    if (!current) return tl::unexpected(current.error());
    names_exams = prior->names_exams;
    return imaging::match_lists(std::move(*prior), std::move(*current));
}

Result<ExitStatus> run(const Call& call)
{
    bool names_exams = false;
    const auto exams = matched(call.arguments, names_exams);
    if (!exams) return tl::unexpected(exams.error());
    const bool json = call.arguments.has("--json");
    for (const auto& exam : *exams) {
        if (names_exams && !json) print(exam.exam + "\n");
        for (const auto& link : exam.links) {
            if (json) {
                print(as_json(exam, link, names_exams).dump() + "\n");
            } else {
                print((names_exams ? "  " : "") + as_text(exam, link));
            }
        }
    }
    return ExitStatus::done;
}

}  // namespace

Command match_command()
{
    return {
        .name = "match",
        .summary = "pairs the nodules of two scans by their positions alone",
        .description =
            "Takes two lists of positions (DICOM patient coordinates in mm, LPS) and tells which nodule of the one is "
            "which of the other, without images. The frames of reference may differ by a large shift; the patient "
            "lies the same way in both, so that left stays left. What it tells are proposals: a person confirms them."
            "\n\n"
            "A list is a CSV file with the columns nodule_id, x_mm, y_mm, z_mm and, if known, long_axis_mm, "
            "attenuation and lobe. With a column exam in both files, many exams are matched at once, each by itself."
            "\n\n"
            "Confidence is the probability that a line is right, told with caution: above 0.9 one in 200 is wrong. "
            "A nodule that is alone on its scan has nothing to be compared with, and seldom gets so far. "
            "distance_mm is how far a nodule lies from where the other pairs of its exam put it; for an only pair, "
            "from where it was.",
        .options = {{.name = "--prior", .value = "FILE", .help = "the list of the earlier scan", .required = true},
                    {.name = "--current", .value = "FILE", .help = "the list of the later scan", .required = true},
                    {.name = "--json", .help = "JSON Lines, one object a nodule"}},
        .examples = {{"nodtrack match --prior 2026-05.csv --current 2026-11.csv --json"}},
        .failures = {{ExitStatus::bad_input, "a list has a problem; all of them are told"},
                     {ExitStatus::not_found, "there is no such file"}},
        .uses_registry = false,
        .run = run};
}

}  // namespace nodtrack::cli
