-- Schema 5: visits, decisions as rows of the record, other findings, and four histologies.
--
-- Tables whose words change are made anew with the same rows in the same columns; columns that come stand at the end and
-- may be NULL: rows of earlier schemas hash as they did.

-- Histologies: chordoma, embryonal_rhabdomyosarcoma, solitary_fibrous_tumour, well_differentiated_liposarcoma.
CREATE TABLE patient_of_schema_5 (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    birth_date TEXT CHECK (birth_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    sex TEXT CHECK (sex = 'female' OR sex = 'male' OR sex = 'other'),
    histology TEXT CHECK (histology = 'osteosarcoma' OR histology = 'extraskeletal_osteosarcoma'
        OR histology = 'ewing_sarcoma' OR histology = 'chondrosarcoma' OR histology = 'giant_cell_tumour_of_bone'
        OR histology = 'ups_soft_tissue' OR histology = 'ups_of_bone' OR histology = 'myxofibrosarcoma'
        OR histology = 'synovial_sarcoma' OR histology = 'leiomyosarcoma' OR histology = 'myxoid_liposarcoma'
        OR histology = 'dedifferentiated_liposarcoma' OR histology = 'pleomorphic_liposarcoma'
        OR histology = 'rhabdomyosarcoma' OR histology = 'alveolar_rhabdomyosarcoma'
        OR histology = 'epithelioid_sarcoma' OR histology = 'clear_cell_sarcoma' OR histology = 'angiosarcoma'
        OR histology = 'alveolar_soft_part_sarcoma' OR histology = 'mpnst' OR histology = 'desmoid'
        OR histology = 'other_bone' OR histology = 'other_soft_tissue' OR histology = 'plasma_cell'
        OR histology = 'lymphoma' OR histology = 'carcinoma_metastasis' OR histology = 'chordoma'
        OR histology = 'embryonal_rhabdomyosarcoma' OR histology = 'solitary_fibrous_tumour'
        OR histology = 'well_differentiated_liposarcoma'),
    tissue TEXT CHECK (tissue = 'bone' OR tissue = 'soft_tissue'),
    grade TEXT CHECK (grade = 'low' OR grade = 'high'),
    primary_site TEXT CHECK (primary_site = 'extremity' OR primary_site = 'trunk' OR primary_site = 'pelvis'
        OR primary_site = 'shoulder_girdle' OR primary_site = 'spine' OR primary_site = 'neuroaxis'
        OR primary_site = 'head_neck' OR primary_site = 'intraabdominal' OR primary_site = 'retroperitoneal'
        OR primary_site = 'skin'),
    curative_treatment_completed_on TEXT CHECK (
        curative_treatment_completed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    resection_date TEXT CHECK (resection_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    known_lung_metastases TEXT CHECK (known_lung_metastases = 'none' OR known_lung_metastases = 'present'
        OR known_lung_metastases = 'resected'),
    schedule_profile TEXT CHECK (schedule_profile = 'default' OR schedule_profile = 'six_monthly'),
    curative_treatment TEXT CHECK (curative_treatment = 'completed' OR curative_treatment = 'not_completed'),
    lung_metastases_diagnosed_on TEXT CHECK (
        lung_metastases_diagnosed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    follow_up_status TEXT CHECK (follow_up_status = 'active' OR follow_up_status = 'deceased'
        OR follow_up_status = 'moved' OR follow_up_status = 'declined'),
    PRIMARY KEY (patient_id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO patient_of_schema_5 SELECT * FROM patient ORDER BY patient_id, version;
DROP TABLE patient;
ALTER TABLE patient_of_schema_5 RENAME TO patient;
CREATE TRIGGER patient_refuses_update BEFORE UPDATE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;
CREATE TRIGGER patient_refuses_delete BEFORE DELETE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;

ALTER TABLE scan ADD COLUMN other_findings TEXT CHECK (other_findings <> ''); -- joined by ;, in the vocabulary's order

-- What was noticed between scans.
CREATE TABLE visit (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    visit_id TEXT NOT NULL CHECK (visit_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    visit_date TEXT NOT NULL CHECK (visit_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    kind TEXT CHECK (kind = 'clinic' OR kind = 'phone' OR kind = 'other'),
    symptoms TEXT CHECK (symptoms <> ''), -- joined by ;, in the vocabulary's order
    suspected_local_recurrence TEXT CHECK (suspected_local_recurrence = 'no' OR suspected_local_recurrence = 'yes'),
    note TEXT CHECK (note <> ''),
    PRIMARY KEY (patient_id, visit_id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER visit_refuses_update BEFORE UPDATE ON visit
BEGIN SELECT RAISE(ABORT, 'visit is append-only: record a new version'); END;
CREATE TRIGGER visit_refuses_delete BEFORE DELETE ON visit
BEGIN SELECT RAISE(ABORT, 'visit is append-only: record a new version'); END;

-- One row a decision, for the record (decisions.csv) and for the ledger: the columns from as_of on say what the policy
-- recommended when it was decided, and are NULL where the decision came with a record or was corrected. Rows of one
-- patient, day, kind and person are versions of one decision, in order of their deliveries.
-- An `event` is the ledger's alone: the record has it as a row of its events. A row without a kind is of schema 1.
CREATE TABLE decision_of_schema_5 (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    decided_on TEXT NOT NULL CHECK (decided_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    action TEXT CHECK (kind IS NULL OR action = 'CONTINUE_SURVEILLANCE' OR action = 'DATA_REQUIRED'
        OR action = 'SHORT_INTERVAL_CT' OR action = 'PET_CT' OR action = 'TUMOUR_BOARD' OR action = 'URGENT_ESCALATION' OR action = 'OUT_OF_SCOPE'),
    due_date TEXT CHECK (due_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    reason TEXT CHECK (reason <> ''),
    as_of TEXT CHECK (as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_version TEXT CHECK (policy_version <> ''),
    kind TEXT CHECK (kind = 'accept' OR kind = 'override' OR kind = 'close' OR kind = 'before_registry'
        OR kind = 'event'),
    decided_by TEXT CHECK (decided_by IS NOT NULL OR kind IS NULL), -- '' where nobody is named
    board TEXT CHECK (board = 'no' OR board = 'yes'),
    present TEXT CHECK (present <> ''), -- joined by ;, up to schema 4 one a line
    nodule_id TEXT CHECK (nodule_id <> ''),
    event_kind TEXT CHECK (event_kind = 'board_baseline' OR event_kind = 'not_a_nodule'
        OR event_kind = 'pathology_benign' OR event_kind = 'pathology_malignant'),
    event_date TEXT CHECK (event_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_id TEXT CHECK (policy_id <> ''),
    policy_sha256 TEXT CHECK (length(policy_sha256) = 64),
    index_scan_id TEXT CHECK (index_scan_id <> ''),
    policy_action TEXT CHECK (policy_action <> ''),
    policy_due_date TEXT CHECK (policy_due_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_safety_net_ct_date TEXT CHECK (policy_safety_net_ct_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_rule TEXT CHECK (policy_rule <> ''),
    policy_patient_class TEXT CHECK (policy_patient_class <> ''),
    policy_nodules TEXT CHECK (policy_nodules <> ''),
    next_step TEXT CHECK (next_step = 'biopsy' OR next_step = 'surgery' OR next_step = 'sbrt' OR next_step = 'ablation'
        OR next_step = 'systemic_therapy' OR next_step = 'clinic_visit' OR next_step = 'other'),
    UNIQUE (patient_id, decided_on, kind, decided_by, delivery_no)
) STRICT;
INSERT INTO decision_of_schema_5 SELECT *, NULL FROM decision ORDER BY patient_id, decided_on, delivery_no;
DROP TABLE decision;
ALTER TABLE decision_of_schema_5 RENAME TO decision;
CREATE TRIGGER decision_refuses_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only: record a new version'); END;
CREATE TRIGGER decision_refuses_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only: record a new version'); END;

-- The decisions of the record, with their versions.
CREATE VIEW decision_version AS
SELECT patient_id,
    (SELECT count(*) FROM decision AS same
     WHERE same.patient_id = d.patient_id AND same.decided_on = d.decided_on AND same.kind = d.kind
        AND same.decided_by = d.decided_by AND same.delivery_no <= d.delivery_no) AS version,
    delivery_no, decided_on, kind, action, due_date, next_step, board, decided_by,
    replace(present, char(10), ';') AS present, reason
FROM decision AS d
WHERE kind <> 'event';
