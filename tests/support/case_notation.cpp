#include "case_notation.hpp"

#include <algorithm>
#include <charconv>

#include "case_table.hpp"
#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::cases {
namespace {

[[noreturn]] void wrong(const std::string& message)
{
    throw NotationError(message);
}

std::int64_t thousandths(std::string_view text)
{
    const auto value = parse_thousandths(text);
    if (!value) wrong("\"" + std::string(text) + "\" is no number");
    return *value;
}

// Each column of the record reads its text by its type; `?` is "not known".

template <class Enumeration>
requires std::is_enum_v<Enumeration>
void read_value(std::string_view text, std::optional<Enumeration>& value)
{
    value = value_of_word<Enumeration>(text);
    if (!value) wrong("\"" + std::string(text) + "\" is none of: " + word_list<Enumeration>());
}
template <class Unit>
void read_value(std::string_view text, std::optional<Quantity<Unit>>& value)
{
    value = Quantity<Unit>::from_thousandths(thousandths(text));
}
void read_value(std::string_view text, std::optional<Date>& value)
{
    value = day_of(std::string(text));
}

void read_or_unknown(std::string_view text, std::string& value)
{
    value = text;
}

template <class Value>
void read_or_unknown(std::string_view text, std::optional<Value>& value)
{
    if (text == "?") {
        value.reset();
    } else {
        read_value(text, value);
    }
}

void read_or_unknown(std::string_view text, ProfileWord& value)
{
    value = text == "?" ? std::string_view() : text;
}

struct KeyValue {
    std::string key;
    std::string value;
};

std::optional<KeyValue> key_value(const std::string& token)
{
    const auto equals = token.find('=');
    if (equals == std::string::npos) return std::nullopt;
    return KeyValue{token.substr(0, equals), token.substr(equals + 1)};
}

template <class Enumeration>
bool take_word(const std::string& token, std::optional<Enumeration>& value)
{
    const auto found = value_of_word<Enumeration>(token);
    if (found) value = found;
    return found.has_value();
}

void read_scan_word(const std::string& token, Scan& scan)
{
    if (const auto pair = key_value(token)) {
        if (pair->key == "id") {
            scan.scan_id = pair->value;
        } else if (pair->key == "slice") {
            read_or_unknown(pair->value, scan.slice_thickness);
        } else if (pair->key == "iv") {
            read_or_unknown(pair->value, scan.iv_contrast);
        } else if (pair->key == "reading") {
            read_or_unknown(pair->value, scan.reading);
        } else {
            wrong("a scan has no \"" + pair->key + "\"; it has id, slice, iv, reading");
        }
        return;
    }
    if (const auto symptom = value_of_word<Symptom>(token)) {
        scan.symptoms.insert(*symptom);
    } else if (const auto finding = value_of_word<OtherFinding>(token)) {
        scan.other_findings.insert(*finding);
    } else if (token == "recurrence") {
        scan.suspected_local_recurrence = Answer::yes;
    } else if (token == "pneumothorax") {
        scan.new_pneumothorax = Answer::yes;
    } else if (token == "effusion") {
        scan.new_pleural_effusion = Answer::yes;
    } else if (token == "limited") {
        scan.reading = Reading::limited;
    } else if (token == "pet_ct" || token == "radiograph" || token == "attenuation_ct") {
        scan.modality = token == "pet_ct"       ? Modality::pet_ct
                        : token == "radiograph" ? Modality::radiograph
                                                : Modality::ct;
        if (token != "radiograph") scan.purpose = ScanPurpose::attenuation_correction;
        scan.slice_thickness.reset();
        scan.iv_contrast.reset();
        scan.reading.reset();
    } else {
        wrong("\"" + token + "\" says nothing about a scan");
    }
}

bool read_size(const std::string& token, Findings& findings)
{
    if (token.find_first_not_of("0123456789.x") != std::string::npos) return false;
    const auto by = token.find('x');
    findings.long_axis = Length::from_thousandths(thousandths(token.substr(0, by)));
    if (by != std::string::npos) findings.short_axis = Length::from_thousandths(thousandths(token.substr(by + 1)));
    return true;
}

void read_finding_value(const KeyValue& pair, Findings& findings)
{
    if (pair.key == "vol") {
        read_value(pair.value, findings.volume);
        if (!findings.volume_method) findings.volume_method = VolumeMethod::automatic;
    } else if (pair.key == "by") {
        read_or_unknown(pair.value, findings.volume_method);
    } else if (pair.key == "suv") {
        read_value(pair.value, findings.suv_max);
    } else if (pair.key == "side") {
        read_or_unknown(pair.value, findings.side);
    } else if (pair.key == "lobe") {
        read_or_unknown(pair.value, findings.lobe);
    } else if (pair.key == "short") {
        read_value(pair.value, findings.short_axis);
    } else if (pair.key == "solid") {
        read_value(pair.value, findings.solid_component);
    } else if (pair.key == "location") {
        read_or_unknown(pair.value, findings.location);
    } else if (pair.key == "attenuation") {
        read_or_unknown(pair.value, findings.attenuation);
    } else if (pair.key == "shape") {
        read_or_unknown(pair.value, findings.shape);
    } else if (pair.key == "margin") {
        read_or_unknown(pair.value, findings.margin);
    } else if (pair.key == "calcification") {
        read_or_unknown(pair.value, findings.calcification);
    } else {
        wrong("a nodule has no \"" + pair.key + "\"");
    }
}

void read_finding_word(const std::string& token, Findings& findings)
{
    if (const auto pair = key_value(token)) return read_finding_value(*pair, findings);
    std::optional<Status> status;
    if (take_word(token, status)) {
        findings.status = *status;
        return;
    }
    if (token == "lobulated" || token == "none") wrong("say of what: shape=, margin= or calcification=" + token);
    const bool known = take_word(token, findings.side) || take_word(token, findings.lobe) ||
                       take_word(token, findings.location) || take_word(token, findings.attenuation) ||
                       take_word(token, findings.shape) || take_word(token, findings.margin) ||
                       take_word(token, findings.calcification);
    if (!known) wrong("\"" + token + "\" says nothing about a nodule");
}

/// What a measured nodule is unless its row says otherwise: README.md of the case tables.
Findings default_findings()
{
    Findings findings;
    findings.side = Side::right;
    findings.location = Location::parenchymal;
    findings.attenuation = AttenuationClass::solid;
    findings.shape = Shape::round;
    findings.margin = Margin::smooth;
    findings.calcification = Calcification::none;
    return findings;
}

void read_row(const std::string& text, std::uint32_t scan, PatientRecord& record)
{
    const auto tokens = words_of(text);
    Findings size;
    const bool measured =
        std::any_of(tokens.begin() + 1, tokens.end(), [&](const std::string& token) { return read_size(token, size); });
    Findings findings = measured ? default_findings() : Findings{};
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (!read_size(tokens[i], findings)) read_finding_word(tokens[i], findings);
    }
    auto& ids = record.nodule_ids;
    auto id = std::find(ids.begin(), ids.end(), tokens.front());
    if (id == ids.end()) id = ids.insert(ids.end(), tokens.front());
    const auto nodule = static_cast<std::uint32_t>(id - ids.begin());
    for (const Measurement& other : record.measurements) {
        if (other.scan == scan && other.nodule == nodule) wrong("two rows of " + tokens.front() + " on one scan");
    }
    record.measurements.push_back({scan, nodule, std::move(findings)});
}

/// The day, and the words of the bracket after it.
struct Heading {
    Date day;
    std::vector<std::string> words;
};

Heading heading_of(std::string_view text)
{
    const std::string head(trimmed(text));
    const auto bracket = head.find('[');
    if (bracket == std::string::npos) return {day_of(head), {}};
    if (head.back() != ']') wrong("\"" + head + "\": a bracket is not closed");
    return {day_of(std::string(trimmed(head.substr(0, bracket)))),
            words_of(head.substr(bracket + 1, head.size() - bracket - 2))};
}

/// `+5d [visit cough]`
void read_visit(const Heading& heading, PatientRecord& record)
{
    Visit visit;
    visit.visit_id = "V" + std::to_string(record.visits.size() + 1);
    visit.visit_date = heading.day;
    for (const std::string& token : heading.words) {
        const auto symptom = value_of_word<Symptom>(token);
        if (symptom) {
            visit.symptoms.insert(*symptom);
        } else if (token == "recurrence") {
            visit.suspected_local_recurrence = Answer::yes;
        } else if (token != "visit" && !take_word(token, visit.kind)) {
            wrong("\"" + token + "\" says nothing about a visit");
        }
    }
    record.visits.push_back(std::move(visit));
}

void read_scan(const Heading& heading, const std::string& rows, PatientRecord& record)
{
    Scan scan;
    scan.iv_contrast = IvContrast::none;
    scan.slice_thickness = Length::whole(1);
    scan.reading = Reading::complete;
    for (const std::string& token : heading.words)
        read_scan_word(token, scan);
    scan.scan_date = heading.day;
    if (scan.scan_id.empty()) scan.scan_id = scan.scan_date.iso();
    for (const Scan& other : record.scans) {
        if (other.scan_id == scan.scan_id) wrong("two scans " + scan.scan_id + ": give one an id=");
    }
    record.scans.push_back(std::move(scan));
    const auto position = static_cast<std::uint32_t>(record.scans.size() - 1);
    for (const auto& row : split(rows, ";"))
        read_row(row, position, record);
}

void read_scan_or_visit(const std::string& text, PatientRecord& record)
{
    const auto colon = text.find(':');
    const Heading heading = heading_of(text.substr(0, colon));
    const bool is_visit = std::find(heading.words.begin(), heading.words.end(), "visit") != heading.words.end();
    if (!is_visit) return read_scan(heading, colon == std::string::npos ? "" : text.substr(colon + 1), record);
    if (colon != std::string::npos) wrong("a visit shows no nodules");
    read_visit(heading, record);
}

/// `accept +3d`, `override +3d SHORT_INTERVAL_CT`
void read_decision(const std::vector<std::string>& tokens, PatientRecord& record)
{
    if (tokens.size() < 2 || tokens.size() > 3) wrong("a decision is KIND DAY [ACTION]");
    Decision decision;
    decision.kind = *value_of_word<DecisionKind>(tokens[0]);
    decision.decided_on = day_of(tokens[1]);
    if (tokens.size() == 3) read_value(tokens[2], decision.action);
    decision.decided_by = "board";
    record.decisions.push_back(std::move(decision));
}

void check_nodule(const std::string& id, const PatientRecord& record)
{
    const auto& ids = record.nodule_ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) wrong("no scan shows the nodule " + id);
}

}  // namespace

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split(std::string_view text, std::string_view separator)
{
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(separator);
        const auto part = trimmed(text.substr(0, end));
        if (!part.empty()) parts.emplace_back(part);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + separator.size());
    }
}

std::vector<std::string> words_of(std::string_view text)
{
    return split(text, " ");
}

std::vector<std::string> cells_of(std::string_view line)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
                cells.back() += line[i++];
            } else {
                quoted = !quoted;
            }
        } else if (line[i] == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += line[i];
        }
    }
    if (quoted) wrong("a quoted cell is not closed");
    return cells;
}

void read_patient(std::string_view text, PatientRecord& record)
{
    Patient& patient = record.patient;
    patient.patient_id = "P";
    patient.histology = Histology::ups_soft_tissue;
    patient.grade = Grade::high;
    patient.primary_site = PrimarySite::extremity;
    patient.resection_date = day_of("-12m");
    patient.known_lung_metastases = KnownLungMetastases::none;
    patient.curative_treatment = CurativeTreatment::completed;
    patient.follow_up_status = FollowUpStatus::active;
    for (const auto& token : words_of(text)) {
        const auto pair = key_value(token);
        if (!pair) wrong("\"" + token + "\": a patient is described by key=value");
        bool known = false;
        const auto try_field = [&](const auto& field) {
            if (field.column != pair->key) return;
            known = true;
            read_or_unknown(pair->value, patient.*field.member);
        };
        std::apply([&](const auto&... fields) { (try_field(fields), ...); }, patient_fields);
        if (!known) wrong("patients have no column \"" + pair->key + "\"");
    }
}

void read_timeline(std::string_view text, PatientRecord& record)
{
    for (const auto& part : split(text, " / "))
        read_scan_or_visit(part, record);
}

void read_therapies(std::string_view text, PatientRecord& record)
{
    for (const auto& part : split(text, ";")) {
        const auto tokens = words_of(part);
        Therapy therapy;
        std::optional<TherapyKind> kind;
        if (tokens.size() < 2) wrong("\"" + part + "\": a therapy is KIND START..END [NODULE]");
        read_value(tokens[0], kind);
        therapy.kind = *kind;
        const auto dots = tokens[1].find("..");
        therapy.start_date = day_of(tokens[1].substr(0, dots));
        if (dots != std::string::npos && dots + 2 < tokens[1].size())
            therapy.end_date = day_of(tokens[1].substr(dots + 2));
        if (tokens.size() > 2) {
            check_nodule(tokens[2], record);
            therapy.nodule_id = tokens[2];
        }
        record.therapies.push_back(std::move(therapy));
    }
}

/// `split_from DAY NODULE OTHER`, `merged_into DAY NODULE OTHER`: as a confirmed link says it.
void read_kinship(const std::vector<std::string>& tokens, PatientRecord& record)
{
    if (tokens.size() != 4) wrong(tokens[0] + ": say DAY NODULE OTHER");
    check_nodule(tokens[2], record);
    check_nodule(tokens[3], record);
    using Kind = NoduleKinship::Kind;
    record.kinships.push_back(
        {tokens[0] == "split_from" ? Kind::split_from : Kind::merged_into, tokens[2], tokens[3], day_of(tokens[1])});
}

void read_events(std::string_view text, PatientRecord& record)
{
    for (const auto& part : split(text, ";")) {
        const auto tokens = words_of(part);
        if (value_of_word<DecisionKind>(tokens[0])) {
            read_decision(tokens, record);
            continue;
        }
        if (tokens[0] == "split_from" || tokens[0] == "merged_into") {
            read_kinship(tokens, record);
            continue;
        }
        NoduleEvent event;
        std::optional<EventKind> kind;
        if (tokens.size() != 3) wrong("\"" + part + "\": an event is KIND DAY NODULE, a decision KIND DAY [ACTION]");
        read_value(tokens[0], kind);
        event.kind = *kind;
        event.date = day_of(tokens[1]);
        event.nodule_id = tokens[2];
        check_nodule(tokens[2], record);
        record.events.push_back(std::move(event));
    }
}

Date day_zero()
{
    return *Date::from_calendar(2026, 6, 15);
}

Date day_of(const std::string& text)
{
    if (text == "0") return day_zero();
    if (const auto date = Date::parse(text)) return *date;
    Date day = day_zero();
    const char* next = text.data();
    const char* const end = text.data() + text.size();
    while (next != end && (*next == '+' || *next == '-')) {
        int amount = 0;
        const auto read = std::from_chars(*next == '+' ? next + 1 : next, end, amount);
        if (read.ec != std::errc{} || read.ptr == end) break;
        if (*read.ptr == 'd') {
            day = add_days(day, amount);
        } else if (*read.ptr == 'm' || *read.ptr == 'y') {
            day = add_months(day, *read.ptr == 'y' ? 12 * amount : amount);
        } else {
            break;
        }
        next = read.ptr + 1;
    }
    if (text.empty() || next != end) wrong("\"" + text + "\" is no day: 0, -28d, +3m, -2y, -6m+14d or 2026-06-15");
    return day;
}

PatientRecord record_of(const std::string& patient, const std::string& timeline, const std::string& therapies,
                        const std::string& events)
{
    PatientRecord record;
    read_patient(patient, record);
    read_timeline(timeline, record);
    read_therapies(therapies, record);
    read_events(events, record);
    return record;
}

}  // namespace nodtrack::cases
