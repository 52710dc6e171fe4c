-- Schema 2: the ledger. A saved assessment and a decision name the recommendation they stand for in columns of their
-- own, so that its life (proposed, accepted or overridden, done or overdue) can be told without reading JSON.
--
-- All columns may be NULL and stand at the end: rows of schema 1 hash as they did. A decision of schema 1 has no kind;
-- it is kept, verified and answers nothing (no command ever wrote one).

ALTER TABLE assessment ADD COLUMN index_scan_id TEXT CHECK (index_scan_id <> '');
ALTER TABLE assessment ADD COLUMN action TEXT CHECK (action <> '');
ALTER TABLE assessment ADD COLUMN due_date TEXT CHECK (
    due_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
ALTER TABLE assessment ADD COLUMN safety_net_ct_date TEXT CHECK (
    safety_net_ct_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
ALTER TABLE assessment ADD COLUMN rule TEXT CHECK (rule <> '');
ALTER TABLE assessment ADD COLUMN patient_class TEXT CHECK (patient_class <> '');
ALTER TABLE assessment ADD COLUMN nodules TEXT CHECK (nodules <> '');

-- Who decided (actor, in delivery, is who typed it) and, for a board, who was there, one a line.
ALTER TABLE decision ADD COLUMN kind TEXT CHECK (kind = 'accept' OR kind = 'override' OR kind = 'event');
ALTER TABLE decision ADD COLUMN decided_by TEXT CHECK (decided_by <> '');
ALTER TABLE decision ADD COLUMN board TEXT CHECK (board = 'no' OR board = 'yes');
ALTER TABLE decision ADD COLUMN present TEXT CHECK (present <> '');
-- The event of the record that this decision brought.
ALTER TABLE decision ADD COLUMN nodule_id TEXT CHECK (nodule_id <> '');
ALTER TABLE decision ADD COLUMN event_kind TEXT CHECK (event_kind = 'board_baseline' OR event_kind = 'not_a_nodule'
    OR event_kind = 'pathology_benign' OR event_kind = 'pathology_malignant');
ALTER TABLE decision ADD COLUMN event_date TEXT CHECK (
    event_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
-- What the policy said when it was decided: the decision stands beside it. (as_of and policy_version: schema 1.)
ALTER TABLE decision ADD COLUMN policy_id TEXT CHECK (policy_id <> '');
ALTER TABLE decision ADD COLUMN policy_sha256 TEXT CHECK (length(policy_sha256) = 64);
ALTER TABLE decision ADD COLUMN index_scan_id TEXT CHECK (index_scan_id <> '');
ALTER TABLE decision ADD COLUMN policy_action TEXT CHECK (policy_action <> '');
ALTER TABLE decision ADD COLUMN policy_due_date TEXT CHECK (
    policy_due_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
ALTER TABLE decision ADD COLUMN policy_safety_net_ct_date TEXT CHECK (
    policy_safety_net_ct_date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]');
ALTER TABLE decision ADD COLUMN policy_rule TEXT CHECK (policy_rule <> '');
ALTER TABLE decision ADD COLUMN policy_patient_class TEXT CHECK (policy_patient_class <> '');
ALTER TABLE decision ADD COLUMN policy_nodules TEXT CHECK (policy_nodules <> '');
