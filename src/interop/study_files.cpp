#include "nodtrack/interop/study_files.hpp"

#include <array>
#include <ostream>
#include <stdexcept>

#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

// One column a line.
// clang-format off

constexpr std::string_view patient_meaning = "patient: a local identifier, never a name";
constexpr std::string_view kind_words = "patients, scans, measurements, therapies, events, visits, decisions";
constexpr std::string_view action_meaning = "what the policy said is to be done";

constexpr auto link_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"scan_id", "identifier", "scan of that patient", true},
    {"observation_id", "identifier", "nodule id that the row was first reported under; where the nodule has no row on the scan, the nodule", true},
    {"link_no", "count", "number of the statement for that observation, from 1 without gaps", true},
    {"answers", "count", "the earlier link_no that this one confirms or undoes"},
    {"nodule_id", "identifier", "the nodule that the observation is", true},
    {"how", "word", "how the identity was found", true, "typed, uid, registration, position"},
    {"state", "word", "what was said of it; the newest confirmed that is not undone holds", true, "proposed, confirmed, undone"},
    {"confidence", "decimal", "0 to 1, where a program proposed it"},
    {"made_by", "text", "who or what says so (a code, no name of a patient)", true},
    {"nodule_state", "word", "what the nodule is on that scan", false, "same, new, not_seen, outside_field, resolved, resected, split_from, merged_into, not_a_nodule"},
    {"other_nodule_id", "identifier", "the nodule that it split from or merged into"},
    {"state_date", "date", "day of resection, or day on which it was said to be no nodule"},
    {"reason", "text", "why it was recorded, free text, no identifiers"}});

constexpr auto retraction_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"row_kind", "word", "the kind of row that was entered in error", true, kind_words},
    {"moved_to_patient_id", "identifier", "the patient at whom it was entered anew, where it was moved"},
    {"reason", "text", "why it was retracted, free text, no identifiers"},
    {"row", "text", "the row itself, as a JSON object with the columns of its kind; a measurement under the nodule id it was reported under", true}});

constexpr auto recommendation_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"scan_id", "identifier", "diagnostic CT that was the newest then", true},
    {"scan_date", "date", "day of the CT", true},
    {"known_on", "date", "day on which the CT was recorded with what was found on it"},
    {"then_source", "word", "where the answer as it was then comes from: kept by the program on that day, or judged now by the policy named here from what was recorded by known_on", false, "kept, judged"},
    {"then_policy_id", "text", "policy that the answer was made by"},
    {"then_policy_version", "text", "its version"},
    {"then_patient_class", "text", "class of the patient as it was known then"},
    {"then_action", "text", action_meaning},
    {"then_due_date", "date", "day by which it was to be done"},
    {"then_safety_net_ct_date", "date", "day of the CT beside a PET/CT"},
    {"then_rule", "text", "recommendation rule that decided"},
    {"then_nodules", "text", "each nodule judged: class, growth state, long axis"},
    {"now_policy_id", "text", "policy of this export"},
    {"now_policy_version", "text", "its version"},
    {"now_patient_class", "text", "class of the patient as of that CT, by what is recorded now"},
    {"now_action", "text", action_meaning},
    {"now_due_date", "date", "day by which it was to be done"},
    {"now_safety_net_ct_date", "date", "day of the CT beside a PET/CT"},
    {"now_rule", "text", "recommendation rule that decided"},
    {"now_nodules", "text", "each nodule judged: class, growth state, long axis"}});

constexpr auto follow_up_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"first_scan_on", "date", "first scan of any modality"},
    {"first_nodule_on", "date", "first scan on which a nodule was present or new"},
    {"last_ct_on", "date", "newest diagnostic CT"},
    {"last_scan_on", "date", "newest scan of any modality"},
    {"last_contact_on", "date", "newest day on which something of the patient is recorded: a scan, visit, therapy or event; who had nothing happen by then is censored on it"},
    {"follow_up_status", "word", "whether the patient is still followed here", false, "active, deceased, moved, declined"},
    {"follow_up_status_recorded_on", "date", "day on which that status was recorded; the day of the death or move itself where the record has it is in patients"}});

constexpr auto recorded_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"file", "word", "file of the record that the row is in", true, kind_words},
    {"scan_id", "identifier", "scan of the row, where it has one"},
    {"nodule_id", "identifier", "nodule of the row, where it has one; of a measurement the one it was reported under"},
    {"other_key", "text", "what else the row is named by, joined by ;"},
    {"version", "count", "version of the row, from 1", true},
    {"recorded_on", "date", "day on which the version was recorded", true},
    {"entered_in_error_on", "date", "day on which it was said to be entered in error; empty = it holds, or a later version does"}});

constexpr auto correction_table = std::to_array<StudyColumn>({
    {"patient_id", "identifier", patient_meaning, true},
    {"file", "word", "file of the record that the row is in", true, kind_words},
    {"scan_id", "identifier", "scan of the row, where it has one"},
    {"nodule_id", "identifier", "nodule of the row, where it has one; of a measurement the one it was reported under"},
    {"other_key", "text", "what else the row is named by, joined by ;"},
    {"column", "text", "column of that file", true},
    {"what", "word", "filled_in: there was no value before", true, "filled_in, corrected, taken_away"},
    {"before", "text", "value of the version before; empty = not known"},
    {"after", "text", "value of this version; empty = not known"},
    {"version", "count", "version of the row that brought it", true},
    {"recorded_on", "date", "day on which it was recorded", true},
    {"reason", "text", "why, free text"}});

// SAS XPORT takes names of 8 characters and labels of 40.
constexpr auto tu_table = std::to_array<StudyColumn>({
    {"STUDYID", "text", "Study Identifier", true},
    {"DOMAIN", "text", "Domain Abbreviation", true},
    {"USUBJID", "identifier", "Unique Subject Identifier", true},
    {"TUSEQ", "count", "Sequence Number", true},
    {"TUREFID", "identifier", "Reference ID: the scan", true},
    {"TULNKID", "identifier", "Link ID: the nodule", true},
    {"TUTESTCD", "text", "Tumor/Lesion ID Short Name", true},
    {"TUTEST", "text", "Tumor/Lesion ID Test Name", true},
    {"TUORRES", "text", "Tumor/Lesion ID Result", true},
    {"TUSTRESC", "text", "Tumor/Lesion ID Result Std. Format", true},
    {"TULOC", "text", "Location of the Tumor/Lesion", true},
    {"TULAT", "text", "Laterality"},
    {"TUMETHOD", "text", "Method of Identification", true},
    {"TUDTC", "date", "Date/Time of Tumor/Lesion Identification", true},
    {"TUDY", "count", "Study Day (day 1: first scan)", true}});

constexpr auto tr_table = std::to_array<StudyColumn>({
    {"STUDYID", "text", "Study Identifier", true},
    {"DOMAIN", "text", "Domain Abbreviation", true},
    {"USUBJID", "identifier", "Unique Subject Identifier", true},
    {"TRSEQ", "count", "Sequence Number", true},
    {"TRREFID", "identifier", "Reference ID: the scan", true},
    {"TRLNKID", "identifier", "Link ID: the nodule", true},
    {"TRTESTCD", "text", "Tumor/Lesion Assessment Short Name", true},
    {"TRTEST", "text", "Tumor/Lesion Assessment Test Name", true},
    {"TRORRES", "text", "Result or Finding in Original Units"},
    {"TRORRESU", "text", "Original Units"},
    {"TRSTRESC", "text", "Character Result in Std. Format"},
    {"TRSTRESN", "decimal", "Numeric Result in Standard Units"},
    {"TRSTRESU", "text", "Standard Units"},
    {"TRSTAT", "text", "Completion Status"},
    {"TRREASND", "text", "Reason Not Done"},
    {"TRMETHOD", "text", "Method Used to Assess", true},
    {"TRDTC", "date", "Date/Time of Tumor/Lesion Measurement", true},
    {"TRDY", "count", "Study Day (day 1: first scan)", true}});

// clang-format on

constexpr auto names = std::to_array<std::string_view>(
    {"links", "retractions", "recommendations", "follow_up", "recorded", "corrections", "tu", "tr"});
static_assert(names.size() == study_file_count);

}  // namespace

std::string_view name_of(StudyFile file)
{
    return names[static_cast<std::size_t>(file)];
}

std::span<const StudyColumn> columns_of(StudyFile file)
{
    switch (file) {
        case StudyFile::links:
            return link_table;
        case StudyFile::retractions:
            return retraction_table;
        case StudyFile::recommendations:
            return recommendation_table;
        case StudyFile::follow_up:
            return follow_up_table;
        case StudyFile::recorded:
            return recorded_table;
        case StudyFile::corrections:
            return correction_table;
        case StudyFile::tu:
            return tu_table;
        case StudyFile::tr:
            break;
    }
    return tr_table;
}

StudyTable::StudyTable(std::ostream& out, StudyFile file) : out_(&out), columns_(columns_of(file).size())
{
    std::string header;
    for (const StudyColumn& column : columns_of(file)) {
        header += column.name;
        header += ',';
    }
    header.back() = '\n';
    *out_ << header;
}

void StudyTable::add(std::span<const std::string> cells)
{
    if (cells.size() != columns_) throw std::logic_error("a row of an export has not as many cells as its header");
    std::string row;
    for (const std::string& cell : cells) {
        append_csv_text(row, cell);
        row += ',';
    }
    row.back() = '\n';
    *out_ << row;
}

}  // namespace nodtrack::interop
