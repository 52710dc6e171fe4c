// on_ct.cjs LIBRARIES RECORD.json FOLDER: the record with axes drawn on made-up CTs, so that viewers have something to
// edit: FOLDER/record/record.json, and the slices in FOLDER/ct, one for each nodule that has axes. The patients' names and
// the readers' have umlauts; the CTs are in Latin-1, as many scanners write them.
const fs = require('fs');
const path = require('path');

const [libraries, recordFile, folder] = process.argv.slice(2);
const { dcmjs } = require(path.resolve(libraries));
const { DicomDict } = dcmjs.data;
const record = JSON.parse(fs.readFileSync(recordFile, 'utf8'));

const ctImage = '1.2.840.10008.5.1.4.1.1.2';
const explicitLittleEndian = '1.2.840.10008.1.2.1';
const pixels = 64;
const spacingMm = 4;
const firstPixelMm = -(pixels * spacingMm) / 2;
const betweenSlicesMm = 5;

const element = (vr, ...Value) => ({ vr, Value });

function slice({ patient, scan, uids, place, z }) {
  const meta = { '00020002': element('UI', ctImage), '00020003': element('UI', uids.slice(place)), '00020010': element('UI', explicitLittleEndian) };
  const file = new DicomDict(meta);
  file.dict = {
    '00080005': element('CS', 'ISO_IR 100'),
    '00080016': element('UI', ctImage),
    '00080018': element('UI', uids.slice(place)),
    '00080020': element('DA', scan.scan_date.replaceAll('-', '')),
    '00080030': element('TM', '101500'),
    '00080050': element('SH', 'A1'),
    '00080060': element('CS', 'CT'),
    '00080090': element('PN', ''),
    // Latin-1: the writer of dcmjs knows UTF-8 alone, so the bytes are put in afterwards.
    '00100010': element('PN', 'M@ller^J@rg'),
    '00100020': element('LO', patient.patient_id),
    '00100030': element('DA', (patient.birth_date ?? '').replaceAll('-', '')),
    '00100040': element('CS', { female: 'F', male: 'M' }[patient.sex] ?? ''),
    '0020000D': element('UI', uids.study),
    '0020000E': element('UI', uids.series),
    '00200010': element('SH', ''),
    '00200011': element('IS', '2'),
    '00200013': element('IS', String(place + 1)),
    '00200032': element('DS', String(firstPixelMm), String(firstPixelMm), String(z)),
    '00200037': element('DS', '1', '0', '0', '0', '1', '0'),
    '00200052': element('UI', uids.frame),
    '00280002': element('US', 1),
    '00280004': element('CS', 'MONOCHROME2'),
    '00280010': element('US', pixels),
    '00280011': element('US', pixels),
    '00280030': element('DS', String(spacingMm), String(spacingMm)),
    '00280100': element('US', 16),
    '00280101': element('US', 16),
    '00280102': element('US', 15),
    '00280103': element('US', 1),
    '00281052': element('DS', '0'),
    '00281053': element('DS', '1'),
    '7FE00010': element('OW', new ArrayBuffer(pixels * pixels * 2)),
  };
  const bytes = Buffer.from(file.write());
  const name = bytes.indexOf('M@ller^J@rg');
  bytes[name + 1] = 0xfc; // u umlaut
  bytes[name + 8] = 0xf6; // o umlaut
  return bytes;
}

const ends = (x, y, z) => [-x, -y, z, x, y, z].map((mm) => mm.toFixed(3)).join(' ');

fs.mkdirSync(path.join(folder, 'ct'), { recursive: true });
fs.mkdirSync(path.join(folder, 'record'), { recursive: true });
const patients = new Map(record.patients.map((one) => [one.patient_id, one]));
const placed = new Map();
record.scans.forEach((scan, index) => {
  const root = `1.2.826.0.1.3680043.10.2.${index + 1}`;
  scan.study_uid = root;
  scan.series_uid = `${root}.1`;
  scan.frame_of_reference_uid = `${root}.2`;
  scan.accession_number = 'A1';
  const uids = { study: root, series: scan.series_uid, frame: scan.frame_of_reference_uid, slice: (place) => `${root}.1.${place + 1}` };
  placed.set(`${scan.patient_id} ${scan.scan_id}`, { scan, uids, count: 0 });
});
for (const row of record.measurements) {
  if (!row.long_axis_mm) continue;
  const on = placed.get(`${row.patient_id} ${row.scan_id}`);
  const z = on.count * betweenSlicesMm;
  row.long_axis_ends_mm = ends(row.long_axis_mm / 2, 0, z);
  if (row.short_axis_mm) row.short_axis_ends_mm = ends(0, row.short_axis_mm / 2, z);
  row.reader = 'Bär-Öz';
  const file = path.join(folder, 'ct', `${on.uids.slice(on.count)}.dcm`);
  fs.writeFileSync(file, slice({ patient: patients.get(row.patient_id), scan: on.scan, uids: on.uids, place: on.count, z }));
  on.count += 1;
}
fs.writeFileSync(path.join(folder, 'record', 'record.json'), JSON.stringify(record));
