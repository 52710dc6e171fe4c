#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/tracker/film.hpp"
#include "output.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const Arguments& arguments = call.arguments;
    const auto as_of = arguments.date("--as-of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto film = tracker::film_of(*registry, arguments.text("PATIENT"), arguments.text("NODULE"), *as_of);
    if (!film) return tl::unexpected(film.error());
    const auto strip = imaging::film_strip(*film);
    for (const std::string& problem : strip.problems)
        note(problem);
    if (strip.shown == 0) {
        return failure(ErrorCode::not_found,
                       "no image of this nodule can be shown; nothing was written. Images are recorded by `nodtrack "
                       "measure IMAGE … --patient --scan --nodule`");
    }
    const auto png = imaging::png_of(strip.picture);
    if (!png) return tl::unexpected(png.error());
    const auto written = write_file(arguments.text("--out"), *png);
    if (!written) return tl::unexpected(written.error());
    note(fmt::format("{}: {} of {} scans with an image", arguments.text("--out"), strip.shown, film->frames.size()));
    return ExitStatus::done;
}

}  // namespace

Command filmstrip_command()
{
    return {
        .name = "filmstrip",
        .summary = "shows a nodule on every CT, side by side, as one picture",
        .description =
            "Writes a PNG with a frame for each diagnostic CT in order of time: the nodule on the slice where it is "
            "largest, the same field of view and the lung window in all of them, its contour, and date and size below. "
            "The bar is 10 mm. The patient's right is on the left.\n\n"
            "Where the images are is recorded when `nodtrack measure` logs a nodule. A frame whose image is gone, or "
            "is "
            "not the one that was measured, says so instead; so does one without a recorded image. Which row is this "
            "nodule follows the confirmed links.",
        .positionals = {{.name = "PATIENT", .help = "the patient"}, {.name = "NODULE", .help = "the nodule"}},
        .options = {{.name = "--out", .value = "FILE", .help = "the PNG; - is stdout", .required = true},
                    {.name = "--as-of", .value = "DATE", .help = "only scans up to this day"}},
        .examples = {{"nodtrack filmstrip SARC-042 N1 --out n1.png"}},
        .failures = {{ExitStatus::bad_input, "the file cannot be written"},
                     {ExitStatus::not_found, "there is no such patient or nodule, or none of its images can be shown"}},
        .run = run};
}

}  // namespace nodtrack::cli
