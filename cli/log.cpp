#include <type_traits>

#include "command.hpp"
#include "nodtrack/domain/fields.hpp"
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
    if constexpr (std::is_same_v<Value, Symptoms>) {
        return words_taken<Symptom>();
    } else if constexpr (requires { Vocabulary<Value>::words; }) {
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

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    const auto said = record(call, *registry,
                             {.patient_id = arguments.text("PATIENT"),
                              .scan_id = arguments.text("--scan"),
                              .nodule_id = arguments.text("--nodule"),
                              .findings = cells_typed(arguments, findings_fields),
                              .scan = cells_typed(arguments, scan_fields),
                              .amend_reason = arguments.text("--amend")},
                             "log");
    if (!said) return tl::unexpected(said.error());
    print(*said);
    return ExitStatus::done;
}

}  // namespace

Command log_command()
{
    std::vector<Option> options = {
        {.name = "--scan", .value = "ID", .help = "the scan; a new one needs --scan-date", .required = true},
        {.name = "--nodule", .value = "ID", .help = "the nodule, stable for this patient for ever", .required = true},
        {.name = "--amend", .value = "REASON", .help = "a value that contradicts a stored one supersedes it"}};
    add_options(options, findings_fields);
    add_options(options, scan_fields);
    return {
        .name = "log",
        .summary = "records one nodule on one scan as typed, and says at once what it changes",
        .description =
            "Takes one measurement, and its scan where that is new (a diagnostic CT unless told otherwise). Prints the "
            "change since the last and since the first comparable CT, and the new assessment. What is left out is not "
            "known; the status of a nodule is 'present' unless told otherwise. Sizes are kept as typed, never rounded.",
        .positionals = {{.name = "PATIENT", .help = "the patient, recorded already"}},
        .options = std::move(options),
        .examples = {{"nodtrack log SARC-011 --scan CT-2027-02-10 --scan-date 2027-02-10 --slice-thickness 1.0 "
                      "--reading complete --nodule N1 --long 6.4 --short 5.2",
                      "a nodule on a new CT"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --nodule N2 --status new --long 4.1 --lobe rul "
                      "--side right --attenuation solid",
                      "another one on the same CT"},
                     {"nodtrack log SARC-011 --scan CT-2027-02-10 --nodule N1 --status resolved"}},
        .failures = {{ExitStatus::bad_input, "a value is wrong or contradicts a stored one; nothing was stored"},
                     {ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
