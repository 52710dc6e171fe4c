#pragma once

#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop::testing_support {

/// A folder of its own, gone at the end.
class TempFolder {
  public:
    TempFolder()
    {
        static std::atomic<int> count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("nodtrack_interop_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
        std::filesystem::create_directories(path_);
    }
    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    void write(const std::string& name, std::string_view text) const
    {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

  private:
    std::filesystem::path path_;
};

inline std::string text_of(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// The rows of a delivery by patient, as the tracker puts them together.
inline std::map<std::string, PatientRecord> records_of(const Delivery& delivery)
{
    std::map<std::string, PatientRecord> records;
    for (const PatientRow& row : delivery.patients) {
        records[row.patient.patient_id].patient = row.patient;
    }
    for (const ScanRow& row : delivery.scans) {
        records[std::string(row.patient_id)].scans.push_back(row.scan);
    }
    const auto place_of = [](auto& rows, auto&& is_it, auto&& make) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (is_it(rows[i])) return static_cast<std::uint32_t>(i);
        }
        rows.push_back(make());
        return static_cast<std::uint32_t>(rows.size() - 1);
    };
    for (const MeasurementRow& row : delivery.measurements) {
        PatientRecord& record = records[std::string(row.patient_id)];
        const std::uint32_t scan = place_of(
            record.scans, [&](const Scan& other) { return other.scan_id == row.scan_id; },
            [&] {
                Scan made;
                made.scan_id = row.scan_id;
                return made;
            });
        const std::uint32_t nodule = place_of(
            record.nodule_ids, [&](const std::string& other) { return other == row.nodule_id; },
            [&] { return std::string(row.nodule_id); });
        record.measurements.push_back({scan, nodule, row.findings});
    }
    for (const TherapyRow& row : delivery.therapies) {
        records[std::string(row.patient_id)].therapies.push_back(row.therapy);
    }
    for (const EventRow& row : delivery.events) {
        records[std::string(row.patient_id)].events.push_back(row.event);
    }
    for (const VisitRow& row : delivery.visits)
        records[std::string(row.patient_id)].visits.push_back(row.visit);
    for (const DecisionRow& row : delivery.decisions)
        records[std::string(row.patient_id)].decisions.push_back(row.decision);
    return records;
}

/// Random records: every column takes every kind of value, all within the contract.
class RandomRecord {
  public:
    explicit RandomRecord(std::uint32_t seed) : random_(seed) {}

    PatientRecord record(const std::string& patient_id)
    {
        PatientRecord made;
        fill(patient_fields, made.patient);
        made.patient.patient_id = patient_id;
        for (std::size_t i = below(5); i > 0; --i) {
            Scan& scan = made.scans.emplace_back();
            fill(scan_fields, scan);
            scan.scan_id = identifier() + "/" + std::to_string(i);
            if (scan.slice_thickness) scan.slice_thickness = positive<Length>();
            if (scan.dlp) scan.dlp = positive<DoseLengthProduct>();
            if (scan.tube_voltage) scan.tube_voltage = positive<TubeVoltage>();
        }
        for (std::size_t i = below(4); i > 0; --i) {
            made.nodule_ids.push_back(identifier() + "#" + std::to_string(i));
        }
        for (std::uint32_t scan = 0; scan < made.scans.size(); ++scan) {
            for (std::uint32_t nodule = 0; nodule < made.nodule_ids.size(); ++nodule) {
                if (below(4) != 0) made.measurements.push_back({scan, nodule, findings()});
            }
        }
        add_therapies(made);
        add_events(made);
        add_visits(made);
        add_decisions(made);
        return made;
    }

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

    std::string identifier()
    {
        static const std::vector<std::string> ids = {"P1",    "a b", "Müller-Nr 7", "=1+1", "-5", "@x",  "1,5",
                                                     "\"q\"", "x;y", "结节",        "N/1",  "0",  "P:1", "+3"};
        return ids[below(ids.size())];
    }

  private:
    template <class Fields, class Owner>
    void fill(const Fields& fields, Owner& owner)
    {
        for_each_field(fields, [&](const auto& field) { set(owner.*field.member); });
    }

    template <class T>
    void set(std::optional<T>& value)
    {
        if (below(3) == 0) return;
        T made{};
        set(made);
        value = made;
    }
    template <class Unit>
    void set(Quantity<Unit>& value)
    {
        value = Quantity<Unit>::from_thousandths(static_cast<std::int64_t>(below(600'000)) - 300'000);
    }
    void set(AxisEnds& value)
    {
        for (Length& coordinate : value.at)
            set(coordinate);
    }
    void set(Date& value) { value = Date::from_days(static_cast<std::int32_t>(below(60'000)) - 25'000); }
    template <class Word>
    void set(WordSet<Word>& value)
    {
        for (std::size_t i = 0; i < Vocabulary<Word>::words.size(); ++i) {
            if (below(4) == 0) value.insert(static_cast<Word>(i));
        }
    }
    void set(std::string& value)
    {
        static const std::vector<std::string> texts = {"",
                                                       "plain",
                                                       " padded ",
                                                       "a,b",
                                                       "two\nlines",
                                                       "crlf\r\nhere",
                                                       "say \"x\"",
                                                       "\"",
                                                       "=SUM(A1)",
                                                       "+49",
                                                       "-1",
                                                       "@cmd",
                                                       "tab\tx",
                                                       "ümläut",
                                                       ";;",
                                                       "\n",
                                                       "\r",
                                                       "'quoted'",
                                                       "\\back",
                                                       "{\"json\"}",
                                                       "null",
                                                       "unknown",
                                                       "\xF0\x9F\xAB\x81"};
        value = texts[below(texts.size())];
    }
    void set(ProfileWord& value)
    {
        static const std::vector<std::string> profiles = {"", "default", "six_monthly", "four_monthly_2"};
        static_cast<std::string&>(value) = profiles[below(profiles.size())];
    }
    template <class Enumeration>
    requires std::is_enum_v<Enumeration>
    void set(Enumeration& value) { value = static_cast<Enumeration>(below(Vocabulary<Enumeration>::words.size())); }

    template <class Amount>
    Amount positive()
    {
        return Amount::from_thousandths(static_cast<std::int64_t>(below(30'000)) + 1);
    }

    Findings findings()
    {
        for (;;) {
            Findings made;
            fill(findings_fields, made);
            if (made.long_axis) made.long_axis = positive<Length>();
            if (made.short_axis) made.short_axis = positive<Length>();
            if (made.volume) made.volume = positive<Volume>();
            if (made.solid_component) made.solid_component = positive<Length>();
            if (made.suv_max) made.suv_max = positive<Suv>();
            if (problems_of(made).empty()) return made;
        }
    }

    void add_therapies(PatientRecord& made)
    {
        for (std::size_t i = below(3); i > 0; --i) {
            Therapy& therapy = made.therapies.emplace_back();
            fill(therapy_fields, therapy);
            therapy.start_date = Date::from_days(static_cast<std::int32_t>(i));  // keys must differ
            therapy.nodule_id = below(2) == 0 ? "" : identifier();
        }
    }

    void add_events(PatientRecord& made)
    {
        for (std::size_t i = below(3); i > 0; --i) {
            NoduleEvent& event = made.events.emplace_back();
            fill(event_fields, event);
            event.date = Date::from_days(static_cast<std::int32_t>(i));
            event.nodule_id = identifier();
        }
    }

    void add_visits(PatientRecord& made)
    {
        for (std::size_t i = below(3); i > 0; --i) {
            Visit& visit = made.visits.emplace_back();
            fill(visit_fields, visit);
            visit.visit_id = identifier() + std::to_string(i);
        }
    }

    void add_decisions(PatientRecord& made)
    {
        for (std::size_t i = below(4); i > 0; --i) {
            Decision& decision = made.decisions.emplace_back();
            fill(decision_fields, decision);
            // Two of one day, by two people.
            decision.decided_on = Date::from_days(static_cast<std::int32_t>(i / 2));
            decision.decided_by = i % 2 == 0 ? "" : identifier();
        }
    }

    std::mt19937 random_;
};

}  // namespace nodtrack::interop::testing_support
