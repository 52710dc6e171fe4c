// What the browser tests share. They run against a service that is there already (NODTRACK_SERVICE), seeded by run-tests.sh.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const base = (process.env.NODTRACK_SERVICE ?? '').replace(/\/$/, '');
if (!base) throw new Error('NODTRACK_SERVICE is not set: web/run-tests.sh PROGRAM starts a service and sets it');
export const password = process.env.NODTRACK_TEST_PASSWORD ?? 'a long password';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A window of its own. What it asks of other hosts, and what the browser complains of, is kept and checked by `close`. */
export async function open({ account = null, scheme = 'light', viewport = { width: 1280, height: 800 }, display = null } = {}) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, baseURL: `${base}/`, acceptDownloads: true });
  context.setDefaultTimeout(15_000);
  const strange = [];
  const complaints = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !/^(data|blob):/.test(url)) strange.push(url);
  });
  const watch = (page) => {
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // Refusals and cut connections are part of the tests; a breach of the content policy or a fault of the pages is not.
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) complaints.push(message.text());
    });
    return page;
  };
  if (display) await context.addInitScript((chosen) => localStorage.setItem('nodtrack.display', JSON.stringify(chosen)), display);
  context.on('page', watch);
  const page = await context.newPage();
  if (account) await signInQuietly(context, account);
  return {
    context,
    page,
    complaints,
    async go(place) {
      await page.goto(`${base}/#${place}`);
      await page.locator('#main h1').waitFor();
    },
    async close() {
      await context.close();
      assert.deepEqual(strange, [], 'no request may leave the host');
      assert.deepEqual(complaints, [], 'the browser has nothing to complain of');
    },
  };
}

export async function signInQuietly(context, account) {
  const answer = await context.request.post(`${base}/api/v1/session`, { data: { name: account, password } });
  assert.equal(answer.status(), 200, `sign-in of ${account}: ${await answer.text()}`);
  return answer.json();
}

export async function fillSignIn(page, account, word = password) {
  await page.getByLabel('Name').fill(account);
  await page.getByLabel('Password').fill(word);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Nothing serious or critical by axe-core, WCAG 2.2 AA included. */
export async function assertAccessible(page, what) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }));
  const serious = found.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  assert.deepEqual(
    serious.map((one) => `${what}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`).join(' | ')}`),
    [],
  );
}

/** What the service has, asked as that window's account. */
export async function ask(context, path) {
  const answer = await context.request.get(`${base}/api/v1/${path}`);
  assert.equal(answer.status(), 200, path);
  return answer.json();
}

export async function valuesOf(context, patient, scan, nodule, column) {
  const { values } = await ask(context, `patients/${patient}/history`);
  return values.filter((one) => one.row === 'measurements' && one.scan_id === scan && one.nodule_id === nodule && one.column === column);
}

/** Waits until `look`, run in the page, says something true. (The content policy forbids the library's own way, which evaluates text.) */
export async function until(page, look, { arg, timeout = 15_000 } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const seen = await page.evaluate(look, arg);
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain for ${look}`);
    await new Promise((go) => setTimeout(go, 20));
  }
}
