-- Schema 11: since when a patient died, moved or declined, and when he was last heard of.
--
-- Columns at the end that may be NULL: rows of earlier schemas hash as they did.

ALTER TABLE patient ADD COLUMN follow_up_status_on TEXT CHECK (
    follow_up_status_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
ALTER TABLE patient ADD COLUMN last_contact_on TEXT CHECK (
    last_contact_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
