#include <sstream>
#include <type_traits>

#include "command.hpp"
#include "log_from_ct.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/tracker/ct_line.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "output.hpp"
#include "typed_measurement.hpp"

namespace nodtrack::cli {
namespace {

/// `slice_thickness_mm` -> `--slice-thickness`: as a column, but without its unit.
std::string option_of_column(std::string_view column)
{
    if (column == "long_axis_mm") return "--long";
    if (column == "short_axis_mm") return "--short";
    for (const std::string_view unit : {"_mm", "_mm3", "_mgy_cm", "_cm"}) {
        if (column.ends_with(unit)) {
            column.remove_suffix(unit.size());
            break;
        }
    }
    std::string option = "--" + std::string(column);
    for (char& c : option) {
        if (c == '_') c = '-';
    }
    return option;
}

template <class Value>
std::string words_taken()
{
    if constexpr (requires { Vocabulary<Value>::words; }) {
        return " {" + word_list<Value>() + "}";
    } else if constexpr (requires { typename Value::value_type; } && !std::is_same_v<Value, std::string>) {
        return words_taken<typename Value::value_type>();
    } else {
        return {};
    }
}

template <class Value>
std::string value_name(std::string_view column)
{
    if (column.ends_with("_mm")) return "MM";
    if (column.ends_with("_mm3")) return "MM3";
    if (column.ends_with("_date")) return "DATE";
    if (column.ends_with("_mgy_cm")) return "DLP";
    if (column.ends_with("_hu")) return "HU";
    if (column == "suv_max") return "SUV";
    return words_taken<Value>().empty() ? "TEXT" : "WORD";
}

template <class Fields>
void add_options(std::vector<Option>& options, const Fields& fields)
{
    for_each_field(fields, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        options.push_back({.name = option_of_column(field.column),
                           .value = value_name<Member>(field.column),
                           .help = std::string(field.meaning) + words_taken<Member>()});
    });
}

template <class Fields>
std::vector<Cell> cells_typed(const Arguments& arguments, const Fields& fields)
{
    std::vector<Cell> cells;
    for_each_field(fields, [&](const auto& field) {
        if (const auto typed = arguments.find(option_of_column(field.column))) {
            cells.push_back({std::string(field.column), *typed});
        }
    });
    return cells;
}

std::vector<std::string> comma_separated(const std::string& typed)
{
    std::vector<std::string> parts;
    std::istringstream in(typed);
    for (std::string part; std::getline(in, part, ',');) {
        if (!part.empty()) parts.push_back(part);
    }
    return parts;
}

/// Options that speak of one typed nodule.
Result<void> refuse_options_of_one_nodule(const Arguments& arguments)
{
    std::string given = arguments.has("--nodule") ? "--nodule" : "";
    for_each_field(findings_fields, [&](const auto& field) {
        if (given.empty() && arguments.has(option_of_column(field.column))) given = option_of_column(field.column);
    });
    if (given.empty()) return {};
    return failure(ErrorCode::usage, "log: " + given +
                                         " speaks of one typed nodule; with --from-ct say --set NODULE.COLUMN=VALUE, "
                                         "e.g. --set N2.long_axis_mm=5.4");
}

/// The nodules of a whole CT, typed in one line.
Result<ExitStatus> log_line(const Call& call)
{
    const auto& arguments = call.arguments;
    if (!arguments.has("--scan")) return failure(ErrorCode::usage, "log: --scan ID is missing; say which CT it is");
    if (arguments.has("--nodule") || !cells_typed(arguments, findings_fields).empty()) {
        return failure(ErrorCode::usage,
                       "log: --nodule and its options speak of one nodule; here each is said in its item, e.g. "
                       "N1=6.2x5.5:rul:solid");
    }
    for (const Option& option : from_ct_options()) {
        if (option.name != "--dry-run" && arguments.has(option.name))
            return failure(ErrorCode::usage, "log: " + option.name + " goes with --from-ct");
    }
    if (arguments.has("--done") && arguments.has("--reading"))
        return failure(ErrorCode::usage, "log: --done says --reading complete; give one of them");
    tracker::CtLine line{.patient_id = arguments.text("PATIENT"), .scan_id = arguments.text("--scan")};
    line.scan = cells_typed(arguments, scan_fields);
    line.nodules = arguments.all("ITEM");
    line.done = arguments.has("--done");
    line.differs = comma_separated(arguments.text("--differs"));
    line.amend_reason = arguments.text("--amend");
    line.confirm = arguments.has("--confirm");
    line.dry_run = arguments.has("--dry-run");
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = tracker::Judges::of(*registry);
    if (!judges) return tl::unexpected(judges.error());
    const assess::Judge& judge = judges->of(line.patient_id);
    const auto logged = tracker::log_ct_line(*registry, judge, line, provenance_of(call.now, "log", line.amend_reason));
    if (!logged) return tl::unexpected(logged.error());
    for (const auto& warning : logged->warnings)
        note("warning: " + warning);
    print(tracker::ct_line_text(*logged, judge));
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    if (arguments.has("ITEM") && !arguments.has("--from-ct")) return log_line(call);
    if (arguments.has("--differs"))
        return failure(ErrorCode::usage, "log: --differs goes with nodules in one line: N1=6.2x5.5 …");
    if (arguments.has("ITEM")) {
        return failure(ErrorCode::usage,
                       "log: with --from-ct sizes are measured; correct one with --set N2.long_axis_mm=5.4");
    }
    if (arguments.has("--from-ct")) {
        if (const auto clear = refuse_options_of_one_nodule(arguments); !clear) return tl::unexpected(clear.error());
        std::vector<tracker::Correction> scan;
        for (Cell& cell : cells_typed(arguments, scan_fields))
            scan.push_back({std::move(cell.column), std::move(cell.text)});
        return log_from_ct(call, std::move(scan));
    }
    for (const Option& option : from_ct_options()) {
        if (arguments.has(option.name))
            return failure(ErrorCode::usage, "log: " + option.name + " goes with --from-ct");
    }
    if (!arguments.has("--scan")) {
        return failure(ErrorCode::usage,
                       "log: --scan ID is missing; say which nodule on which scan, or give a new CT with --from-ct");
    }
    std::vector<Cell> of_scan = cells_typed(arguments, scan_fields);
    if (arguments.has("--done")) {
        if (arguments.has("--reading"))
            return failure(ErrorCode::usage, "log: --done says --reading complete; give one of them");
        of_scan.push_back({"reading", std::string(word(Reading::complete))});
    }
    if (!arguments.has("--nodule")) {
        if (of_scan.empty()) {
            return failure(
                ErrorCode::usage,
                "log: --nodule ID is missing; say which nodule, or close the reading of the scan with --done");
        }
        if (!cells_typed(arguments, findings_fields).empty()) {
            return failure(ErrorCode::usage, "log: --nodule ID is missing; a size or a look is of one nodule");
        }
    }
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto said = record(call, *registry,
                             {.patient_id = arguments.text("PATIENT"),
                              .scan_id = arguments.text("--scan"),
                              .nodule_id = arguments.text("--nodule"),
                              .findings = cells_typed(arguments, findings_fields),
                              .scan = std::move(of_scan),
                              .amend_reason = arguments.text("--amend"),
                              .confirm = arguments.has("--confirm")},
                             "log");
    if (!said) return tl::unexpected(said.error());
    print(*said);
    return ExitStatus::done;
}

}  // namespace

Command log_command()
{
    std::vector<Option> options = {
        {.name = "--scan", .value = "ID", .help = "the scan; a new one needs --scan-date"},
        {.name = "--nodule", .value = "ID", .help = "the nodule, stable for this patient for ever"},
        {.name = "--done", .help = "the reading of the CT is complete: with the last nodule, or alone"},
        {.name = "--differs",
         .value = "IDS",
         .help = "nodules of which side, lobe or attenuation are other than known, on purpose; comma-separated"},
        {.name = "--amend", .value = "REASON", .help = "a value that contradicts a stored one supersedes it"},
        confirm_option()};
    for (Option& option : from_ct_options())
        options.push_back(std::move(option));
    add_options(options, findings_fields);
    add_options(options, scan_fields);
    return {
        .name = "log",
        .summary = "records a nodule as typed, or a new CT with all its nodules",
        .description =
            "Takes one measurement, and its scan where that is new (a diagnostic CT unless told otherwise). Prints the "
            "change since the last and since the first comparable CT, and the new assessment. What is left out is not "
            "known; the status of a nodule is 'present' unless told otherwise. Sizes are kept as typed, never rounded."
            "\n\n"
            "Nodules of a CT typed one after another belong to a reading that is open until it is closed with --done. "
            "Until then what was recommended before stands. A CT without any nodule is recorded by --scan, --scan-date "
            "and --done alone.\n\n"
            "A whole CT goes in one line, stored together or not at all: an item a nodule, its size behind =, words "
            "behind "
            "colons.\n\n"
            "    N1=6.2x5.5            long and short axis in mm; N1=6.2 where only the long one was measured\n"
            "    N2=12.0x10.1/4.5      with the solid component of a part-solid nodule\n"
            "    N3:resolved           it is gone; also not-assessed, present (there, not measured)\n"
            "    N4:not-seen           it was not found; also outside-field: said of it, and no row\n"
            "    +N7=4.1x3.6:rul:solid a nodule that is not known yet: the plus guards against slips\n"
            "    N5=5.1:margin=smooth  any other column of the record\n\n"
            "With --done every known nodule has to be named. 'unchanged' is no size. Side and lobe are carried over "
            "from the "
            "newest earlier CT, and so is the attenuation solid; others can reassure, and are said again. What was "
            "taken "
            "over is shown; what contradicts it is refused unless --differs names the nodule.\n\n"
            "With --from-ct the day's work in one go: what the new CT's header says of the scan is taken; each known "
            "nodule is followed from the latest CT whose images the registry knows (or from --prior, at the recorded "
            "positions), measured, and shown beside what it was. Nothing is stored until nodules are accepted: "
            "--accept-all takes those that were surely found and measured, --accept ID also an uncertain one, --except "
            "ID leaves one out, --set corrects a value. Scan, sizes, images and links are stored together or not at "
            "all."
            "\n\n"
            "Accepted links are confirmed by you (--by); with --propose they wait for another person's `nodtrack "
            "link`, while the rows stand under their nodules' ids. A nodule that is not found is never taken for "
            "resolved: that it is not seen is proposed, and what became of it is for a person to say (--set "
            "N2.status=resolved). New nodules are those you click (--seeds). Where the header does not say it, "
            "--reading and --iv-contrast do; a recorded scan fills in, and is never contradicted without --amend.",
        .positionals = {{.name = "PATIENT", .help = "the patient, recorded already"},
                        {.name = "ITEM",
                         .help = "the nodules of a CT in one line: N1=6.2x5.5 N3:resolved",
                         .required = false,
                         .repeated = true}},
        .options = std::move(options),
        .examples = {{"nodtrack log SARC-011 --scan CT-2027-02-10 --scan-date 2027-02-10 --slice-thickness 1.0 "
                      "--reading complete --nodule N1 --long 6.4 --short 5.2",
                      "a nodule on a new CT"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --nodule N2 --status new --long 4.1 --lobe rul "
                      "--side right --attenuation solid",
                      "another one on the same CT"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --nodule N1 --status resolved"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --done",
                      "all nodules are typed: the reading is complete"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --scan-date 2027-02-10 --slice-thickness 1.0 "
                      "N1=6.2x5.5 N2=4.7x4.1 N3:resolved N4:not-seen --done",
                      "a whole CT in one line"},
                     {"nodtrack log SARC-011 --from-ct ct/2027-02-10", "follows and shows; stores nothing"},
                     {"nodtrack log SARC-011 --from-ct ct/2027-02-10 --reading complete --accept-all --by \"Dr A\"",
                      "stores what was surely found"},
                     {"nodtrack log SARC-011 --from-ct ct/2027-02-10 --accept-all --except N2 --set "
                      "N3.long_axis_mm=5.4 --seeds new.csv",
                      "with corrections, and new nodules that were clicked"}},
        .failures = {{ExitStatus::bad_input,
                      "a value is wrong, contradicts a stored one, or is implausible and not confirmed, or a CT cannot "
                      "be read or followed; nothing was stored"},
                     {ExitStatus::not_found, "there is no such patient, scan or file"}},
        .run = run};
}

}  // namespace nodtrack::cli
