-- Schema 6: who may use the service and who looked at whom is in a chain of hashes of its own, as the record is, so that
-- an account, a token or the key of research ids put in from outside shows, and a read taken away. Each entry names the
-- rows that were written with it and their SHA-256; an account and a token have a line whenever they changed. Sessions
-- and kept answers are not in it: they end by themselves.

CREATE TABLE access_chain (
    entry_no INTEGER PRIMARY KEY,
    entry TEXT NOT NULL CHECK (entry <> ''), -- lines: table, key or first..last, rows, SHA-256
    previous_sha256 TEXT NOT NULL CHECK (length(previous_sha256) = 64),
    entry_sha256 TEXT NOT NULL UNIQUE CHECK (length(entry_sha256) = 64)
) STRICT;

-- What else there is to say of a read: that it was in vain, or which patients a list showed. The patient of a list is
-- `*`, that of a sign-in or an export `-`.
ALTER TABLE patient_read ADD COLUMN detail TEXT CHECK (detail <> '');

-- Whose record a delivery changed: lists that are kept up to date look at these alone. It follows from the rows.
CREATE TABLE delivery_patient (
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    PRIMARY KEY (delivery_no, patient_id)
) STRICT, WITHOUT ROWID;

-- The states of the record that de-identified exports are made of, named by their days. All exports between two releases
-- are of the same rows, so that nobody learns from the day on which a scan appears what its true date is.
CREATE TABLE export_release (
    released_on TEXT NOT NULL PRIMARY KEY CHECK (released_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    delivery_no INTEGER NOT NULL CHECK (delivery_no >= 0), -- the newest that is in it
    made_at_utc TEXT NOT NULL CHECK (made_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    made_by TEXT NOT NULL CHECK (made_by <> '')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER access_chain_refuses_update BEFORE UPDATE ON access_chain
BEGIN SELECT RAISE(ABORT, 'access_chain is append-only'); END;
CREATE TRIGGER access_chain_refuses_delete BEFORE DELETE ON access_chain
BEGIN SELECT RAISE(ABORT, 'access_chain is append-only'); END;
CREATE TRIGGER delivery_patient_refuses_update BEFORE UPDATE ON delivery_patient
BEGIN SELECT RAISE(ABORT, 'delivery_patient is append-only'); END;
CREATE TRIGGER delivery_patient_refuses_delete BEFORE DELETE ON delivery_patient
BEGIN SELECT RAISE(ABORT, 'delivery_patient is append-only'); END;
CREATE TRIGGER export_release_refuses_update BEFORE UPDATE ON export_release
BEGIN SELECT RAISE(ABORT, 'export_release is append-only'); END;
CREATE TRIGGER export_release_refuses_delete BEFORE DELETE ON export_release
BEGIN SELECT RAISE(ABORT, 'export_release is append-only'); END;
CREATE TRIGGER api_token_refuses_delete BEFORE DELETE ON api_token
BEGIN SELECT RAISE(ABORT, 'a token is revoked, never taken away: its number stands in the log'); END;
