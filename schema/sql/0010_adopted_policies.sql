-- Schema 10: a policy of one's own, and since when a follow-up status holds.
--
-- A registry is judged by the policy that was adopted last; without one by the policy released with the program. Policy
-- files are kept whole, byte by byte, so that what a judgement rested on can be read years later.

CREATE TABLE policy_file (
    sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64), -- of the content
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    policy_id TEXT NOT NULL CHECK (policy_id <> ''),
    policy_version TEXT NOT NULL CHECK (policy_version <> ''),
    content TEXT NOT NULL CHECK (content <> ''),
    UNIQUE (policy_id, policy_version)
) STRICT, WITHOUT ROWID;

-- Of the registry: the newest holds.
CREATE TABLE policy_adoption (
    delivery_no INTEGER PRIMARY KEY REFERENCES delivery (delivery_no),
    policy_sha256 TEXT NOT NULL REFERENCES policy_file (sha256)
) STRICT;

-- Of one patient, where a protocol says so: the newest holds.
CREATE TABLE patient_policy (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    policy_sha256 TEXT REFERENCES policy_file (sha256), -- NULL: that of the registry again
    PRIMARY KEY (patient_id, delivery_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER policy_file_refuses_update BEFORE UPDATE ON policy_file
BEGIN SELECT RAISE(ABORT, 'policy_file is append-only: adopt another policy'); END;
CREATE TRIGGER policy_file_refuses_delete BEFORE DELETE ON policy_file
BEGIN SELECT RAISE(ABORT, 'policy_file is append-only: adopt another policy'); END;
CREATE TRIGGER policy_adoption_refuses_update BEFORE UPDATE ON policy_adoption
BEGIN SELECT RAISE(ABORT, 'policy_adoption is append-only: adopt another policy'); END;
CREATE TRIGGER policy_adoption_refuses_delete BEFORE DELETE ON policy_adoption
BEGIN SELECT RAISE(ABORT, 'policy_adoption is append-only: adopt another policy'); END;
CREATE TRIGGER patient_policy_refuses_update BEFORE UPDATE ON patient_policy
BEGIN SELECT RAISE(ABORT, 'patient_policy is append-only: adopt another policy'); END;
CREATE TRIGGER patient_policy_refuses_delete BEFORE DELETE ON patient_policy
BEGIN SELECT RAISE(ABORT, 'patient_policy is append-only: adopt another policy'); END;

-- A patient's schedule is a profile of the policy that judges, and its words are no longer ours alone. The same rows in
-- the same columns, and at the end two that may be NULL: since when a patient died, moved or declined, and when he was
-- last heard of. Rows of earlier schemas hash as they did.
CREATE TABLE patient_of_schema_10 (
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
    schedule_profile TEXT CHECK (schedule_profile GLOB '[a-z]*' AND schedule_profile NOT GLOB '*[^a-z0-9_]*'),
    curative_treatment TEXT CHECK (curative_treatment = 'completed' OR curative_treatment = 'not_completed'),
    lung_metastases_diagnosed_on TEXT CHECK (
        lung_metastases_diagnosed_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    follow_up_status TEXT CHECK (follow_up_status = 'active' OR follow_up_status = 'deceased'
        OR follow_up_status = 'moved' OR follow_up_status = 'declined'),
    patient_id_issuer TEXT CHECK (patient_id_issuer <> ''),
    follow_up_status_on TEXT CHECK (follow_up_status_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    last_contact_on TEXT CHECK (last_contact_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    PRIMARY KEY (patient_id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO patient_of_schema_10 SELECT *, NULL, NULL FROM patient ORDER BY patient_id, version;
DROP TABLE patient;
ALTER TABLE patient_of_schema_10 RENAME TO patient;
CREATE TRIGGER patient_refuses_update BEFORE UPDATE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;
CREATE TRIGGER patient_refuses_delete BEFORE DELETE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;
