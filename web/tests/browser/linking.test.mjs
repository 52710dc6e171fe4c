// Which nodule a measured row is: said, seen and undone on the patient's page, by radiologists alone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, assertAccessible, browser, open, valuesOf } from './support.mjs';

after(() => browser.close());

const scan = 'CT-2026-07-09';
const rowOf = async (context) => (await ask(context, 'patients/EIGHT/identities')).identities.find((one) => one.scan_id === scan && one.observation_id === 'N2');

test('a radiologist says which nodule a row is, by keyboard, and takes it back', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  await go('/patients/EIGHT?tab=identities');
  const sizes = await valuesOf(context, 'EIGHT', scan, 'N2', 'long_axis_mm');
  await page.getByRole('button', { name: `Link N2 of ${scan} …` }).press('Enter');
  const form = page.getByRole('dialog', { name: `Which nodule is N2 of ${scan}?` });
  await form.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'nodule');
  await assertAccessible(page, 'the dialog of a link');
  await form.getByLabel('It is nodule').selectOption('another one');
  await form.getByLabel('Nodule ID').fill('N9');
  await form.getByLabel('On this scan it is').selectOption('new');
  await form.getByLabel(/^Why/).fill('N2 was resected');
  await form.getByLabel(/^Why/).press('Enter');
  await form.waitFor({ state: 'hidden' });
  const said = await rowOf(context);
  assert.equal(said.nodule_id, 'N9');
  const { made_by, nodule_state, reason, holds, link } = said.links.at(-1);
  assert.deepEqual({ made_by, nodule_state, reason, holds }, { made_by: 'ada', nodule_state: 'new', reason: 'N2 was resected', holds: true });
  assert.deepEqual(await valuesOf(context, 'EIGHT', scan, 'N2', 'long_axis_mm'), sizes, 'no measurement is touched');

  const line = page.getByRole('listitem').filter({ hasText: link });
  await line.getByText('N9: confirmed, new').waitFor();
  await page.getByLabel('Reason, for undoing').fill('it was N2 after all');
  await line.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('listitem').filter({ hasText: 'N9: undone' }).getByText('it was N2 after all').waitFor();
  assert.equal((await rowOf(context)).nodule_id, 'N2');
  await close();
});

test('a link that cannot be is refused in words, and nothing is stored', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  await go('/patients/EIGHT?tab=identities');
  const before = await rowOf(context);
  await page.getByRole('button', { name: `Link N2 of ${scan} …` }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('It is nodule').selectOption('N3'); // N3 has a row of its own there
  await form.getByRole('button', { name: 'Store the link' }).click();
  await form.getByRole('alert').getByText(/N3/).waitFor();
  assert.deepEqual(await rowOf(context), before);
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.waitFor({ state: 'hidden' });
  await close();
});

test('the board sees the links and makes none', async () => {
  const { page, go, close } = await open({ account: 'bo' });
  await go('/patients/EIGHT?tab=identities');
  await page.getByRole('cell', { name: scan }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: /^Link / }).count(), 0);
  await close();
});
