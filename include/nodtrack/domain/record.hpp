#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/axis_ends.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack {

// What the record says of one patient. An empty optional is "not known": it differs from `none` and from `no`.

struct Patient {
    std::string patient_id;  ///< a local identifier, never a name
    std::optional<Date> birth_date;
    std::optional<Sex> sex;
    std::optional<Histology> histology;
    std::optional<Tissue> tissue;
    std::optional<Grade> grade;
    std::optional<PrimarySite> primary_site;
    std::optional<Date> curative_treatment_completed_on;
    std::optional<Date> resection_date;
    std::optional<KnownLungMetastases> known_lung_metastases;
    ProfileWord schedule_profile;  ///< empty = default
    std::optional<CurativeTreatment> curative_treatment;
    std::optional<Date> lung_metastases_diagnosed_on;
    std::optional<FollowUpStatus> follow_up_status;
    std::string patient_id_issuer;            ///< whose identifier it is: two hospitals may give out one number
    std::optional<Date> follow_up_status_on;  ///< since when; of an earlier judgement it is not seen yet
    std::optional<Date> last_contact_on;

    bool operator==(const Patient&) const = default;
};

struct Scan {
    std::string scan_id;
    Date scan_date;
    Modality modality = Modality::ct;
    ScanPurpose purpose = ScanPurpose::diagnostic;
    std::optional<IvContrast> iv_contrast;
    std::optional<Length> slice_thickness;
    std::optional<Reading> reading;
    Symptoms symptoms;
    std::optional<Answer> suspected_local_recurrence;
    std::optional<Answer> new_pneumothorax;
    std::optional<Answer> new_pleural_effusion;
    std::optional<DoseLengthProduct> dlp;
    std::optional<DosePhantom> dose_phantom;
    OtherFindings other_findings;
    std::string study_uid;  ///< DICOM Study Instance UID
    std::string series_uid;
    std::string frame_of_reference_uid;
    std::string accession_number;
    std::string manufacturer;
    std::string scanner_model;
    std::string kernel;
    std::optional<TubeVoltage> tube_voltage;

    /// Only a diagnostic CT gives sizes, states and descriptors (decision table, section 1, Scans).
    bool is_diagnostic_ct() const { return modality == Modality::ct && purpose == ScanPurpose::diagnostic; }
    bool operator==(const Scan&) const = default;
};

/// What one reader or program said of one nodule on one scan.
struct Findings {
    Status status = Status::present;
    std::optional<Side> side;
    std::optional<Lobe> lobe;
    std::optional<Location> location;
    std::optional<Length> long_axis;
    std::optional<Length> short_axis;
    std::optional<Volume> volume;
    std::optional<VolumeMethod> volume_method;
    std::optional<AttenuationClass> attenuation;
    std::optional<Length> solid_component;
    std::optional<Shape> shape;
    std::optional<Margin> margin;
    std::optional<Calcification> calcification;
    std::optional<Suv> suv_max;
    std::optional<Length> position_x;  ///< DICOM patient coordinates (LPS)
    std::optional<Length> position_y;
    std::optional<Length> position_z;
    std::optional<Attenuation_HU> mean_attenuation;
    std::string reader;
    std::string tracking_uid;  ///< of the nodule, as an object had it that was taken in; else it is derived
    std::optional<AxisEnds> long_axis_ends;
    std::optional<AxisEnds> short_axis_ends;
    std::string source_sop_uid;  ///< DICOM object that the row was taken from
    std::string source_writer;   ///< the program that wrote it
    std::optional<SourceVerification> source_verification;
    std::optional<SourceCompletion> source_completion;

    /// Whether the nodule is said to be there.
    bool is_there() const { return status == Status::present || status == Status::newly_seen; }
    bool operator==(const Findings&) const = default;
};

/// A therapy; `nodule_id` is empty where the therapy names no nodule.
struct Therapy {
    TherapyKind kind = TherapyKind::systemic;
    Date start_date;
    std::optional<Date> end_date;  ///< empty = running, for a systemic therapy
    std::string nodule_id;

    bool operator==(const Therapy&) const = default;
};

/// Something decided or found about one nodule outside a scan.
struct NoduleEvent {
    std::string nodule_id;
    EventKind kind = EventKind::board_baseline;
    Date date;
    std::string note;

    bool operator==(const NoduleEvent&) const = default;
};

/// What was noticed between scans: at a clinic visit, by phone.
struct Visit {
    std::string visit_id;
    Date visit_date;
    std::optional<VisitKind> kind;
    Symptoms symptoms;
    std::optional<Answer> suspected_local_recurrence;
    std::string note;

    bool operator==(const Visit&) const = default;
};

/// What people decided for the patient. It stands beside the policy's answer and never replaces it.
struct Decision {
    Date decided_on;
    DecisionKind kind = DecisionKind::accept;
    std::optional<Action> action;
    std::optional<Date> due_date;  ///< of the action
    std::optional<NextStep> next_step;
    std::optional<Answer> board;  ///< decided by the tumour board
    std::string decided_by;       ///< the person who answers for it
    std::string present;          ///< who was there, joined by `;`
    std::string reason;

    bool operator==(const Decision&) const = default;
};

/// One nodule on one scan: positions in `PatientRecord::scans` and `PatientRecord::nodule_ids`.
struct Measurement {
    std::uint32_t scan = 0;
    std::uint32_t nodule = 0;
    Findings findings;
};

/// That a nodule is a fragment of another one, or went up in another one, from a scan on. No row of the record:
/// confirmed links say it, and it is filled in where a patient is judged.
struct NoduleKinship {
    enum class Kind : std::uint8_t { split_from, merged_into };
    Kind kind = Kind::split_from;
    std::string nodule_id;
    std::string other_nodule_id;  ///< what it split from or merged into
    Date from;                    ///< day of the scan that shows it so
};

/// Everything known of one patient. Order of the vectors carries no meaning.
struct PatientRecord {
    Patient patient;
    std::vector<Scan> scans;
    std::vector<std::string> nodule_ids;
    std::vector<Measurement> measurements;
    std::vector<Therapy> therapies;
    std::vector<NoduleEvent> events;
    std::vector<Visit> visits;
    std::vector<Decision> decisions;
    std::vector<NoduleKinship> kinships;
};

}  // namespace nodtrack
