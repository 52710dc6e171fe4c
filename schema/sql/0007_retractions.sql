-- Schema 7: what was entered in error is retracted.
--
-- A retraction takes nothing away: it says which rows recorded before it do not hold. Whoever reads a record leaves those
-- out, so that of each row the highest version holds that no retraction in effect covers. A row that is entered again
-- gets the next version and holds. What was known on an earlier day goes by the retractions recorded until then.

CREATE TABLE retraction (
    patient_id TEXT NOT NULL CHECK (patient_id <> ''),
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no),
    item_no INTEGER NOT NULL CHECK (item_no >= 1), -- of this patient within the delivery
    -- row: one row, of a measurement with its links and images. scan: a scan with everything measured, linked and
    -- pictured on it. patient: everything recorded of the patient. These cover what was recorded before them.
    -- delivery: whatever that one delivery brought for the patient, retractions too: they are taken back by it.
    scope TEXT NOT NULL CHECK (scope = 'row' OR scope = 'scan' OR scope = 'patient' OR scope = 'delivery'),
    row_kind TEXT CHECK (row_kind = 'measurement' OR row_kind = 'therapy' OR row_kind = 'event' OR row_kind = 'visit'
        OR row_kind = 'decision'),
    row_key TEXT CHECK (row_key <> ''), -- the values of the row's key behind the patient's id, one a line
    scan_id TEXT CHECK (scan_id <> ''),
    retracted_delivery_no INTEGER REFERENCES delivery (delivery_no),
    moved_to_patient_id TEXT CHECK (moved_to_patient_id <> ''), -- where the same delivery enters the rows anew
    CHECK ((scope = 'row') = (row_kind IS NOT NULL)),
    CHECK ((scope = 'row') = (row_key IS NOT NULL)),
    CHECK ((scope = 'scan') = (scan_id IS NOT NULL)),
    CHECK ((scope = 'delivery') = (retracted_delivery_no IS NOT NULL)),
    CHECK (retracted_delivery_no < delivery_no),
    PRIMARY KEY (patient_id, delivery_no, item_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER retraction_refuses_update BEFORE UPDATE ON retraction
BEGIN SELECT RAISE(ABORT, 'retraction is append-only: record a new one'); END;
CREATE TRIGGER retraction_refuses_delete BEFORE DELETE ON retraction
BEGIN SELECT RAISE(ABORT, 'retraction is append-only: record a new one'); END;

-- For people who read the file with other programs: the retractions that nobody has taken back, and what holds of the
-- measurements.
CREATE VIEW retraction_in_effect AS
SELECT * FROM retraction AS r
WHERE NOT EXISTS (
    SELECT 1 FROM retraction AS back
    WHERE back.patient_id = r.patient_id AND back.retracted_delivery_no = r.delivery_no);

CREATE VIEW observation_not_in_error AS
SELECT * FROM observation AS o
WHERE NOT EXISTS (
    SELECT 1 FROM retraction_in_effect AS r
    WHERE r.patient_id = o.patient_id
        AND (r.retracted_delivery_no = o.delivery_no
            OR (r.delivery_no > o.delivery_no
                AND (r.scope = 'patient' OR r.scan_id = o.scan_id
                    OR (r.row_kind = 'measurement' AND r.row_key = o.scan_id || char(10) || o.observation_id)))));

CREATE VIEW link_not_in_error AS
SELECT * FROM identity_link AS l
WHERE NOT EXISTS (
    SELECT 1 FROM retraction_in_effect AS r
    WHERE r.patient_id = l.patient_id
        AND (r.retracted_delivery_no = l.delivery_no
            OR (r.delivery_no > l.delivery_no
                AND (r.scope = 'patient' OR r.scan_id = l.scan_id
                    OR (r.row_kind = 'measurement' AND r.row_key = l.scan_id || char(10) || l.observation_id)))));

DROP VIEW current_observation;
CREATE VIEW current_observation AS
SELECT o.*,
    coalesce((
        SELECT l.nodule_id FROM link_not_in_error AS l
        WHERE l.patient_id = o.patient_id AND l.scan_id = o.scan_id AND l.observation_id = o.observation_id
            AND l.state = 'confirmed'
            AND NOT EXISTS (
                SELECT 1 FROM link_not_in_error AS u
                WHERE u.patient_id = l.patient_id AND u.scan_id = l.scan_id AND u.observation_id = l.observation_id
                    AND u.state = 'undone' AND u.answers_link_no = l.link_no)
        ORDER BY l.link_no DESC LIMIT 1), o.observation_id) AS nodule_id
FROM observation_not_in_error AS o
WHERE NOT EXISTS (
    SELECT 1 FROM observation_not_in_error AS newer
    WHERE newer.patient_id = o.patient_id AND newer.scan_id = o.scan_id AND newer.observation_id = o.observation_id
        AND newer.version > o.version);
