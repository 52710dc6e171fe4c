// What can be typed about one nodule on one scan. The words are those of schema/record.schema.json; the service says what is wrong with a value.

export interface FieldOf {
  column: string;
  label: string;
  unit?: string;
  words?: readonly string[];
}

export const sizes: FieldOf[] = [
  { column: 'long_axis_mm', label: 'Long axis', unit: 'mm' },
  { column: 'short_axis_mm', label: 'Short axis', unit: 'mm' },
];

export const places: FieldOf[] = [
  { column: 'side', label: 'Side', words: ['left', 'right', 'unknown'] },
  { column: 'lobe', label: 'Lobe', words: ['rul', 'rml', 'rll', 'lul', 'lingula', 'lll', 'unknown'] },
  { column: 'location', label: 'Place', words: ['parenchymal', 'perifissural', 'subpleural', 'pleural', 'endobronchial', 'staple_line', 'unknown'] },
];

export const looks: FieldOf[] = [
  { column: 'attenuation', label: 'Attenuation', words: ['solid', 'part_solid', 'ground_glass', 'complex_ground_glass', 'cystic', 'cavitary', 'fat_containing', 'unknown'] },
  { column: 'shape', label: 'Shape', words: ['round', 'oval', 'triangular', 'polygonal', 'lentiform', 'lobulated', 'irregular', 'unknown'] },
  { column: 'margin', label: 'Margin', words: ['smooth', 'lobulated', 'spiculated', 'ill_defined', 'unknown'] },
  { column: 'calcification', label: 'Calcification', words: ['none', 'diffuse', 'central', 'laminated', 'popcorn', 'eccentric', 'stippled', 'amorphous', 'unknown'] },
];

export const rarer: FieldOf[] = [
  { column: 'solid_component_mm', label: 'Solid component', unit: 'mm' },
  { column: 'volume_mm3', label: 'Volume', unit: 'mm³' },
  { column: 'volume_method', label: 'Volume by', words: ['manual', 'semi_automatic', 'automatic', 'ellipsoid', 'mask_voxels', 'partial_volume'] },
  { column: 'suv_max', label: 'SUVmax', unit: '' },
];

export const statuses = ['present', 'new', 'resolved', 'not_assessed'] as const;

export const scanFields: FieldOf[] = [
  { column: 'slice_thickness_mm', label: 'Slice thickness', unit: 'mm' },
  { column: 'iv_contrast', label: 'IV contrast', words: ['none', 'given', 'unknown'] },
  { column: 'reading', label: 'Reading', words: ['complete', 'limited'] },
];

export const findings = [...sizes, ...places, ...looks, ...rarer];
export const isNumber = (field: FieldOf) => field.unit !== undefined;

export type Typed = Record<string, string>;

/** The request for what was typed; what was left out is not known. */
export function requestOf(patientId: string, typed: Typed) {
  const scan: Typed = {};
  if (typed['scan'] === '') {
    scan['scan_date'] = (typed['scan_date'] ?? '').trim();
    for (const { column } of scanFields) if (typed[column]?.trim()) scan[column] = typed[column].trim();
  }
  const measurement: Typed = { nodule_id: (typed['nodule_id'] ?? '').trim(), status: typed['status'] || 'present' };
  for (const { column } of findings) if (typed[column]?.trim()) measurement[column] = typed[column].trim();
  const amend = typed['amend']?.trim();
  return {
    patient_id: patientId,
    scan_id: (typed['scan'] || typed['scan_id'] || '').trim(),
    ...(Object.keys(scan).length > 0 ? { scan } : {}),
    measurement,
    ...(amend ? { amend } : {}),
  };
}

/** `entry:1:short_axis_mm: 8.9 is longer …` -> the column it is about, and the words. */
export function problemOn(line: string): { column: string | null; text: string } {
  const found = /(?:^|[:\s])([a-z][a-z0-9_]*): (.+)$/.exec(line);
  const columns = new Set(['scan_date', 'scan_id', 'nodule_id', 'status', ...findings.map((one) => one.column), ...scanFields.map((one) => one.column)]);
  return found && columns.has(found[1]!) ? { column: found[1]!, text: found[2]! } : { column: null, text: line };
}
