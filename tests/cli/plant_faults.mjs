// plant_faults.mjs BUNDLE.json FOLDER: a sound Bundle, once as another program would write it (without Bundle.meta), and
// then with one fault in each copy. Writes FOLDER/sound.json, FOLDER/NAME.json, and FOLDER/faults.tsv: name, and the path
// that has to be told.
import { readFileSync, writeFileSync } from 'node:fs';

const [source, folder] = process.argv.slice(2);
const bundle = JSON.parse(readFileSync(source, 'utf8'));
delete bundle.meta;
const place = (test) => bundle.entry.findIndex((entry) => test(entry.resource));
const size = place((one) => one.resourceType === 'Observation' && one.component?.length === 2);
const body = bundle.entry.findIndex((entry) => entry.fullUrl === bundle.entry[size].resource.focus[0].reference);
const study = bundle.entry.findIndex((entry) => entry.fullUrl === bundle.entry[size].resource.derivedFrom[0].reference);
const patient = place((one) => one.resourceType === 'Patient');
const faults = [];
const plant = (name, path, change) => faults.push({ name, path, change });
const at = (entry) => `Bundle.entry[${entry}].resource`;
const of = (entry) => (copy) => copy.entry[entry].resource;
const S = of(size);

plant('status-missing', `${at(size)}.status`, (b) => delete S(b).status);
plant('status-of-no-set', `${at(size)}.status`, (b) => { S(b).status = 'finished'; });
plant('code-missing', `${at(size)}.code`, (b) => delete S(b).code);
plant('subject-missing', `${at(size)}.subject`, (b) => delete S(b).subject);
plant('subject-of-other-type', `${at(size)}.subject.reference`, (b) => { S(b).subject = { reference: b.entry[body].fullUrl }; });
plant('reference-to-nothing', `${at(size)}.focus[0].reference`, (b) => { S(b).focus[0].reference = 'urn:uuid:00000000-0000-0000-0000-000000000000'; });
plant('no-such-day', `${at(size)}.effectiveDateTime`, (b) => { S(b).effectiveDateTime = '2026-13-40'; });
plant('value-is-text', `${at(size)}.component[0].valueQuantity.value`, (b) => { S(b).component[0].valueQuantity.value = '12.4'; });
plant('component-is-text', `${at(size)}.component[0].valueString`, (b) => { delete S(b).component[0].valueQuantity; S(b).component[0].valueString = '12 mm'; });
plant('unit-kg', `${at(size)}.component[0].valueQuantity.code`, (b) => { S(b).component[0].valueQuantity.code = 'kg'; });
plant('unit-mm2', `${at(size)}.component[1].valueQuantity.code`, (b) => { S(b).component[1].valueQuantity.code = 'mm2'; });
plant('pixels', `${at(size)}.component[0].valueQuantity.code`, (b) => { S(b).component[0].valueQuantity.code = '{pixels}'; });
plant('negative-size', `${at(size)}.component[0].valueQuantity.value`, (b) => { S(b).component[0].valueQuantity.value = -4; });
plant('longest-missing', `${at(size)}.component`, (b) => S(b).component.shift());
plant('longest-twice', `${at(size)}.component`, (b) => S(b).component.push(structuredClone(S(b).component[0])));
plant('longest-is-shorter', `${at(size)}.component[1]`, (b) => { S(b).component[1].valueQuantity.value = S(b).component[0].valueQuantity.value + 1; });
plant('two-values', `${at(size)}.component[0].value[x]`, (b) => { S(b).component[0].valueString = 'a'; });
plant('components-empty', `${at(size)}.component`, (b) => { S(b).component = []; });
plant('component-without-code', `${at(size)}.component[0].code`, (b) => delete S(b).component[0].code);
plant('category-as-list-of-codes', `${at(size)}.code.coding`, (b) => { S(b).code.coding = S(b).code.coding[0]; });
plant('uid-of-letters', `${at(body)}.identifier[0].value`, (b) => { of(body)(b).identifier[0].value = 'urn:oid:abc'; });
plant('body-of-nobody', `${at(body)}.patient`, (b) => delete of(body)(b).patient);
plant('study-status', `${at(study)}.status`, (b) => { of(study)(b).status = 'done'; });
plant('gender-of-no-set', `${at(patient)}.gender`, (b) => { of(patient)(b).gender = 'F'; });
plant('patient-without-identifier', `${at(patient)}.identifier`, (b) => delete of(patient)(b).identifier);
plant('one-name-twice', `Bundle.entry[${body}].fullUrl`, (b) => { b.entry[body].fullUrl = b.entry[patient].fullUrl; });
plant('no-resource', `Bundle.entry[${size}].resource`, (b) => delete b.entry[size].resource);
plant('no-type', `${at(size)}.resourceType`, (b) => delete S(b).resourceType);
plant('bundle-type', 'Bundle.type', (b) => { b.type = 'heap'; });

writeFileSync(`${folder}/sound.json`, JSON.stringify(bundle, null, 1));
let list = '';
for (const { name, path, change } of faults) {
  const copy = structuredClone(bundle);
  change(copy);
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(copy, null, 1));
  list += `${name}\t${path}\n`;
}
writeFileSync(`${folder}/faults.tsv`, list);
