// The words of the interface for the codes of the record and the policy. A code without an entry is shown as it is, with spaces.

const words: Record<string, string> = {
  CONTINUE_SURVEILLANCE: 'Continue surveillance',
  SHORT_INTERVAL_CT: 'Chest CT at a short interval',
  PET_CT: 'PET/CT',
  TUMOUR_BOARD: 'Sarcoma tumour board',
  URGENT_ESCALATION: 'Urgent review',
  DATA_REQUIRED: 'Data required',
  OUT_OF_SCOPE: 'Out of scope: hand over',

  BENIGN_APPEARING: 'Benign-appearing',
  LOW_SUSPICION: 'Low suspicion',
  INDETERMINATE: 'Indeterminate',
  SUSPICIOUS: 'Suspicious',
  METASTASIS_CRITERIA_MET: 'Imaging criteria of metastasis met',
  UNCLASSIFIABLE: 'Cannot be classed',
  NOT_APPLICABLE: 'Not applicable',
  RESOLVED: 'Resolved',

  NEW: 'New',
  NO_PRIOR: 'No prior',
  STABLE: 'Stable',
  DECREASED: 'Decreased',
  POSSIBLE: 'Possible growth',
  POSSIBLE_GROWTH: 'Possible growth',
  UNEQUIVOCAL: 'Unequivocal growth',
  UNEQUIVOCAL_GROWTH: 'Unequivocal growth',
  TREATED: 'Treated',
  NOT_REPORTED: 'Not reported',
  UNMEASURED: 'Not measured',

  urgent: 'Urgent',
  unanswered: 'Never answered',
  next_step: 'Next step open',
  lost: 'Lost to follow-up',
  overdue: 'Overdue',
  board: 'Waiting for the board',
  due: 'Due soon',
  data_required: 'Data missing',
  hand_over: 'Hand-over',

  ups_soft_tissue: 'undifferentiated pleomorphic sarcoma of soft tissue',
  ups_of_bone: 'undifferentiated pleomorphic sarcoma of bone',
  mpnst: 'malignant peripheral nerve sheath tumour',

  rul: 'right upper lobe',
  rml: 'right middle lobe',
  rll: 'right lower lobe',
  lul: 'left upper lobe',
  lingula: 'lingula',
  lll: 'left lower lobe',
  pet_ct: 'PET/CT',
  ct: 'CT',
  sbrt: 'SBRT',

  long_axis_mm: 'long axis',
  short_axis_mm: 'short axis',
  volume_mm3: 'volume',
  slice_thickness_mm: 'slice thickness',
  suv_max: 'SUVmax',
  limit95_mm: '95 % of reading error',
  beyond_limit95: 'beyond it',
  comparable_prior: 'comparable',
  caliper_change_limit95_mm: 'caliper change, 95 % of reading error',
  iv_contrast: 'IV contrast',
  vdt_days: 'doubling time',
  NO_NODULE: 'No nodule',
  mean_hu: 'mean CT number',
  solid_component_mm: 'solid component',
  at_least: 'at least',
  at_most: 'at most',
  is_not: 'is not',
};

export const roleNames: Record<string, string> = { radiologist: 'Radiologist', board: 'Tumour board', researcher: 'Researcher', admin: 'Administrator' };

export const groups = ['urgent', 'unanswered', 'lost', 'overdue', 'board', 'next_step', 'due', 'data_required', 'hand_over'] as const;

export const nextSteps = ['biopsy', 'surgery', 'sbrt', 'ablation', 'systemic_therapy', 'clinic_visit', 'other'] as const;

export const groupMeanings: Record<string, string> = {
  urgent: 'nobody has taken it on yet',
  unanswered: 'an alarm of the last year was followed by a quieter answer, and nobody answered it',
  next_step: 'accepted or answered, and the next step is not said or not taken',
  lost: 'long past the safety-net date, and nothing heard since',
  overdue: 'past a due date, and nothing recorded answers it',
  board: 'waiting for the tumour board',
  due: 'to be done soon',
  data_required: 'a reading, measurement or CT is missing',
  hand_over: 'out of scope here, or a sign of local recurrence: hand-over not confirmed',
};

export const actions = ['CONTINUE_SURVEILLANCE', 'SHORT_INTERVAL_CT', 'PET_CT', 'TUMOUR_BOARD', 'URGENT_ESCALATION', 'DATA_REQUIRED', 'OUT_OF_SCOPE'] as const;

export function wordOf(code: string | null | undefined): string {
  if (code === null || code === undefined || code === '') return 'not known';
  return words[code] ?? code.replaceAll('_', ' ');
}

/** `long_axis_mm` -> `mm`: the unit that a column's name ends with. */
export function unitOf(column: string): string {
  if (column.endsWith('_mgy_cm')) return 'mGy·cm';
  if (column.endsWith('_mm3')) return 'mm³';
  if (column.endsWith('_mm')) return 'mm';
  if (column.endsWith('_cm')) return 'cm';
  if (column.endsWith('_hu')) return 'HU';
  if (column.endsWith('_days')) return 'days';
  if (column.endsWith('_months')) return 'months';
  if (column.endsWith('_percent')) return '%';
  return '';
}

export function columnName(column: string): string {
  return words[column] ?? column.replace(/_(mm3|mm|mgy_cm|cm|hu|days|months|percent)$/, '').replaceAll('_', ' ');
}
