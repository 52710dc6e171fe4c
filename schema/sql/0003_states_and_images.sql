-- Schema 3: what became of a nodule, and where its pictures are.
--
-- A link may say what the nodule is on that scan. not_seen, outside_field, resolved, resected and merged_into are said
-- of a nodule that has no row on the scan: observation_id is then the nodule's id. The columns may be NULL and stand at
-- the end: rows of schema 1 and 2 hash as they did.
ALTER TABLE identity_link ADD COLUMN nodule_state TEXT CHECK (nodule_state = 'same' OR nodule_state = 'new'
    OR nodule_state = 'not_seen' OR nodule_state = 'outside_field' OR nodule_state = 'resolved'
    OR nodule_state = 'resected' OR nodule_state = 'split_from' OR nodule_state = 'merged_into'
    OR nodule_state = 'not_a_nodule');
-- The nodule that it split from or merged into.
ALTER TABLE identity_link ADD COLUMN other_nodule_id TEXT CHECK (other_nodule_id <> '');
-- Of a resection, the day of surgery; of not_a_nodule, the day it was recognised.
ALTER TABLE identity_link ADD COLUMN state_date TEXT CHECK (
    state_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');

-- Where the image is that an observation was measured on, and which of its voxels were the nodule. It belongs to the
-- registry, not to the record: no export holds it.
CREATE TABLE nodule_image (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    scan_id TEXT NOT NULL CHECK (scan_id <> ''),
    observation_id TEXT NOT NULL CHECK (observation_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    image TEXT NOT NULL CHECK (image <> ''), -- paths as given, one a line
    folder TEXT NOT NULL CHECK (folder <> ''), -- where they were given
    series_uid TEXT CHECK (series_uid <> ''), -- SeriesInstanceUID, where the image is DICOM
    center_x_mm_thousandths INTEGER NOT NULL, -- DICOM patient coordinates (LPS)
    center_y_mm_thousandths INTEGER NOT NULL,
    center_z_mm_thousandths INTEGER NOT NULL,
    mask TEXT NOT NULL CHECK (mask <> ''), -- box and run lengths: imaging writes and reads it
    voxels_sha256 TEXT NOT NULL CHECK (length(voxels_sha256) = 64), -- of the image round the nodule, as measured
    PRIMARY KEY (patient_id, scan_id, observation_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER nodule_image_refuses_update BEFORE UPDATE ON nodule_image
BEGIN SELECT RAISE(ABORT, 'nodule_image is append-only: record a new version'); END;
CREATE TRIGGER nodule_image_refuses_delete BEFORE DELETE ON nodule_image
BEGIN SELECT RAISE(ABORT, 'nodule_image is append-only: record a new version'); END;
