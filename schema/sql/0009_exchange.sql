-- Schema 9: what is exchanged with viewers and archives.
--
-- Of a patient whose number it is, of a scan where it stands in the archive and what machine made it, of a measurement
-- where its axes end and which object it was taken from. The columns may be NULL and stand at the end: rows of earlier
-- schemas hash as they did.

ALTER TABLE patient ADD COLUMN patient_id_issuer TEXT CHECK (patient_id_issuer <> '');

ALTER TABLE scan ADD COLUMN study_uid TEXT CHECK (study_uid <> '');
ALTER TABLE scan ADD COLUMN series_uid TEXT CHECK (series_uid <> '');
ALTER TABLE scan ADD COLUMN frame_of_reference_uid TEXT CHECK (frame_of_reference_uid <> '');
ALTER TABLE scan ADD COLUMN accession_number TEXT CHECK (accession_number <> '');
ALTER TABLE scan ADD COLUMN manufacturer TEXT CHECK (manufacturer <> '');
ALTER TABLE scan ADD COLUMN scanner_model TEXT CHECK (scanner_model <> '');
ALTER TABLE scan ADD COLUMN kernel TEXT CHECK (kernel <> '');
ALTER TABLE scan ADD COLUMN tube_voltage_kv_thousandths INTEGER CHECK (tube_voltage_kv_thousandths > 0);

ALTER TABLE observation ADD COLUMN tracking_uid TEXT CHECK (tracking_uid <> '');
ALTER TABLE observation ADD COLUMN long_axis_ends_mm TEXT CHECK (long_axis_ends_mm <> ''); -- x y z x y z (LPS)
ALTER TABLE observation ADD COLUMN short_axis_ends_mm TEXT CHECK (short_axis_ends_mm <> '');
ALTER TABLE observation ADD COLUMN source_sop_uid TEXT CHECK (source_sop_uid <> '');
ALTER TABLE observation ADD COLUMN source_writer TEXT CHECK (source_writer <> '');
ALTER TABLE observation ADD COLUMN source_verification TEXT CHECK (source_verification = 'verified'
    OR source_verification = 'unverified' OR source_verification = 'algorithm');
ALTER TABLE observation ADD COLUMN source_completion TEXT CHECK (source_completion = 'complete'
    OR source_completion = 'partial');
