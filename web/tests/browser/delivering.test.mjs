// A record is delivered from files: checked first, stored whole, refused with file and line.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, assertAccessible, base, browser, open, valuesOf } from './support.mjs';

after(() => browser.close());

const file = (name, ...lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) });
const patients = (...rows) => file('patients.csv', 'patient_id,histology,grade,primary_site,curative_treatment,follow_up_status', ...rows);
const scans = (...rows) => file('scans.csv', 'patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,reading', ...rows);
const measurements = (...rows) => file('measurements.csv', 'patient_id,scan_id,nodule_id,status,long_axis_mm,short_axis_mm', ...rows);
const given = (id) => [
  patients(`${id},leiomyosarcoma,high,extremity,completed,active`),
  scans(`${id},CT-1,2026-11-02,ct,diagnostic,1.0,complete`),
  measurements(`${id},CT-1,N1,present,6.1,5.0`, `${id},CT-1,N2,present,4.1,3.8`),
];
const choose = (page, files) => page.getByLabel('Choose files').setInputFiles(files);
const counts = (page, kind) => page.getByRole('row', { name: new RegExp(`^${kind}`) }).getByRole('cell').allInnerTexts();
const isThere = async (context, id) => (await context.request.get(`${base}/api/v1/patients/${id}`)).status() === 200;

test('the check counts what would be recorded and stores nothing; recording stores it once', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  await page.getByRole('link', { name: 'Deliver' }).click();
  await page.getByRole('heading', { name: 'Deliver a record' }).waitFor();
  await choose(page, given('NEW-1'));
  await page.getByRole('button', { name: 'Leave out measurements.csv' }).waitFor();
  await page.getByRole('button', { name: 'Check' }).press('Enter');
  await page.getByRole('heading', { name: 'What would be recorded' }).waitFor();
  assert.deepEqual(await counts(page, 'patients'), ['1', '0', '0', '0']);
  assert.deepEqual(await counts(page, 'measurements'), ['2', '0', '0', '0']);
  assert.equal(await isThere(context, 'NEW-1'), false, 'the check stores nothing');

  // The request arrives; the answer does not.
  const keys = [];
  page.on('request', (request) => request.url().includes('/records') && keys.push(request.headers()['idempotency-key']));
  await page.route('**/api/v1/records', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await page.getByRole('button', { name: 'Record' }).click();
  await page.getByRole('alert').getByText('No connection').waitFor();
  await page.getByText('Whether it arrived is not known').waitFor();
  await page.getByRole('button', { name: 'Record' }).press('Enter');
  await page.getByText(/✓ Recorded as delivery \d/).waitFor();
  assert.equal(keys.length, 2);
  assert.ok(keys[0] && keys[0] === keys[1], 'the same key');
  assert.equal((await ask(context, 'patients/NEW-1')).measurements.length, 2);
  assert.equal((await ask(context, 'patients/NEW-1/history')).values.filter((one) => one.row === 'measurements' && one.column === 'long_axis_mm').length, 2, 'stored once');
  await close();
});

test('a bad file is refused with the line, and nothing of the delivery is stored', async () => {
  const { page, context, go, close } = await open({ account: 'root' });
  await go('/deliver');
  await choose(page, [...given('NEW-2').slice(0, 2), measurements('NEW-2,CT-1,N1,present,6.1,5.0', 'NEW-2,CT-1,N2,present,4.1,5.8')]);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').getByText(/^measurements\.csv:3:short_axis_mm: /).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Record' }).count(), 0);
  await choose(page, [file('notes.csv', 'a')]);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').getByText(/^notes\.csv: is no file of a record/).waitFor();
  await page.getByRole('button', { name: 'Leave out notes.csv' }).click();
  await choose(page, [given('NEW-2')[2]]); // in place of the one before
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('button', { name: 'Record' }).waitFor();
  assert.equal(await isThere(context, 'NEW-2'), false);
  await close();
});

test('a value that contradicts a stored one is refused, and supersedes it with a reason', async () => {
  const { page, context, go, close } = await open({ account: 'root' });
  await go('/deliver');
  await choose(page, [patients('SARC-033,,low,,,')]);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').getByText(/^patients\.csv:2:grade: stored \w+, delivered low/).waitFor();
  await assertAccessible(page, 'a refused delivery');
  const why = page.getByLabel(/^Why/);
  await why.fill('pathology read again');
  await why.press('Enter');
  await page.getByRole('button', { name: 'Record' }).waitFor();
  assert.deepEqual(await counts(page, 'patients'), ['0', '0', '1', '0']);
  await why.fill('another reason');
  assert.equal(await page.getByRole('button', { name: 'Record' }).count(), 0, 'what is recorded is what was checked');
  await why.fill('pathology read again');
  await page.getByRole('button', { name: 'Record' }).click();
  await page.getByText('✓ Recorded').waitFor();
  const { values } = await ask(context, 'patients/SARC-033/history');
  const grades = values.filter((one) => one.column === 'grade');
  assert.equal(grades.at(-1).value, 'low');
  assert.equal(grades.at(-1).reason, 'pathology read again');
  assert.equal(grades.length, 2, 'what was stored stays readable');
  await close();
});

test('a slip is asked about with its line, and recorded once it is kept as delivered', async () => {
  const { page, context, go, close } = await open({ account: 'root' });
  await go('/deliver');
  await choose(page, [...given('NEW-7').slice(0, 2), measurements('NEW-7,CT-1,N1,present,0.61,0.5')]);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByRole('alert').getByText(/^measurements\.csv:2:long_axis_mm: 0\.61 mm is under 1\.0 mm/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Record' }).count(), 0);
  await page.getByRole('button', { name: 'Keep as delivered' }).click();
  await page.getByRole('button', { name: 'Record' }).click();
  await page.getByText('✓ Recorded').waitFor();
  assert.equal((await valuesOf(context, 'NEW-7', 'CT-1', 'N1', 'long_axis_mm'))[0].value, '0.61');
  await close();
});

test('a radiologist supersedes nothing that others recorded', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/deliver');
  await choose(page, [patients('SARC-021,,low,,,')]);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByLabel(/^Why/).fill('pathology read again');
  await page.getByLabel(/^Why/).press('Enter');
  await page.getByRole('alert').getByText(/others have recorded it/).waitFor();
  await page.getByRole('alert').getByText(/ask an admin/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Record' }).count(), 0);
  await close();
});

test('files can be dropped', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/deliver');
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['patient_id\nNEW-4\n'], 'patients.csv', { type: 'text/csv' }));
    return data;
  });
  await page.getByRole('form', { name: 'Delivery' }).dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByRole('button', { name: 'Leave out patients.csv' }).waitFor();
  await close();
});

test('the board delivers nothing: neither in the navigation, nor at the address, nor by the service', async () => {
  const { page, context, go, close } = await open({ account: 'bo' });
  await go('/worklist');
  assert.equal(await page.getByRole('link', { name: 'Deliver' }).count(), 0);
  await go('/deliver');
  await page.getByRole('alert').getByText('Not allowed').waitFor();
  assert.equal(await page.getByRole('form', { name: 'Delivery' }).count(), 0);
  const { csrf_token } = await ask(context, 'session');
  const answer = await context.request.post(`${base}/api/v1/records?dry_run=yes`, { headers: { 'X-CSRF-Token': csrf_token }, data: { patients: [] } });
  assert.equal(answer.status(), 403);
  await close();
});
