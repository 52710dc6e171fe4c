// What the service answers, as far as the pages read it. What its OpenAPI document says to the last member comes from types.gen.ts (`npm run types`);
// the rest stands here until the document does.

import type { components } from './types.gen';

type Schemas = components['schemas'];

export type Account = Schemas['User'];
export type Role = Account['role'];
export type Session = Schemas['Session'];
export type WorklistEntry = Schemas['WorklistEntry'];
export type Worklist = Schemas['Worklist'];
export type PastValue = Schemas['PastValue'];
export type RowTally = Schemas['RowTally'];
export type IngestReport = Schemas['IngestReport'];

export interface Citation {
  item: string;
  source: string;
  at: string;
  verified: string;
}

export interface Comparison {
  prior_scan: string;
  says: string;
  [measure: string]: unknown;
}

export interface Limit {
  parameter: string;
  values: number[];
  unit: string;
  citations: Citation[];
  local_policy: boolean;
}

export interface Reason {
  rule: string;
  says: string;
  subject: string;
  verdict: string;
  facts: { fact: string; value: unknown; unit?: string; rows: string[] }[];
  thresholds: { fact: string; comparison: string; value: unknown }[];
  comparisons?: Comparison[];
  growth_limits?: Limit[];
  citations: Citation[];
  local_policy: boolean;
}

export interface JudgedNodule {
  nodule_id: string;
  growth_state: string;
  class: string;
  rules: string[];
  long_axis_mm: number | null;
  vdt_days: number | null;
  stable_months: number;
}

export interface Recommendation {
  action: string;
  due_date: string | null;
  safety_net_ct_date: string | null;
  options: string[];
  also: { rule: string; action: string; due_date: string | null }[];
  stands_since: string | null;
}

export interface Assessment {
  patient_id: string;
  as_of: string;
  index_scan: string | null;
  policy: { id: string; version: string; sha256: string };
  patient_class: string;
  count_band: string;
  recommendation: Recommendation;
  rules: string[];
  flags: { code: string; subject: string; text: string }[];
  nodules: JudgedNodule[];
  reasons: Reason[];
}

export interface Scan {
  patient_id: string;
  scan_id: string;
  scan_date: string;
  modality: string;
  purpose: string;
  slice_thickness_mm?: number | string;
  iv_contrast?: string;
  reading?: string;
}

export interface Measurement {
  patient_id: string;
  scan_id: string;
  nodule_id: string;
  status: string;
  [column: string]: string | number | null | undefined;
}

export interface PatientRecord {
  patients: Record<string, unknown>[];
  scans?: Scan[];
  measurements?: Measurement[];
  therapies?: Record<string, string>[];
  events?: Record<string, string>[];
  visits?: Record<string, string>[];
  decisions?: Record<string, string>[];
}

export interface WhatIfChange {
  changes: string;
  subject: string;
  what: string;
  direction: string;
  unit: string | null;
  from: string | null;
  to: string;
  until: string | null;
  just_before: string | null;
  then: { action: string; patient_class: string; due_date: string | null; rules: string[] };
  nodules: { nodule_id: string; class: string; rules: string }[];
}

export interface WhatIf {
  now: { action: string; patient_class: string; due_date: string | null };
  changes: WhatIfChange[];
  next_scan?: { date: string; unchanged: WhatIfChange['then']; changes: WhatIfChange[] } | null;
}

export interface Dose {
  cumulative: { low_msv: number; high_msv: number; is_lower_bound: boolean; examinations: number; estimated: number; without_dlp: number };
  scans: {
    scan_id: string;
    date: string;
    procedure: string;
    dlp_mgy_cm: number | null;
    dose_phantom_cm: number | null;
    effective_dose_msv: [number, number] | null;
    not_estimated: string | null;
    radiation_level?: { level: string; band_msv: [number, number] | null } | null;
  }[];
}

export interface Observation {
  scan_id: string;
  scan_date: string;
  observation_id: string;
  has_row: boolean;
  nodule_id: string | null;
  links: {
    link: string;
    nodule_id: string | null;
    how: string;
    state: string;
    open: boolean;
    holds: boolean;
    confidence: number | null;
    nodule_state: string | null;
    other_nodule_id: string | null;
    made_by: string;
    recorded_at: string;
    reason: string | null;
  }[];
}

export interface Decision {
  kind: string;
  decided_on: string;
  decided_by: string;
  board: boolean;
  present: string[];
  reason: string;
  action: string | null;
  due_date: string | null;
  event: { kind: string; nodule_id: string; date: string } | string | null;
  recorded_at: string;
  actor: string;
}

export interface Kept {
  stance: string;
  progress: string;
  action: string;
  due_date: string | null;
  days_late: number;
  answered_by: { kind: string; what: string; date: string } | null;
  policy_answer: { action: string; due_date: string | null; rule: string; patient_class: string; as_of: string };
  decisions: Decision[];
}

export interface Preview {
  problems: string[];
  questions?: string[];
  warnings: string[];
  would_store: boolean;
  on_index_scan: boolean;
  comparisons: Comparison[];
  growth_state: string | null;
  class: string | null;
  vdt_days: number | null;
  stable_months: number | null;
  change_text: string;
  assessment: Assessment | null;
}

export interface Trend {
  scans: { scan_id: string; date: string }[];
  nodules: { nodule_id: string; points: { scan_id: string; date: string; status: string; long_axis_mm: number | null; short_axis_mm: number | null }[] }[];
}
