-- Schema 4: who may use the service, who looked at whom, and which requests were answered.
--
-- These tables are not part of the record: no export holds them and the change log's hashes do not cover them, because
-- an account is disabled, a session ends and an answer is forgotten. What clinical writes leave behind stays in
-- `delivery`, by the account's name. Secrets stand here as hashes only. A backup holds all of it; sessions are taken
-- away when it is restored.

CREATE TABLE account (
    name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
    role TEXT NOT NULL CHECK (role = 'radiologist' OR role = 'board' OR role = 'researcher' OR role = 'admin'),
    disabled TEXT NOT NULL CHECK (disabled = 'no' OR disabled = 'yes'),
    display_name TEXT CHECK (display_name <> ''),
    password_hash TEXT NOT NULL CHECK (password_hash GLOB '$argon2id$*'), -- with its salt and cost
    made_at_utc TEXT NOT NULL CHECK (made_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z')
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
    token_no INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (name),
    token_sha256 TEXT NOT NULL UNIQUE CHECK (length(token_sha256) = 64),
    scope TEXT NOT NULL CHECK (scope = 'read' OR scope = 'write' OR scope = 'export'),
    expires_on TEXT NOT NULL CHECK (expires_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'), -- its last day, UTC
    made_at_utc TEXT NOT NULL CHECK (made_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    made_by TEXT NOT NULL CHECK (made_by <> ''),
    revoked_at_utc TEXT CHECK (revoked_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z')
) STRICT;

-- What was done to accounts and tokens, by whom. A log of its own and no delivery: deliveries say what is known of
-- patients from when on, and a new password is no reason to read the worklist again.
CREATE TABLE account_change (
    change_no INTEGER PRIMARY KEY,
    changed_at_utc TEXT NOT NULL CHECK (changed_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    actor TEXT NOT NULL CHECK (actor <> ''),
    door TEXT NOT NULL CHECK (door <> ''),
    account TEXT NOT NULL CHECK (account <> ''),
    what TEXT NOT NULL CHECK (what = 'added' OR what = 'role' OR what = 'disabled' OR what = 'enabled'
        OR what = 'password' OR what = 'token_added' OR what = 'token_revoked'),
    detail TEXT CHECK (detail <> '')
) STRICT;

CREATE TABLE session (
    session_sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(session_sha256) = 64),
    account TEXT NOT NULL REFERENCES account (name),
    began_at_utc TEXT NOT NULL CHECK (began_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z'),
    last_seen_at_utc TEXT NOT NULL CHECK (last_seen_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z'),
    ends_at_utc TEXT NOT NULL CHECK (ends_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z')
) STRICT, WITHOUT ROWID;

-- The read log.
CREATE TABLE patient_read (
    read_no INTEGER PRIMARY KEY,
    read_at_utc TEXT NOT NULL CHECK (read_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z'),
    account TEXT NOT NULL CHECK (account <> ''),
    patient_id TEXT NOT NULL CHECK (patient_id <> ''), -- as asked for: also one that is not recorded
    route TEXT NOT NULL CHECK (route <> '')
) STRICT;
CREATE INDEX patient_read_by_patient ON patient_read (patient_id);
CREATE INDEX patient_read_by_account ON patient_read (account);

-- Writes that must be done once. The row is written in the transaction of the write itself; status and body, the answer
-- as sent, follow when it is there.
CREATE TABLE idempotency (
    account TEXT NOT NULL CHECK (account <> ''),
    key TEXT NOT NULL CHECK (key <> ''),
    request_sha256 TEXT NOT NULL CHECK (length(request_sha256) = 64),
    kept_at_utc TEXT NOT NULL CHECK (kept_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    delivery_no INTEGER REFERENCES delivery (delivery_no),
    status INTEGER CHECK (status BETWEEN 100 AND 599), -- of HTTP
    body TEXT,
    CHECK (delivery_no IS NOT NULL OR status IS NOT NULL),
    CHECK ((status IS NULL) = (body IS NULL)),
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

-- Random bytes of this registry, made when first needed: research ids and moved dates are made with them. Whoever has
-- them can tell which patient a research id is.
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
    value BLOB NOT NULL CHECK (length(value) = 32),
    made_at_utc TEXT NOT NULL CHECK (made_at_utc GLOB
        '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'),
    made_by TEXT NOT NULL CHECK (made_by <> '')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER account_change_refuses_update BEFORE UPDATE ON account_change
BEGIN SELECT RAISE(ABORT, 'account_change is append-only: record a new one'); END;
CREATE TRIGGER account_change_refuses_delete BEFORE DELETE ON account_change
BEGIN SELECT RAISE(ABORT, 'account_change is append-only: record a new one'); END;
CREATE TRIGGER patient_read_refuses_update BEFORE UPDATE ON patient_read
BEGIN SELECT RAISE(ABORT, 'patient_read is append-only'); END;
CREATE TRIGGER patient_read_refuses_delete BEFORE DELETE ON patient_read
BEGIN SELECT RAISE(ABORT, 'patient_read is append-only'); END;
CREATE TRIGGER secret_refuses_update BEFORE UPDATE ON secret
BEGIN SELECT RAISE(ABORT, 'secret is append-only: research ids must stay the same'); END;
CREATE TRIGGER secret_refuses_delete BEFORE DELETE ON secret
BEGIN SELECT RAISE(ABORT, 'secret is append-only: research ids must stay the same'); END;
CREATE TRIGGER account_refuses_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'an account is disabled, never taken away: its name stands in the log'); END;
