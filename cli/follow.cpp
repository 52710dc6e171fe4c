#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cancel.hpp"
#include "command.hpp"
#include "follow_json.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/imaging/match_list.hpp"
#include "nodtrack/tracker/image_change.hpp"
#include "output.hpp"
#include "seed_list.hpp"

namespace nodtrack::cli {
namespace {

using imaging::FollowedNodule;
using imaging::FollowStatus;
using nlohmann::ordered_json;

/// The lists of one call.
struct Lists {
    std::vector<imaging::Seed> nodules;
    std::vector<imaging::Seed> candidates;
    std::vector<imaging::LocatedNodule> points;
    bool has_candidates = false;
};

Result<Lists> lists_of(const Arguments& arguments)
{
    Lists lists;
    if (!arguments.has("--nodules") && !arguments.has("--points"))
        return failure(ErrorCode::usage, "follow: give --nodules FILE.csv, --points FILE.csv or both");
    if (const auto file = arguments.find("--nodules")) {
        auto seeds = seeds_in(*file);
        if (!seeds) return tl::unexpected(seeds.error());
        if (seeds->empty())
            return failure(ErrorCode::bad_input, *file + ": lists no nodule; expected one row a nodule");
        lists.nodules = std::move(*seeds);
    }
    if (const auto file = arguments.find("--candidates")) {
        if (!arguments.has("--nodules")) return failure(ErrorCode::usage, "follow: --candidates goes with --nodules");
        auto seeds = seeds_in(*file);
        if (!seeds) return tl::unexpected(seeds.error());
        lists.candidates = std::move(*seeds);
        lists.has_candidates = true;
    }
    if (const auto file = arguments.find("--points")) {
        auto points = imaging::read_point_list(*file);
        if (!points) return tl::unexpected(points.error());
        lists.points = std::move(*points);
    }
    return lists;
}

/// What stands in an answer beside the nodule itself.
struct Context {
    const Lists& lists;
    const tracker::Comparability& scans;
};

ordered_json as_json(const FollowedNodule& nodule, const tracker::ImageChange& change, const Context& context)
{
    ordered_json object = ordered_json::parse(followed_json(nodule, change, context.scans.flags));
    if (context.lists.has_candidates)
        object["candidate_id"] =
            nodule.candidate ? ordered_json(context.lists.candidates[*nodule.candidate].nodule_id) : ordered_json();
    return object;
}

std::string as_text(const FollowedNodule& nodule, const tracker::ImageChange& change, const Context& context)
{
    std::string text = fmt::format("{}: {} (confidence {:.2f})", nodule.nodule_id,
                                   nodule.status == FollowStatus::not_found ? "not found" : word(nodule.status),
                                   told_confidence(nodule.confidence));
    if (nodule.candidate) text += ", is " + context.lists.candidates[*nodule.candidate].nodule_id;
    const auto& place = nodule.found_mm ? *nodule.found_mm : nodule.predicted_mm;
    text += fmt::format("\n  {} {:.1f}, {:.1f}, {:.1f} mm (LPS); expected to {:.1f} mm\n",
                        nodule.found_mm ? "at" : "looked for at", place[0], place[1], place[2], nodule.predicted_sd_mm);
    text += "  " + size_text(nodule.prior);
    if (nodule.current) text += "; now " + size_text(*nodule.current);
    text += "\n";
    if (change.volume_change_percent)
        text += fmt::format("  volume {:+.0f} % (95 %: {:+.0f} to {:+.0f}): {}\n", *change.volume_change_percent,
                            (*change.change_ci95_percent)[0], (*change.change_ci95_percent)[1],
                            assess::word_of(*change.growth_state));
    for (const auto* const flags : {&nodule.flags, &change.flags}) {
        for (const auto& flag : *flags)
            text += "  flag: " + flag + "\n";
    }
    return text;
}

void print_unpaired(const std::vector<FollowedNodule>& answers, const Lists& lists, bool json)
{
    std::vector<bool> paired(lists.candidates.size());
    for (const auto& answer : answers) {
        if (answer.candidate) paired[*answer.candidate] = true;
    }
    for (std::size_t i = 0; i < paired.size(); ++i) {
        if (paired[i]) continue;
        const auto& id = lists.candidates[i].nodule_id;
        print(json ? ordered_json({{"nodule_id", nullptr}, {"candidate_id", id}}).dump() + "\n"
                   : id + ": none of the prior nodules; new, or not listed then\n");
    }
}

void print_points(const imaging::RegisteredCts& scans, const Lists& lists, bool json)
{
    for (const auto& point : lists.points) {
        const auto place = scans.predicted_mm(point.position_mm);
        print(
            json ? ordered_json({{"point", point.nodule_id}, {"predicted_mm", told_place(place)}}).dump() + "\n"
                 : fmt::format("{}: {:.2f}, {:.2f}, {:.2f} mm (LPS)\n", point.nodule_id, place[0], place[1], place[2]));
    }
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    note_cancelling();
    const auto lists = lists_of(arguments);
    if (!lists) return tl::unexpected(lists.error());
    ImageProgress told("follow");
    const imaging::Progress progress = told.teller();
    auto prior = imaging::load_ct({.image = {arguments.text("PRIOR")},
                                   .series = arguments.text("--prior-series"),
                                   .progress = progress,
                                   .acquisition = arguments.text("--prior-acquisition")});
    if (!prior) return tl::unexpected(prior.error());
    auto current = imaging::load_ct({.image = {arguments.text("CURRENT")},
                                     .series = arguments.text("--series"),
                                     .progress = progress,
                                     .acquisition = arguments.text("--acquisition")});
    if (!current) return tl::unexpected(current.error());
    for (const auto* const ct : {&*prior, &*current}) {
        for (const std::string& sentence : ct->notes())
            note("follow: " + sentence);
    }
    const auto scans = imaging::register_cts(std::move(*prior), std::move(*current), progress);
    if (!scans) return tl::unexpected(scans.error());

    const assess::Judge judge = assess::Judge::released();
    const auto comparability = tracker::comparability_of(*scans, judge.limits());
    const bool json = arguments.has("--json");
    const auto answers = imaging::follow_nodules(*scans, lists->nodules, lists->candidates, progress);
    for (const auto& answer : answers) {
        const auto change = tracker::change_of(answer, comparability, judge.limits());
        const Context context{*lists, comparability};
        print(json ? as_json(answer, change, context).dump() + "\n" : as_text(answer, change, context));
    }
    print_unpaired(answers, *lists, json);
    print_points(*scans, *lists, json);
    for (const auto& flag : comparability.flags) {
        if (!json) print("The scans: " + flag + "\n");
    }
    return ExitStatus::done;
}

}  // namespace

Command follow_command()
{
    return {
        .name = "follow",
        .summary = "finds the nodules of a prior CT on the current one and tells how they changed",
        .description =
            "Registers the prior CT to the current one inside the lungs, predicts where each nodule lies, finds it "
            "there, and measures it on both. PRIOR and CURRENT are each the folder of one DICOM series, or a NRRD, "
            "MetaImage or NIfTI file in HU. Positions are DICOM patient coordinates in mm (LPS). What it tells are "
            "proposals: a person confirms them."
            "\n\n"
            "A nodule is found, not_found or uncertain; confidence is the probability that this is right. New nodules "
            "are never invented: with --candidates each nodule of that list is paired with at most one prior nodule, "
            "and what is left over is told by itself."
            "\n\n"
            "The change of volume comes with its 95 % interval; the growth state is judged as `assess` judges it, by "
            "volume only where slices are thin on both scans. Other slices, another kernel, contrast agent or depth "
            "of breath are flagged, and widen the interval; between such scans, and on thick slices, growth is told "
            "only beyond that interval.",
        .positionals = {{.name = "PRIOR", .help = "the earlier CT"}, {.name = "CURRENT", .help = "the later CT"}},
        .options = {{.name = "--nodules",
                     .value = "FILE",
                     .help = "clicks on the prior CT: CSV with nodule_id, x_mm, y_mm, z_mm"},
                    {.name = "--candidates",
                     .value = "FILE",
                     .help = "nodules known on the current CT: CSV with the same columns"},
                    {.name = "--points",
                     .value = "FILE",
                     .help = "other places of the prior CT to map: CSV with id, x_mm, y_mm, z_mm"},
                    {.name = "--prior-series",
                     .value = "UID",
                     .help = "which series of the folder PRIOR: its UID, or the end of it"},
                    {.name = "--prior-acquisition",
                     .value = "NAME",
                     .help = "which acquisition of PRIOR, where its series holds several of the same place"},
                    {.name = "--series", .value = "UID", .help = "which series of the folder CURRENT"},
                    {.name = "--acquisition", .value = "NAME", .help = "which acquisition of CURRENT"},
                    {.name = "--json", .help = "JSON Lines, one object a nodule, candidate left over or point"}},
        .examples = {{"nodtrack follow ct/2026-05-12 ct/2026-11-10 --nodules clicks.csv --json"},
                     {"nodtrack follow ct/2026-05-12 ct/2026-11-10 --nodules clicks.csv --candidates today.csv",
                      "pairs them with nodules marked today"},
                     {"nodtrack follow ct/2026-05-12 ct/2026-11-10 --points places.csv", "maps places alone"}},
        .failures = {{ExitStatus::bad_input, "a CT cannot be read or shows no lung, or a list has a problem"},
                     {ExitStatus::not_found, "there is no such file"}},
        .uses_registry = false,
        .run = run};
}

}  // namespace nodtrack::cli
