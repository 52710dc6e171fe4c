-- Schema 8: what was erased leaves a tombstone.
--
-- The one way in which rows leave the file: by law a person may have everything erased. The log's entries stay as they
-- are, with the numbers and hashes of all rows there were. A tombstone says of each delivery's rows in a table (and of
-- each stretch of the read log) how many are gone, and what the rest hashes to from then on. It names nobody.

CREATE TABLE erasure (
    table_name TEXT NOT NULL CHECK (table_name <> ''),
    of_no INTEGER NOT NULL CHECK (of_no >= 1), -- the delivery whose rows they were; of the read log the first entry
    delivery_no INTEGER NOT NULL REFERENCES delivery (delivery_no), -- that erased; the newest of a table and number counts
    rows_erased INTEGER NOT NULL CHECK (rows_erased >= 0), -- 0: a text in a row that stays was blanked
    rows_left INTEGER NOT NULL CHECK (rows_left >= 0),
    left_sha256 TEXT NOT NULL CHECK (length(left_sha256) = 64), -- of the rows left, as the log hashes them
    PRIMARY KEY (table_name, of_no, delivery_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER erasure_refuses_update BEFORE UPDATE ON erasure
BEGIN SELECT RAISE(ABORT, 'erasure is append-only: record a new one'); END;
CREATE TRIGGER erasure_refuses_delete BEFORE DELETE ON erasure
BEGIN SELECT RAISE(ABORT, 'erasure is append-only: record a new one'); END;
