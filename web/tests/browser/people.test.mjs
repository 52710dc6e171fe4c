// Who signs in sees what is theirs; each role's main path; what is left when they go.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, base, browser, fillSignIn, open, until } from './support.mjs';

after(() => browser.close());

const navigation = (page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();

test('a wrong password is refused in words and leaves the name', async () => {
  const { page, close } = await open();
  await page.goto(base);
  await fillSignIn(page, 'ada', 'not her password');
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'ada');
  assert.equal(await page.getByLabel('Password').inputValue(), '');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'password');
  await close();
});

test('a radiologist comes from sign-in to the worklist, to a patient, to its reasons, by keyboard', async () => {
  const { page, close } = await open();
  await page.goto(base);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('a long password');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Worklist' }).waitFor();
  assert.deepEqual(await navigation(page), ['Worklist', 'Board', 'Deliver']);
  await page.locator('a[data-row]').first().waitFor();
  const ids = await page.locator('a[data-row]').allInnerTexts();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press('j');
  assert.equal(await focused(), ids[0]);
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), ids[2]);
  await page.keyboard.press('k');
  assert.equal(await focused(), ids[1]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: ids[1] }).waitFor();
  await page.getByText('Because:').waitFor();
  const rule = page.locator('details.reason').first();
  await rule.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What was known' }).first().waitFor();
  await page.getByRole('heading', { name: 'What the policy demands' }).first().waitFor();
  assert.match(await rule.locator('.citations').first().innerText(), /read in the source|found as an excerpt|not verified|Local policy/);
  await close();
});

test('the worklist counts its groups and filters', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  const { entries } = await ask(context, 'worklist?limit=500');
  await go('/worklist');
  const board = entries.filter((entry) => entry.groups.split(';').includes('board')).length;
  const chip = page.getByRole('button', { name: /Waiting for the board/ });
  await chip.waitFor();
  assert.match(await chip.innerText(), new RegExp(`${board}$`));
  await chip.click();
  await until(page, (wanted) => document.querySelectorAll('a[data-row]').length === wanted, { arg: board });
  await page.getByRole('button', { name: /^All/ }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('SARC-017');
  await until(page, () => document.querySelectorAll('a[data-row]').length === 1);
  await until(page, () => location.hash.includes('text=SARC-017')); // a filtered list has an address of its own
  await page.getByLabel('Contains').fill('no such patient');
  await page.getByText('No patient on the list fits').waitFor();
  await close();
});

test('the patient page says what would change the answer, the dose, the history, the identities and the measurements', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/patients/SARC-002');
  assert.match(await page.locator('.trend-svg title').first().textContent(), /Trend of SARC-002/);
  const show = async (tab, text) => {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel', { name: tab }).getByText(text).first().waitFor();
  };
  await show('What would change it', 'not yet at');
  await show('Measurements', '3.9 × 3.4');
  await show('Dose', 'mSv');
  await show('History', 'long axis, mm');
  await show('Identities', 'as reported');
  await show('Film-strips', 'No images of this nodule are recorded');
  await show('Decisions', 'No decision is recorded');
  await close();
});

test('a nodule whose image was measured has its film-strip', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/patients/SARC-042?tab=pictures');
  const strip = page.getByRole('img', { name: /N1 on each CT/ });
  await strip.waitFor();
  assert.ok((await strip.evaluate((image) => image.complete && image.naturalWidth)) > 50);
  await close();
});

test('a patient is found by the start of the id', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  await page.getByRole('combobox', { name: /Find a patient/ }).pressSequentially('sarc-04');
  await page.getByRole('option', { name: 'SARC-044' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'SARC-040' }).waitFor();
  await close();
});

test('a patient that is not recorded is said to be so', async () => {
  const { page, close } = await open({ account: 'ada' });
  await page.goto(`${base}/#/patients/NOBODY-1`);
  await page.getByRole('alert').getByText('Not found').waitFor();
  await close();
});

test('the board goes through its list by key and records a decision with who was there', async () => {
  const { page, context, go, close } = await open({ account: 'bo' });
  const { entries } = await ask(context, 'board');
  await go('/board');
  await page.getByText(`1 of ${entries.length}`).waitFor();
  await page.keyboard.press('n');
  await page.getByText(`2 of ${entries.length}`).waitFor();
  assert.equal(await page.locator('h1').innerText(), entries[1].patient_id);
  await page.keyboard.press('ArrowRight');
  await page.getByText(`3 of ${entries.length}`).waitFor();
  await page.keyboard.press('p');
  await page.getByText(`2 of ${entries.length}`).waitFor();
  await go('/board/SARC-013');
  await page.getByRole('heading', { name: 'SARC-013' }).waitFor(); // until then the form is another patient's
  await page.getByLabel(/^Reason/).fill('wedge resection of N1');
  await page.getByLabel(/Who was there/).fill('Dr Adeyemi, Dr Brandt');
  await page.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByText('✓ Recorded').waitFor();
  const ledger = Object.values(await ask(context, 'patients/SARC-013/ledger')).find(Array.isArray);
  const decision = ledger.at(-1).decisions.at(-1);
  assert.deepEqual(decision.present, ['Dr Adeyemi', 'Dr Brandt']);
  assert.equal(decision.board, true);
  assert.equal(decision.reason, 'wedge resection of N1');
  // The next patient's form knows who is there.
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('n');
  await until(page, () => document.querySelector('h1')?.textContent !== 'SARC-013');
  assert.equal(await page.getByLabel(/Who was there/).inputValue(), 'Dr Adeyemi, Dr Brandt');
  await close();
});

test('a decision on a recommendation that is another one by now is not stored; both are shown', async () => {
  const { page, context, go, close } = await open({ account: 'bo' });
  await go('/board/SARC-012');
  await page.getByLabel(/^Reason/).fill('biopsy');
  await page.getByLabel(/Who was there/).fill('Dr Adeyemi');
  // What the board saw is made old by changing it on its way.
  await page.route('**/api/v1/patients/*/decisions', (route) => {
    const body = route.request().postDataJSON();
    return route.continue({ postData: JSON.stringify({ ...body, seen: { ...body.seen, action: 'PET_CT' } }) });
  }, { times: 1 });
  await page.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByRole('heading', { name: 'What you saw' }).waitFor();
  await page.getByRole('heading', { name: 'What it is now' }).waitFor();
  const decided = async () => Object.values(await ask(context, 'patients/SARC-012/ledger')).find(Array.isArray).flatMap((one) => one.decisions).length;
  assert.equal(await decided(), 0);
  await page.getByRole('button', { name: 'Go on with what it is now' }).click();
  await page.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByText('✓ Recorded').waitFor();
  assert.equal(await decided(), 1);
  await close();
});

test('a researcher sees the de-identified export and nothing else', async () => {
  const { page, context, close } = await open({ account: 'rhea' });
  await page.goto(base);
  await page.getByRole('heading', { name: 'Export for research' }).waitFor();
  assert.deepEqual(await navigation(page), ['Export']);
  assert.equal(await page.getByRole('search').count(), 0);
  await page.getByRole('heading', { name: 'Preview' }).waitFor();
  await page.locator('#main details[open] td').first().waitFor();
  assert.doesNotMatch(await page.locator('#main').innerText(), /SARC-\d/, 'no identifier is on the page');
  await page.getByLabel('Contains').fill('long_axis');
  await page.getByText('longest diameter').locator('visible=true').first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the export' }).click()]);
  assert.match(download.suggestedFilename(), /\.(zip|tar)/);
  for (const path of ['worklist', 'patients/SARC-001', 'patients/SARC-001/trend.svg', 'board.html'])
    assert.equal((await context.request.get(`${base}/api/v1/${path}`)).status(), 403, path);
  await page.goto(`${base}/#/patients/SARC-001`);
  await page.getByRole('alert').getByText('Not allowed').first().waitFor();
  await close();
});

test('an administrator makes an account, changes its role, disables it, and finds the audit in order', async () => {
  const { page, go, close } = await open({ account: 'root' });
  await go('/users');
  await page.getByRole('button', { name: 'Add an account' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel(/^Name/).fill('nora');
  await form.getByLabel('Shown as').fill('Dr Nora');
  await form.getByLabel(/^Password/).fill('short');
  await page.getByRole('button', { name: 'Store' }).click();
  assert.equal(await page.getByRole('dialog').count(), 1, 'a short password keeps the form open');
  await form.getByLabel(/^Password/).fill('long enough to keep');
  await page.getByRole('button', { name: 'Store' }).click();
  const row = page.getByRole('row', { name: /nora/ });
  await row.waitFor();
  await page.getByRole('button', { name: 'Role of nora …' }).click();
  await form.getByLabel('Role').selectOption('board');
  await page.getByRole('button', { name: 'Store' }).click();
  await row.getByText('Tumour board').waitFor();
  await page.getByRole('button', { name: 'Disable nora …' }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await row.getByText('disabled').waitFor();
  await go('/audit');
  await page.getByRole('group', { name: 'Deliveries and edits, scrolls' }).waitFor();
  await page.getByRole('button', { name: 'Verify the whole chain' }).click();
  await page.locator('[role=status]').getByText(/Nothing was changed|intact|whole|verified|no change/i).first().waitFor();
  await close();
});

test('signing out leaves nothing of a patient on the screen, and "back" brings nothing back', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  await go('/patients/SARC-002');
  await page.locator('.trend-svg').waitFor();
  await page.getByRole('button', { name: /Radiologist/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.doesNotMatch(await page.locator('body').innerText(), /SARC-002/);
  await page.goBack().catch(() => null);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal((await context.request.get(`${base}/api/v1/session`)).status(), 401);
  await close();
});

test('nobody touching the pages is warned, may stay, and is signed out in the end', async () => {
  const { page, context, go, close } = await open({ account: 'ada' });
  await page.clock.install();
  const { idle_minutes: idle } = await ask(context, 'session');
  await go('/worklist');
  await page.clock.fastForward((idle * 60 - 60) * 1000);
  const warning = page.getByRole('alertdialog');
  await warning.getByText('Still there?').waitFor();
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await warning.waitFor({ state: 'hidden' });
  await page.clock.fastForward((idle * 60 - 60) * 1000);
  await warning.waitFor();
  await page.clock.fastForward(61_000);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByText(/signed out after/).waitFor();
  await close();
});
