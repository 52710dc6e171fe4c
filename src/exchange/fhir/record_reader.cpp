#include "fhir/record_reader.hpp"

#include <fmt/format.h>

#include "fhir/amounts.hpp"
#include "fhir/resources.hpp"
#include "nodtrack/domain/quantity.hpp"

namespace nodtrack::exchange::fhir {
namespace {

/// Makes rows of resources.
class RecordReader {
  public:
    RecordReader(const BundleIndex& index, Faults& faults) : index_(index), faults_(faults) {}

    ReadBundle run()
    {
        read_patient();
        if (faults_.any()) return {};
        for (const Entry& entry : index_.entries()) {
            if (const auto kind = kind_of(entry)) read_row(entry, *kind);
        }
        read_.is_record = true;
        return std::move(read_);
    }

  private:
    void read_patient()
    {
        const Entry* patient = nullptr;
        for (const Entry& entry : index_.entries()) {
            if (entry.type != "Patient") continue;
            if (patient != nullptr)
                faults_.add(entry.path, fmt::format("is a second Patient beside {}; expected one", patient->path));
            patient = &entry;
        }
        if (patient == nullptr) {
            faults_.add("Bundle.entry", "has no Patient; expected one");
            return;
        }
        const Json& identifier = part(part(*patient->resource, "identifier"), std::size_t{0});
        patient_id_ = text_of(part(identifier, "value"));
        if (patient_id_.empty())
            faults_.add(patient->path + ".identifier[0].value", "is missing; expected the patient's id");
        Json row = columns_of(*patient);
        put(row, "patient_id_issuer", issuer_of(identifier));
        put(row, "birth_date", text_of(part(*patient->resource, "birthDate")));
        put(row, "sex", text_of(part(*patient->resource, "gender")));
        add(RowKind::patient, *patient, std::move(row));
    }

    std::optional<RowKind> kind_of(const Entry& entry) const
    {
        if (entry.type == "ImagingStudy") return RowKind::scan;
        if (entry.type == "Procedure") return RowKind::therapy;
        if (entry.type == "Encounter") return RowKind::visit;
        const Json& code = part(*entry.resource, "code");
        if (entry.type == "Observation" && is_tumour_size(code)) return RowKind::measurement;
        if (entry.type != "Basic") return std::nullopt;
        const std::string kind = text_of(part(part(part(code, "coding"), std::size_t{0}), "code"));
        if (kind == row_noun(RowKind::event)) return RowKind::event;
        if (kind == row_noun(RowKind::decision)) return RowKind::decision;
        return std::nullopt;
    }

    void read_row(const Entry& entry, RowKind kind)
    {
        Json row = columns_of(entry);
        if (kind == RowKind::scan) read_scan(entry, row);
        if (kind == RowKind::measurement) read_measurement(entry, row);
        add(kind, entry, std::move(row));
    }

    void add(RowKind kind, const Entry& entry, Json row)
    {
        row["patient_id"] = patient_id_;
        read_.rows[index_of(kind)].push_back(row.dump(-1, ' ', false, Json::error_handler_t::replace));
        read_.places[index_of(kind)].push_back(entry.path);
    }

    static void put(Json& row, const char* column, const std::string& text)
    {
        if (!text.empty()) row[column] = text;
    }

    /// What the extension says, column by column.
    Json columns_of(const Entry& entry)
    {
        Json row = Json::object();
        for (const Json& extension : part(*entry.resource, "extension")) {
            if (part(extension, "url") != row_extension) continue;
            std::size_t place = 0;
            for (const Json& one : part(extension, "extension"))
                read_column(one, fmt::format("{}.extension[0].extension[{}]", entry.path, place++), row);
        }
        return row;
    }

    void read_column(const Json& one, const std::string& path, Json& row)
    {
        const std::string column = text_of(part(one, "url"));
        if (column.empty()) return faults_.add(path + ".url", "is missing; expected the name of a column");
        if (row.contains(column)) return faults_.add(path + ".url", "names a column twice; expected it once");
        for (const auto& [key, value] : one.items()) {
            if (!key.starts_with("value")) continue;
            if (value.is_string()) row[column] = value;
            if (value.is_number()) row[column] = value.dump();
            if (row.contains(column)) return;
            faults_.add(fmt::format("{}.{}", path, key),
                        fmt::format("is {}; expected a text or a number", shown(value)));
            return;
        }
        faults_.add(path, fmt::format("has no value of the column {}; expected one", shown(Json(column))));
    }

    void read_scan(const Entry& entry, Json& row)
    {
        const Json& study = *entry.resource;
        put(row, "scan_id", identified_by(study, scan_ids));
        put(row, "scan_date", text_of(part(study, "started")));
        const std::string uid = identified_by(study, dicom_uids);
        if (uid.starts_with(oid)) put(row, "study_uid", uid.substr(oid.size()));
        put(row, "series_uid", text_of(part(part(part(study, "series"), std::size_t{0}), "uid")));
        for (const Json& identifier : part(study, "identifier")) {
            const Json& type = part(part(part(identifier, "type"), "coding"), std::size_t{0});
            if (part(type, "code") == "ACSN") put(row, "accession_number", text_of(part(identifier, "value")));
        }
    }

    void read_measurement(const Entry& entry, Json& row)
    {
        const Json& size = *entry.resource;
        const Entry* const study = index_.target(part(part(size, "derivedFrom"), std::size_t{0}));
        const Entry* const nodule = index_.target(part(part(size, "focus"), std::size_t{0}));
        if (study == nullptr)
            faults_.add(entry.path + ".derivedFrom", "names no ImagingStudy of this Bundle; expected one");
        if (nodule == nullptr)
            faults_.add(entry.path + ".focus", "names no BodyStructure of this Bundle; expected one");
        if (study == nullptr || nodule == nullptr) return;
        put(row, "scan_id", identified_by(*study->resource, scan_ids));
        put(row, "nodule_id", identified_by(*nodule->resource, nodule_ids));
        std::size_t place = 0;
        for (const Json& component : part(size, "component")) {
            const auto of = measured_by(part(component, "code"));
            const std::string path = fmt::format("{}.component[{}]", entry.path, place++);
            if (of == codes::Concept::long_axis) put_amount(row, "long_axis_mm", component, of, path);
            if (of == codes::Concept::short_axis) put_amount(row, "short_axis_mm", component, of, path);
        }
        for (const Json& member : part(size, "hasMember")) {
            const Entry* const other = index_.target(member);
            if (other == nullptr) continue;
            const auto of = measured_by(part(*other->resource, "code"));
            if (of == codes::Concept::volume) put_amount(row, "volume_mm3", *other->resource, of, other->path);
            if (of == codes::Concept::ct_number) put_amount(row, "mean_hu", *other->resource, of, other->path);
        }
    }

    void put_amount(Json& row, const char* column, const Json& holder, codes::Concept of, const std::string& path)
    {
        const Amount amount = amount_of(holder, of, path, faults_);
        if (!amount.thousandths && !amount.why_not.empty())
            return faults_.add(path, fmt::format("has no size that can be read: {}; expected one", amount.why_not));
        if (!amount.thousandths) return;
        if (row.contains(column))
            return faults_.add(path, fmt::format("says {} a second time; expected it once", column));
        row[column] = decimal_text(*amount.thousandths);
    }

    const BundleIndex& index_;
    Faults& faults_;
    ReadBundle read_;
    std::string patient_id_;
};

}  // namespace

ReadBundle record_in(const BundleIndex& index, Faults& faults)
{
    return RecordReader(index, faults).run();
}

}  // namespace nodtrack::exchange::fhir
