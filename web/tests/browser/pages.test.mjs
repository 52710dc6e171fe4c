// What every page owes: accessible in light and dark, printable, quick, and on one host.
import assert from 'node:assert/strict';
import { cpus, loadavg } from 'node:os';
import { after, test } from 'node:test';
import { assertAccessible, base, browser, open, until } from './support.mjs';

after(() => browser.close());

const places = [
  ['ada', '/worklist', 'a[data-row]'],
  ['ada', '/patients/SARC-002', '.trend-svg'],
  ['ada', '/patients/SARC-002?tab=what-if', '[role=tabpanel] table'],
  ['ada', '/patients/SARC-002?tab=measurements', '[role=tabpanel] table'],
  ['ada', '/patients/SARC-002?tab=history', '[role=tabpanel] table'],
  ['ada', '/patients/SARC-002?tab=dose', '[role=tabpanel] table'],
  ['ada', '/patients/SARC-002?tab=identities', '[role=tabpanel] table'],
  ['ada', '/patients/SARC-004/log', '[name=long_axis_mm]'],
  ['ada', '/deliver', '.drop'],
  ['bo', '/board/SARC-017', '.trend-svg'],
  ['rhea', '/export', '.scroll table:visible'],
  ['root', '/audit', '.scroll table:visible'],
  ['root', '/users', 'table'],
];

for (const scheme of ['light', 'dark']) {
  test(`axe-core finds nothing serious on any page, ${scheme}`, async () => {
    const outside = await open({ scheme });
    await outside.page.goto(base);
    await outside.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await assertAccessible(outside.page, `sign-in, ${scheme}`);
    await outside.close();
    for (const account of ['ada', 'bo', 'rhea', 'root']) {
      const { page, go, close } = await open({ account, scheme });
      for (const [who, place, sign] of places) {
        if (who !== account) continue;
        await go(place);
        await page.locator(sign).first().waitFor();
        if (place === '/patients/SARC-002') await page.locator('details.reason summary').first().click();
        if (place.endsWith('/log')) {
          await page.locator('[name=long_axis_mm]').fill('5.9');
          await page.locator('.live table').waitFor();
        }
        await assertAccessible(page, `${place}, ${scheme}`);
      }
      if (account === 'root') {
        await page.getByRole('button', { name: 'Add an account' }).click();
        await page.getByRole('dialog').waitFor();
        await assertAccessible(page, `dialog, ${scheme}`);
      }
      await close();
    }
  });
}

test('the first Tab leads to a link that skips to the page', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  await page.locator('a[data-row]').first().waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the page');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  await close();
});

test('nothing is cut off at 1280, nor on the wall screen with large type', async () => {
  for (const [viewport, display] of [
    [{ width: 1280, height: 800 }, { theme: 'system', type: 'desk' }],
    [{ width: 1920, height: 1080 }, { theme: 'dark', type: 'wall' }],
  ]) {
    const { page, go, close } = await open({ account: 'bo', viewport, display });
    for (const place of ['/worklist', '/patients/SARC-014', '/board/SARC-014']) {
      await go(place);
      await page.locator(place === '/worklist' ? 'a[data-row]' : '.trend-svg').first().waitFor();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${place} at ${viewport.width}: ${over} px too wide`);
    }
    await close();
  }
});

test('theme and type size are chosen on the page and kept', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Display' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.getByRole('menuitem', { name: /Large type/ }).click();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.locator('a[data-row]').first().waitFor();
  assert.notEqual(await ground(), light);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '22px');
  await close();
});

const pagesOf = (pdf) => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;
const paperOf = (pdf) => [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)].map((found) => [Math.round(found[1]), Math.round(found[2])]);

test('the worksheet of a patient prints on exactly one A4 page, that of two on two', async () => {
  const { page, close } = await open({ account: 'bo' });
  for (const [patients, count] of [['SARC-013', 1], ['EIGHT', 1], ['SARC-013,SARC-014', 2]]) {
    const answer = await page.goto(`${base}/api/v1/board.html?patients=${patients}`);
    assert.equal(answer.status(), 200);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.equal(pagesOf(pdf), count, `pages of ${patients}`);
    for (const paper of paperOf(pdf)) assert.deepEqual(paper, [595, 842], 'A4 upright, in points');
    const styled = await page.evaluate(() => getComputedStyle(document.querySelector('h1, h2') ?? document.body).fontFamily);
    assert.match(styled, /Arial|Helvetica|Liberation/, 'its own style sheet is let in');
  }
  await close();
});

test('the page of a patient with 8 nodules on 12 scans is there in under a second', async () => {
  const { page, go, close } = await open({ account: 'ada' });
  await go('/worklist');
  await page.locator('a[data-row]').first().waitFor();
  const times = [];
  for (let i = 0; i < 6; ++i) {
    const began = Date.now();
    await page.goto(`${base}/?try=${i}#/patients/EIGHT`);
    await until(page, () => document.querySelector('.trend-svg') && document.querySelectorAll('[aria-labelledby=nodules-title] tbody tr').length === 8 && document.querySelector('.sentence'));
    times.push(Date.now() - began);
  }
  console.log(`# patient page, ms: ${times.join(', ')}`);
  // A machine that is busy with other work says nothing about a second: then only what is grossly slow fails.
  const busy = loadavg()[0] / cpus().length;
  const limit = busy > 2 ? 4000 : 1000;
  if (limit > 1000) console.log(`# load of ${busy.toFixed(1)} a core: held to ${limit} ms instead of 1000`);
  assert.ok(Math.min(...times) < limit, `milliseconds: ${times.join(', ')}`);
  await close();
});

test('markup in what people type is shown, never run', async () => {
  const { page, go, close } = await open({ account: 'bo' });
  const markup = '<img src=x onerror="document.title=\'run\'"><b>bold</b>';
  await go('/board/SARC-021');
  await page.getByLabel(/^Reason/).fill(markup);
  await page.getByLabel(/Who was there/).fill('<script>document.title="run"</script>');
  await page.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByText('✓ Recorded').waitFor();
  await go('/patients/SARC-021?tab=decisions');
  await page.locator('.tab-panel, [role=tabpanel]').getByText(markup).first().waitFor();
  assert.notEqual(await page.title(), 'run');
  assert.equal(await page.locator('#main img, #main script').count(), 0);
  await close();
});
