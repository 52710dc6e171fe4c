// Writes a delivery with one patient, EIGHT: 8 nodules on 12 CTs. usage: node tests/seed.mjs FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const scans = Array.from({ length: 12 }, (_, at) => {
  const month = 1 + at * 3;
  return `${2024 + Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, '0')}-09`;
});
const write = (name, lines) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
write('patients.csv', [
  'patient_id,birth_date,sex,histology,tissue,grade,primary_site,curative_treatment_completed_on,resection_date,known_lung_metastases,curative_treatment,follow_up_status',
  'EIGHT,1971-03-04,female,leiomyosarcoma,soft_tissue,high,extremity,2023-11-02,2023-09-12,none,completed,active',
]);
write('scans.csv', [
  'patient_id,scan_id,scan_date,modality,purpose,iv_contrast,slice_thickness_mm,reading,dlp_mgy_cm,dose_phantom_cm',
  ...scans.map((day) => `EIGHT,CT-${day},${day},ct,diagnostic,none,1.0,complete,82.5,32`),
]);
const rows = [];
scans.forEach((day, at) => {
  for (let nodule = 1; nodule <= 8; ++nodule) {
    const long = (3 + nodule * 0.6 + (nodule % 3 === 0 ? at * 0.25 : (at % 2) * 0.2)).toFixed(1);
    rows.push(`EIGHT,CT-${day},N${nodule},present,${nodule % 2 ? 'left' : 'right'},${nodule % 2 ? 'lll' : 'rul'},parenchymal,${long},${(long - 0.6).toFixed(1)},solid,oval,smooth,none`);
  }
});
write('measurements.csv', ['patient_id,scan_id,nodule_id,status,side,lobe,location,long_axis_mm,short_axis_mm,attenuation,shape,margin,calcification', ...rows]);
