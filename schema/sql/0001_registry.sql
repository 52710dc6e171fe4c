-- The registry, schema 1.
--
-- Words of the record stand as words, days as YYYY-MM-DD, amounts as whole thousandths of the unit in the column's
-- name (long_axis_mm_thousandths = 5400 is 5.4 mm). NULL is "not known". Words are checked by chains of OR: an IN list
-- of more than two words costs eight times as much an insert (SQLite 3.40 builds a table of it for each statement).
--
-- Nothing is changed or taken away: a correction is a new version of its row, and the highest version holds. Tables
-- are clustered by their keys, so that a delivery in order of its keys is appended and a patient is read in one go.
-- The columns of a key come first and in the key's order: else integrity_check of SQLite 3.40 finds NULLs that are not
-- there. A later migration only ever adds columns that may be NULL: rows hashed before must hash the same.

-- One delivery of rows, or one edit: who recorded it, when, through which door and why.
CREATE TABLE delivery (
    delivery_no INTEGER PRIMARY KEY,
    recorded_at_utc TEXT NOT NULL CHECK (recorded_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    recorded_on TEXT NOT NULL CHECK (recorded_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    actor TEXT NOT NULL CHECK (actor <> ''),
    door TEXT NOT NULL CHECK (door <> ''),
    reason TEXT CHECK (reason <> '')
) STRICT;

-- One entry a delivery. The entry names each table's rows by number and by the SHA-256 of their bytes in key order;
-- entry_sha256 is the SHA-256 of previous_sha256, a line feed, and the entry.
CREATE TABLE change_log (
    delivery_no INTEGER PRIMARY KEY REFERENCES delivery (delivery_no),
    entry TEXT NOT NULL CHECK (entry <> ''),
    previous_sha256 TEXT NOT NULL CHECK (length(previous_sha256) = 64),
    entry_sha256 TEXT NOT NULL CHECK (length(entry_sha256) = 64)
) STRICT;

CREATE TABLE patient (
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
        OR histology = 'lymphoma' OR histology = 'carcinoma_metastasis'),
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

CREATE TABLE scan (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    scan_id TEXT NOT NULL CHECK (scan_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    scan_date TEXT NOT NULL CHECK (scan_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    modality TEXT NOT NULL CHECK (modality = 'ct' OR modality = 'pet_ct' OR modality = 'radiograph'),
    purpose TEXT NOT NULL CHECK (purpose = 'diagnostic' OR purpose = 'attenuation_correction'),
    iv_contrast TEXT CHECK (iv_contrast = 'none' OR iv_contrast = 'given'),
    slice_thickness_mm_thousandths INTEGER CHECK (slice_thickness_mm_thousandths > 0),
    reading TEXT CHECK (reading = 'complete' OR reading = 'limited'),
    symptoms TEXT CHECK (symptoms <> ''), -- joined by ;, in the vocabulary's order
    suspected_local_recurrence TEXT CHECK (suspected_local_recurrence = 'no' OR suspected_local_recurrence = 'yes'),
    new_pneumothorax TEXT CHECK (new_pneumothorax = 'no' OR new_pneumothorax = 'yes'),
    new_pleural_effusion TEXT CHECK (new_pleural_effusion = 'no' OR new_pleural_effusion = 'yes'),
    dlp_mgy_cm_thousandths INTEGER CHECK (dlp_mgy_cm_thousandths >= 0),
    dose_phantom_cm TEXT CHECK (dose_phantom_cm = '16' OR dose_phantom_cm = '32'),
    PRIMARY KEY (patient_id, scan_id, version)
) STRICT, WITHOUT ROWID;

-- One row measured on one scan. observation_id is the nodule id it was first reported under; which nodule it is, is
-- said apart from it in identity_link.
CREATE TABLE observation (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    scan_id TEXT NOT NULL CHECK (scan_id <> ''),
    observation_id TEXT NOT NULL CHECK (observation_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    status TEXT NOT NULL CHECK (status = 'present' OR status = 'new' OR status = 'resolved'
        OR status = 'not_assessed'),
    side TEXT CHECK (side = 'left' OR side = 'right'),
    lobe TEXT CHECK (lobe = 'rul' OR lobe = 'rml' OR lobe = 'rll' OR lobe = 'lul' OR lobe = 'lingula'
        OR lobe = 'lll'),
    location TEXT CHECK (location = 'parenchymal' OR location = 'perifissural' OR location = 'subpleural'
        OR location = 'pleural' OR location = 'endobronchial' OR location = 'staple_line'),
    long_axis_mm_thousandths INTEGER CHECK (long_axis_mm_thousandths > 0),
    short_axis_mm_thousandths INTEGER CHECK (short_axis_mm_thousandths > 0),
    volume_mm3_thousandths INTEGER CHECK (volume_mm3_thousandths > 0),
    volume_method TEXT CHECK (volume_method = 'manual' OR volume_method = 'semi_automatic'
        OR volume_method = 'automatic' OR volume_method = 'ellipsoid' OR volume_method = 'mask_voxels'
        OR volume_method = 'partial_volume'),
    attenuation TEXT CHECK (attenuation = 'solid' OR attenuation = 'part_solid' OR attenuation = 'ground_glass'
        OR attenuation = 'complex_ground_glass' OR attenuation = 'cystic' OR attenuation = 'cavitary'
        OR attenuation = 'fat_containing'),
    solid_component_mm_thousandths INTEGER CHECK (solid_component_mm_thousandths > 0),
    shape TEXT CHECK (shape = 'round' OR shape = 'oval' OR shape = 'triangular' OR shape = 'polygonal'
        OR shape = 'lentiform' OR shape = 'lobulated' OR shape = 'irregular'),
    margin TEXT CHECK (margin = 'smooth' OR margin = 'lobulated' OR margin = 'spiculated'
        OR margin = 'ill_defined'),
    calcification TEXT CHECK (calcification = 'none' OR calcification = 'diffuse' OR calcification = 'central'
        OR calcification = 'laminated' OR calcification = 'popcorn' OR calcification = 'eccentric'
        OR calcification = 'stippled' OR calcification = 'amorphous'),
    suv_max_thousandths INTEGER CHECK (suv_max_thousandths >= 0),
    position_x_mm_thousandths INTEGER,
    position_y_mm_thousandths INTEGER,
    position_z_mm_thousandths INTEGER,
    mean_hu_thousandths INTEGER,
    reader TEXT CHECK (reader <> ''),
    PRIMARY KEY (patient_id, scan_id, observation_id, version)
) STRICT, WITHOUT ROWID;

-- Which nodule an observation is. Unwritten link 0 of each observation: the nodule it was reported under, typed and
-- confirmed by its delivery. The newest confirmed link that is not undone holds.
CREATE TABLE identity_link (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    scan_id TEXT NOT NULL CHECK (scan_id <> ''),
    observation_id TEXT NOT NULL CHECK (observation_id <> ''),
    link_no INTEGER NOT NULL CHECK (link_no >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    answers_link_no INTEGER CHECK (answers_link_no >= 1 AND answers_link_no < link_no),
    nodule_id TEXT NOT NULL CHECK (nodule_id <> ''),
    how TEXT NOT NULL CHECK (how = 'typed' OR how = 'uid' OR how = 'registration' OR how = 'position'),
    state TEXT NOT NULL CHECK (state = 'proposed' OR state = 'confirmed' OR state = 'undone'),
    confidence_permille INTEGER CHECK (confidence_permille BETWEEN 0 AND 1000),
    made_by TEXT NOT NULL CHECK (made_by <> ''),
    CHECK (state <> 'undone' OR answers_link_no IS NOT NULL),
    PRIMARY KEY (patient_id, scan_id, observation_id, link_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE therapy (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    kind TEXT NOT NULL CHECK (kind = 'systemic' OR kind = 'thoracic_radiotherapy' OR kind = 'sbrt'
        OR kind = 'ablation' OR kind = 'metastasectomy'),
    start_date TEXT NOT NULL CHECK (start_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    nodule_id TEXT NOT NULL, -- '' where the therapy names no nodule
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    end_date TEXT CHECK (end_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    PRIMARY KEY (patient_id, kind, start_date, nodule_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    nodule_id TEXT NOT NULL CHECK (nodule_id <> ''),
    kind TEXT NOT NULL CHECK (kind = 'board_baseline' OR kind = 'not_a_nodule' OR kind = 'pathology_benign'
        OR kind = 'pathology_malignant'),
    date TEXT NOT NULL CHECK (date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    note TEXT CHECK (note <> ''),
    PRIMARY KEY (patient_id, nodule_id, kind, date, version)
) STRICT, WITHOUT ROWID;

-- What the program said, as said.
CREATE TABLE assessment (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    as_of TEXT NOT NULL CHECK (as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_id TEXT NOT NULL CHECK (policy_id <> ''),
    policy_version TEXT NOT NULL CHECK (policy_version <> ''),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    policy_sha256 TEXT NOT NULL CHECK (length(policy_sha256) = 64),
    known_on TEXT CHECK (known_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    json TEXT NOT NULL CHECK (json <> ''),
    PRIMARY KEY (patient_id, as_of, policy_id, policy_version, delivery_no)
) STRICT, WITHOUT ROWID;

-- What people decided. It stands beside the assessment it answers and never replaces it.
CREATE TABLE decision (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    decided_on TEXT NOT NULL CHECK (decided_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    action TEXT NOT NULL CHECK (action <> ''),
    due_date TEXT CHECK (due_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    reason TEXT NOT NULL CHECK (reason <> ''),
    as_of TEXT CHECK (as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    policy_version TEXT CHECK (policy_version <> ''),
    PRIMARY KEY (patient_id, decided_on, delivery_no)
) STRICT, WITHOUT ROWID;

-- The rule of identity_link, for people who read the file with other programs.
CREATE VIEW current_observation AS
SELECT o.*,
    coalesce((
        SELECT l.nodule_id FROM identity_link AS l
        WHERE l.patient_id = o.patient_id AND l.scan_id = o.scan_id AND l.observation_id = o.observation_id
            AND l.state = 'confirmed'
            AND NOT EXISTS (
                SELECT 1 FROM identity_link AS u
                WHERE u.patient_id = l.patient_id AND u.scan_id = l.scan_id AND u.observation_id = l.observation_id
                    AND u.state = 'undone' AND u.answers_link_no = l.link_no)
        ORDER BY l.link_no DESC LIMIT 1), o.observation_id) AS nodule_id
FROM observation AS o
WHERE NOT EXISTS (
    SELECT 1 FROM observation AS newer
    WHERE newer.patient_id = o.patient_id AND newer.scan_id = o.scan_id AND newer.observation_id = o.observation_id
        AND newer.version > o.version);

CREATE TRIGGER delivery_refuses_update BEFORE UPDATE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery is append-only: record a new version'); END;
CREATE TRIGGER delivery_refuses_delete BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery is append-only: record a new version'); END;
CREATE TRIGGER change_log_refuses_update BEFORE UPDATE ON change_log
BEGIN SELECT RAISE(ABORT, 'change_log is append-only: record a new version'); END;
CREATE TRIGGER change_log_refuses_delete BEFORE DELETE ON change_log
BEGIN SELECT RAISE(ABORT, 'change_log is append-only: record a new version'); END;
CREATE TRIGGER patient_refuses_update BEFORE UPDATE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;
CREATE TRIGGER patient_refuses_delete BEFORE DELETE ON patient
BEGIN SELECT RAISE(ABORT, 'patient is append-only: record a new version'); END;
CREATE TRIGGER scan_refuses_update BEFORE UPDATE ON scan
BEGIN SELECT RAISE(ABORT, 'scan is append-only: record a new version'); END;
CREATE TRIGGER scan_refuses_delete BEFORE DELETE ON scan
BEGIN SELECT RAISE(ABORT, 'scan is append-only: record a new version'); END;
CREATE TRIGGER observation_refuses_update BEFORE UPDATE ON observation
BEGIN SELECT RAISE(ABORT, 'observation is append-only: record a new version'); END;
CREATE TRIGGER observation_refuses_delete BEFORE DELETE ON observation
BEGIN SELECT RAISE(ABORT, 'observation is append-only: record a new version'); END;
CREATE TRIGGER identity_link_refuses_update BEFORE UPDATE ON identity_link
BEGIN SELECT RAISE(ABORT, 'identity_link is append-only: record a new version'); END;
CREATE TRIGGER identity_link_refuses_delete BEFORE DELETE ON identity_link
BEGIN SELECT RAISE(ABORT, 'identity_link is append-only: record a new version'); END;
CREATE TRIGGER therapy_refuses_update BEFORE UPDATE ON therapy
BEGIN SELECT RAISE(ABORT, 'therapy is append-only: record a new version'); END;
CREATE TRIGGER therapy_refuses_delete BEFORE DELETE ON therapy
BEGIN SELECT RAISE(ABORT, 'therapy is append-only: record a new version'); END;
CREATE TRIGGER event_refuses_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: record a new version'); END;
CREATE TRIGGER event_refuses_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: record a new version'); END;
CREATE TRIGGER assessment_refuses_update BEFORE UPDATE ON assessment
BEGIN SELECT RAISE(ABORT, 'assessment is append-only: record a new version'); END;
CREATE TRIGGER assessment_refuses_delete BEFORE DELETE ON assessment
BEGIN SELECT RAISE(ABORT, 'assessment is append-only: record a new version'); END;
CREATE TRIGGER decision_refuses_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only: record a new version'); END;
CREATE TRIGGER decision_refuses_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only: record a new version'); END;
