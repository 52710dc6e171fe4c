#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "command.hpp"
#include "film_pictures.hpp"
#include "judging.hpp"
#include "nodtrack/report/board_html.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/worklist.hpp"
#include "output.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

std::string trimmed(const std::string& line)
{
    const auto from = line.find_first_not_of(" \t\r");
    if (from == std::string::npos) return {};
    return line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

/// One id a line; empty lines and those that start with # are passed over.
Result<std::vector<std::string>> listed_in(const std::string& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) {
        return failure(ErrorCode::not_found, "there is no list '" + file + "'");
    }
    std::ifstream in(file);
    if (!in || std::filesystem::is_directory(file, problem)) {
        return failure(ErrorCode::bad_input, "the list '" + file + "' cannot be read");
    }
    std::vector<std::string> ids;
    for (std::string line; std::getline(in, line);) {
        const std::string id = trimmed(line);
        if (!id.empty() && id.front() != '#') ids.push_back(id);
    }
    if (in.bad()) return failure(ErrorCode::bad_input, "the list '" + file + "' cannot be read");
    if (ids.empty()) {
        return failure(ErrorCode::bad_input,
                       "the list '" + file + "' names no patient: one patient_id a line is right");
    }
    return ids;
}

/// Whose open item is the board's or urgent: what was decided and stands is no longer open.
Result<std::vector<std::string>> patients_with_open_items(const store::Registry& registry,
                                                          const tracker::Judges& judges, const AskedMoment& moment)
{
    const auto list = tracker::worklist(
        registry, judges, {.as_of = moment.as_of, .known_on = moment.known_on, .terms = {}, .groups = {}});
    if (!list) return tl::unexpected(list.error());
    std::vector<std::string> ids;
    for (const auto& entry : list->entries) {
        if (tracker::is_for_board(*entry)) ids.push_back(entry->patient_id);
    }
    return ids;
}

/// In the order named, each once.
Result<std::vector<std::string>> patients_asked_for(const Arguments& arguments)
{
    std::vector<std::string> ids = arguments.all("PATIENT");
    if (const auto file = arguments.find("--list")) {
        const auto listed = listed_in(*file);
        if (!listed) return tl::unexpected(listed.error());
        ids.insert(ids.end(), listed->begin(), listed->end());
    }
    std::set<std::string> seen;
    std::erase_if(ids, [&](const std::string& id) { return !seen.insert(id).second; });
    return ids;
}

void put_in_order(std::vector<report::BoardPage>& pages, const std::vector<std::string>& ids)
{
    const auto place = [&](const report::BoardPage& page) {
        return std::find(ids.begin(), ids.end(), page.patient_id);
    };
    std::stable_sort(pages.begin(), pages.end(), [&](const report::BoardPage& a, const report::BoardPage& b) {
        if (!ids.empty()) return place(a) < place(b);
        if (a.action != b.action) return a.action > b.action;  // the urgent first
        return a.due < b.due;
    });
}

void tell(const std::vector<report::BoardPage>& pages)
{
    for (const auto& page : pages) {
        print(fmt::format("{:<14} {}\n", page.patient_id, page.answer));
        for (const std::string& line : page.standing)
            print(fmt::format("{:<14}   {}\n", "", line));
    }
}

Result<ExitStatus> run(const Call& call)
{
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto ids = patients_asked_for(call.arguments);
    if (!ids) return tl::unexpected(ids.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());

    const auto judges = tracker::Judges::of(*registry, moment->known_on);
    if (!judges) return tl::unexpected(judges.error());
    const auto asked = ids->empty() ? patients_with_open_items(*registry, *judges, *moment) : ids;
    if (!asked) return tl::unexpected(asked.error());
    if (asked->empty()) {
        note("nothing is open for the board as of " + moment->as_of.iso() + ": nothing written");
        return ExitStatus::done;
    }
    const auto& factors = report::released_dose_factors();
    std::vector<report::BoardPage> pages;
    const auto judged = tracker::assess_patients(
        *registry, *judges,
        {.patient_ids = *asked, .as_of = moment->as_of, .known_on = moment->known_on, .detail = assess::Detail::none},
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            const auto doses = dose::dose_history(record, moment->as_of, factors);
            const auto pictures = moment->known_on ? std::vector<report::NodulePicture>()
                                                   : film_pictures(*registry, record, moment->as_of);
            pages.push_back(
                report::board_page(assessment, record, judges->of(record.patient.patient_id), doses, pictures));
            return {};
        });
    if (!judged) return tl::unexpected(judged.error());
    put_in_order(pages, *ids);
    const std::string file = call.arguments.text("--html");
    const auto written = write_file(file, report::board_html(pages, call.arguments.text("--meeting"), moment->as_of));
    if (!written) return tl::unexpected(written.error());
    if (file == "-") return ExitStatus::done;
    tell(pages);
    note(fmt::format("{}: {} page{}", file, pages.size(), pages.size() == 1 ? "" : "s"));
    return ExitStatus::done;
}

}  // namespace

Command board_command()
{
    return {
        .name = "board",
        .summary = "writes the tumour board's worksheet: one A4 page a patient",
        .description =
            "Writes a page for each patient named, or listed in a file; without names for all on the worklist whose "
            "item is TUMOUR_BOARD or URGENT_ESCALATION, the urgent first, then by due date: what the board has decided "
            "('nodtrack decide') is not shown again. A page has the history in a line, "
            "the recommendation with its rules and statements, the trend, the nodules with class and reason, trial "
            "definitions of metastasis met or not, the count as a lower bound, the dose to date, what is open, where "
            "the documents disagree, and an empty box for the decision. Where images are recorded, the film strip of "
            "the "
            "foremost nodule stands below the trend (see filmstrip).\n\n"
            "It prints on exactly one A4 sheet a patient from any browser; what does not fit is counted, with the "
            "command that shows it. The file holds no script and loads nothing; one that is there already is "
            "replaced. On stdout stands who is on it, with the fact that decides and what stands from an "
            "earlier CT, unless the page itself goes there.",
        .positionals = {{.name = "PATIENT",
                         .help = "the patients, in the meeting's order; else all for the board",
                         .required = false,
                         .repeated = true}},
        .options = with_moment_options(
            {{.name = "--list", .value = "FILE", .help = "a file of patient ids, one a line; # starts a remark"},
             {.name = "--html", .value = "FILE", .help = "the worksheet; - is stdout", .required = true},
             {.name = "--meeting", .value = "TEXT", .help = "the meeting's name, for the foot of each page"}}),
        .examples = {{"nodtrack board --html board.html", "all whom the board has to see"},
                     {"nodtrack board SARC-002 SARC-013 --html two.html --meeting \"Sarcoma board 2026-11-24\""},
                     {"nodtrack board SARC-002 --html - > sarc-002.html"}},
        .failures = {{ExitStatus::bad_input, "the list names nobody, or a file cannot be read or written"},
                     {ExitStatus::not_found, "there is no such patient or list"}},
        .run = run};
}

}  // namespace nodtrack::cli
