// check_reports.cjs LIBRARIES FOLDER [CT]: every report of FOLDER (sr-*.dcm) as other programs read it, held against the
// record beside it (measurements.csv): OHIF loads it and lists every value, and where its images are in CT lets it be edited;
// Cornerstone makes of each nodule a caliper whose ends are the record's; dcmjs has the very numbers. Prints each fault.
const fs = require('fs');
const path = require('path');
const { withLibraries } = require('./readers.cjs');

const [libraries, folder, ctFolder] = process.argv.slice(2);
const readers = withLibraries(libraries);

/** The rows of a CSV file of the sample record, which has no commas within values. */
function rowsOf(file) {
  const text = fs.readFileSync(file, 'utf8');
  if (text.includes('"')) throw new Error(`${file}: has quoted values; this reads none`);
  const [head, ...rows] = text.trimEnd().split(/\r?\n/).map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}
const measurements = rowsOf(path.join(folder, 'measurements.csv'));

// What the readers tell the developer of a viewer is no answer of this program.
const say = console.log;
for (const kind of ['log', 'warn', 'info', 'debug', 'error']) console[kind] = () => {};

const list = (one) => (one === undefined ? [] : Array.isArray(one) ? one : [one]);
const first = (one) => list(one)[0];

// What a report has to say of a nodule: name in words (OHIF goes by them), code, unit, and the record's column.
const values = [
  { label: 'Long Axis', code: '103339001', unit: 'mm', column: 'long_axis_mm' },
  { label: 'Short Axis', code: '103340004', unit: 'mm', column: 'short_axis_mm' },
  { label: 'Volume', code: '118565006', unit: 'mm3', column: 'volume_mm3' },
  { label: 'Attenuation Coefficient', code: '112031', unit: "[hnsf'U]", column: 'mean_hu' },
];

let faults = 0;
let file = '';
function fault(said) {
  say(`${file}: ${said}`);
  faults += 1;
}
function same(what, seen, wanted) {
  if (seen !== wanted) fault(`${what}: ${seen}, and the record has ${wanted}`);
}

function imagesOf(report) {
  if (!ctFolder) return [];
  const images = [];
  for (const study of list(report.CurrentRequestedProcedureEvidenceSequence)) {
    for (const series of list(study.ReferencedSeriesSequence)) {
      for (const one of list(series.ReferencedSOPSequence)) images.push(readers.dataSet(path.join(ctFolder, `${one.ReferencedSOPInstanceUID}.dcm`)));
    }
  }
  return images;
}

/** The numbers of a report by the nodule's UID and the code, as dcmjs reads them. */
function numbersOf(report) {
  const numbers = new Map();
  const walk = (item, group) => {
    for (const below of list(item.ContentSequence)) {
      const code = first(below.ConceptNameCodeSequence)?.CodeValue;
      if (below.ValueType === 'UIDREF' && code === '112040') group.uid = below.UID;
      if (below.ValueType === 'NUM' && group.uid) {
        const measured = first(below.MeasuredValueSequence);
        numbers.set(`${group.uid} ${code}`, `${measured.NumericValue} ${first(measured.MeasurementUnitsCodeSequence).CodeValue}`);
      }
      if (below.ValueType === 'CONTAINER') walk(below, {});
    }
  };
  walk(report, {});
  return numbers;
}

function checkNodule(row, listed, numbers) {
  const wanted = values.filter((value) => row[value.column] !== '');
  for (const value of wanted) {
    const shown = listed.labels.filter((label) => label.label === value.label).map((label) => label.value);
    same(`${row.nodule_id}, ${value.label} in OHIF`, shown.join(' and '), `${Number(row[value.column]).toFixed(2)} ${value.unit}`);
    same(`${row.nodule_id}, ${value.label}`, numbers.get(`${row.tracking_uid} ${value.code}`), `${Number(row[value.column])} ${value.unit}`);
  }
  same(`${row.nodule_id}, how many values OHIF lists`, listed.labels.length, wanted.length);
}

/** Where the record has the ends of both axes. */
const isDrawn = (row) => row.long_axis_ends_mm !== '' && row.short_axis_ends_mm !== '';

function checkCaliper(row, calipers) {
  const caliper = calipers.find((one) => one.TrackingUniqueIdentifier === row.tracking_uid);
  if (!caliper) return fault(`${row.nodule_id}: Cornerstone makes no caliper of it`);
  const seen = caliper.annotation.data.handles.points.flatMap((point) => [...point]);
  const wanted = [row.long_axis_ends_mm, row.short_axis_ends_mm].join(' ').split(' ').map(Number);
  const farthestMm = Math.max(...wanted.map((mm, i) => Math.abs(mm - seen[i])));
  // Ends are stored as 32-bit numbers of pixels.
  if (!(farthestMm < 0.001) || seen.length !== wanted.length) fault(`${row.nodule_id}: Cornerstone has the ends at ${seen}, the record at ${wanted}`);
}

async function checkReport(ohif, cornerstone) {
  const report = readers.dataSet(path.join(folder, file));
  const images = imagesOf(report);
  const isSized = (row) => ['long_axis_mm', 'short_axis_mm', 'volume_mm3'].some((column) => row[column] !== '');
  const rows = measurements.filter(
    (row) => report.PatientID === row.patient_id && file === `sr-${row.patient_id}-${row.scan_id}.dcm` && row.status !== 'resolved' && isSized(row),
  );
  const opened = await ohif(report, images);
  same('how many nodules OHIF lists', opened.measurements.length, rows.length);
  const numbers = numbersOf(report);
  for (const row of rows) {
    const listed = opened.measurements.find((one) => one.TrackingUniqueIdentifier === row.tracking_uid);
    if (listed) checkNodule(row, listed, numbers);
    else fault(`OHIF does not list nodule ${row.nodule_id} (${row.tracking_uid})`);
  }
  const drawn = images.length ? rows.filter(isDrawn) : [];
  // OHIF lets a report be edited where each of its calipers can be.
  same('whether OHIF lets it be edited', opened.isEditable, drawn.length > 0);
  const calipers = drawn.length ? (cornerstone(report, images).Bidirectional ?? []) : [];
  for (const row of drawn) checkCaliper(row, calipers);
  same('how many calipers Cornerstone makes', calipers.length, drawn.length);
  return { values: numbers.size, calipers: calipers.length };
}

async function main() {
  const ohif = readers.ohif();
  const cornerstone = readers.cornerstone();
  const files = fs.readdirSync(folder).filter((name) => name.startsWith('sr-') && name.endsWith('.dcm'));
  const total = { values: 0, calipers: 0 };
  for (file of files) {
    try {
      const seen = await checkReport(ohif, cornerstone);
      total.values += seen.values;
      total.calipers += seen.calipers;
    } catch (error) {
      fault(`is not opened: ${error.message.slice(0, 200)}`);
    }
  }
  say(`${files.length} reports, ${total.values} values, ${total.calipers} calipers; ${faults} faults`);
  process.exit(faults > 0 || total.values === 0 ? 1 : 0);
}
main();
