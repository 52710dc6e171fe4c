// A stand-in for `nodtrack serve`, for work on the pages where the service cannot be run. Every answer is made by the real program's
// commands; accounts, sessions and idempotency keys live in memory only. Not a server for anybody's data.
//   NODTRACK=…/bin/nodtrack NODTRACK_DB=registry.db node mock/server.mjs [PORT]
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = process.env.NODTRACK ?? 'nodtrack';
const registry = process.env.NODTRACK_DB ?? 'nodtrack.db';
const pages = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const password = process.env.MOCK_PASSWORD ?? 'a long password';
const idleMinutes = Number(process.env.MOCK_IDLE_MINUTES ?? 15);
const now = () => process.env.NODTRACK_NOW ?? new Date().toISOString();
const today = () => now().slice(0, 10);

const accounts = new Map(
  [['ada', 'radiologist', 'Dr Ada Reader'], ['rafi', 'radiologist', 'Dr Rafi Second'], ['bo', 'board', 'Dr Bo Chair'],
   ['rhea', 'researcher', 'Rhea Search'], ['root', 'admin', 'Administrator']].map(([name, role, display_name]) =>
    [name, { name, role, display_name, disabled: false }]));
const sessions = new Map();
const kept = new Map();
const listeners = new Set();
const reads = [];
const writers = new Map(); // patient -> who wrote last: the command line knows one user only
let deliveryNo = 1;

class Problem extends Error {
  constructor(status, title, detail, more = {}) {
    super(detail);
    Object.assign(this, { status, title, more });
  }
}

const statusOfExit = { 2: 400, 3: 422, 4: 404, 5: 503 };

function run(args, db = registry, actor = '') {
  return new Promise((resolve, reject) => {
    execFile(program, ['--db', db, ...args], { maxBuffer: 1 << 28, encoding: 'buffer', env: { ...process.env, USER: actor } },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const lines = stderr.toString().trim().split('\n').map((line) => line.replace(/^nodtrack: /, ''));
        const isQuestion = (line) => line.endsWith(', or confirm it');
        const questions = lines.filter(isQuestion);
        reject(new Problem(statusOfExit[error.code] ?? 500, 'refused', lines[0], { problems: lines.slice(1).filter((line) => !isQuestion(line)), ...(questions.length ? { questions } : {}) }));
      });
  });
}
const json = async (args, db) => JSON.parse((await run([...args, '--json'], db)).toString());
const lines = async (args, db) => (await run([...args, '--json'], db)).toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));

const optionOf = (column) =>
  column === 'long_axis_mm' ? '--long' : column === 'short_axis_mm' ? '--short'
    : `--${column.replace(/_(mm3|mm|mgy_cm|cm)$/, '').replaceAll('_', '-')}`;

function logArguments(id, body) {
  const { scan_id, scan, amend, measurement: { nodule_id, ...rest } } = body;
  const args = ['log', id, '--scan', scan_id ?? scan?.scan_id ?? '', '--nodule', nodule_id ?? ''];
  for (const [column, value] of Object.entries({ ...scan, ...rest }))
    if (!['scan_id', 'patient_id'].includes(column) && value != null && value !== '') args.push(optionOf(column), String(value));
  if (amend) args.push('--amend', amend);
  if (body.confirm) args.push('--confirm');
  return args;
}

async function preview(id, body) {
  const folder = await mkdtemp(join(tmpdir(), 'nodtrack-preview-'));
  try {
    const copy = join(folder, 'copy.db');
    await run(['backup', copy]).catch(() => copyFile(registry, copy));
    let said = '';
    let questions = [];
    const confirmed = { ...body, confirm: true };
    try {
      said = (await run(logArguments(id, body), copy).catch((error) => {
        if (!error.more?.questions || error.more.problems.length) throw error;
        questions = error.more.questions;
        return run(logArguments(id, confirmed), copy);
      })).toString();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { problems: error.more.problems?.length ? error.more.problems : [error.message], warnings: [], would_store: false, on_index_scan: false, comparisons: [], change_text: '', assessment: await json(['assess', id]) };
    }
    const assessment = await json(['assess', id], copy);
    const nodule = assessment.nodules.find((one) => one.nodule_id === body.measurement.nodule_id);
    const trend = await json(['trend', id], copy);
    const points = trend.nodules.find((one) => one.nodule_id === body.measurement.nodule_id)?.points ?? [];
    const comparisons = assessment.reasons.filter((reason) => reason.subject === body.measurement.nodule_id).flatMap((reason) => reason.comparisons ?? []).map((one) => {
      const point = points.find((other) => other.scan_id === one.prior_scan);
      return { ...one, prior_date: point?.date ?? null, prior_long_axis_mm: point?.long_axis_mm ?? null };
    });
    return {
      problems: [], questions, warnings: [],
      would_store: questions.length === 0, on_index_scan: true, comparisons, growth_state: nodule?.growth_state ?? null, class: nodule?.class ?? null,
      vdt_days: nodule?.vdt_days ?? null, stable_months: nodule?.stable_months ?? null,
      change_text: said.split('\n').slice(1).join('\n').split(`\n${id} `)[0], assessment,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stored() {
  deliveryNo += 1;
  for (const response of listeners) response.write(`event: registry\ndata: {"delivery_no": ${deliveryNo}}\n\n`);
}

const csvRows = (text) => {
  const rows = text.trim().split('\n').map((line) => [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].slice(0, -1).map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')));
  return { columns: rows[0], rows: rows.slice(1) };
};

const records = async (id) => {
  const folder = await mkdtemp(join(tmpdir(), 'nodtrack-export-'));
  try {
    await run(['export', folder, ...(id ? [id] : []), '--format', 'json']);
    return JSON.parse(await readFile(join(folder, 'record.json'), 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const everybody = 'R B A';
const letters = { radiologist: 'R', board: 'B', researcher: 'S', admin: 'A' };
const routes = [
  ['GET', /^\/healthz$/, '-', async () => ({ status: 'ok' })],
  ['GET', /^\/readyz$/, '-', async () => ({ status: 'ok' })],
  ['GET', /^\/api\/v1\/worklist$/, everybody, async ({ query }) => {
    const entries = await lines(['worklist', '--within', query.get('within') ?? '30', ...query.getAll('group').flatMap((group) => ['--group', group])]);
    const counts = {};
    for (const entry of entries) counts[entry.group] = (counts[entry.group] ?? 0) + 1;
    return { as_of: today(), entries, counts, patients: 51, next: null };
  }],
  ['GET', /^\/api\/v1\/patients$/, everybody, async ({ query }) => {
    const wanted = (query.get('query') ?? '').toLowerCase();
    const all = (await run(['assess', '--all', '--json', '--reasons', 'none'])).toString().trim().split('\n').map((line) => JSON.parse(line).patient_id);
    return { patients: all.filter((id) => id.toLowerCase().startsWith(wanted)).slice(0, Number(query.get('limit') ?? 20)).map((patient_id) => ({ patient_id })), next: null };
  }],
  ['GET', /^\/api\/v1\/patients\/([^/]+)$/, everybody, async ({ id }) => records(id)],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/assessment$/, everybody, async ({ id, query }) => json(['assess', id, '--reasons', query.get('reasons') ?? 'fired'])],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/history$/, everybody, async ({ id }) => ({
    values: (await lines(['history', id])).filter((one) => one.row !== 'recommendation').map((one) => (one.door === 'cli ingest' ? one : { ...one, actor: writers.get(id) ?? one.actor })),
  })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/ledger$/, everybody, async ({ id }) => ({ recommendations: await lines(['history', id, '--decisions']) })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/what-if$/, everybody, async ({ id }) => json(['explain', id, '--what-if'])],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/explanation$/, everybody, async ({ id }) => json(['explain', id])],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/dose$/, everybody, async ({ id }) => json(['dose', id])],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/identities$/, everybody, async ({ id }) => ({ observations: await lines(['link', id]) })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/sentence$/, everybody, async ({ id }) => ({ text: (await run(['sentence', id])).toString() })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/trend\.json$/, everybody, async ({ id }) => json(['trend', id])],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/trend\.svg$/, everybody, async ({ id }) => ({ type: 'image/svg+xml', bytes: await run(['trend', id, '--svg', '-']) })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/worksheet\.html$/, everybody, async ({ id }) => ({ type: 'text/html', bytes: await run(['trend', id, '--html', '-']) })],
  ['GET', /^\/api\/v1\/patients\/([^/]+)\/nodules\/([^/]+)\/filmstrip\.png$/, everybody, async ({ id, part }) => {
    const folder = await mkdtemp(join(tmpdir(), 'nodtrack-strip-'));
    try {
      await run(['filmstrip', id, part, '--out', join(folder, 'strip.png')]).catch(() => {
        throw new Problem(404, 'not found', `no image of nodule '${part}' can be shown`);
      });
      return { type: 'image/png', bytes: await readFile(join(folder, 'strip.png')) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }],
  ['GET', /^\/api\/v1\/board$/, everybody, async () => ({ as_of: today(), entries: (await lines(['worklist', '--group', 'urgent', '--group', 'board'])) })],
  ['GET', /^\/api\/v1\/board\.html$/, everybody, async ({ query }) => ({ type: 'text/html', bytes: await run(['board', ...(query.get('patients') ?? '').split(',').filter(Boolean), '--html', '-']) })],
  ['POST', /^\/api\/v1\/preview$/, 'R B', async ({ body }) => preview(body.patient_id, body)],
  ['POST', /^\/api\/v1\/patients\/([^/]+)\/measurements$/, 'R A', async ({ id, body }) => {
    const before = await preview(id, body);
    await run(logArguments(id, body));
    stored();
    return { ...before, assessment: await json(['assess', id]) };
  }],
  ['POST', /^\/api\/v1\/amendments$/, 'R A', async ({ body }) => {
    const { patient_id, scan_id, nodule_id, changes, reason, expected_version } = body;
    const named = [...(scan_id ? ['--scan', scan_id] : []), ...(nodule_id ? ['--nodule', nodule_id] : []), ...(!scan_id ? ['--row'] : [])];
    const values = await lines(['history', patient_id, ...named]);
    const version = Math.max(...values.map((value) => value.version));
    if (version !== expected_version) {
      const current = {};
      for (const value of values) if (value.column in changes) current[value.column] = value.value;
      const last = values.at(-1);
      throw new Problem(409, 'stale edit', `somebody else changed this row: it is version ${version} now, not ${expected_version}`,
        { stored: { version, values: current, actor: last.actor, recorded_at: last.recorded_at, reason: last.reason }, yours: { version: expected_version, values: changes } });
    }
    await run(['amend', patient_id, ...Object.entries(changes).map(([column, value]) => `${column}=${value}`), ...named.filter((word) => word !== '--row'), '--reason', reason]);
    stored();
    return { version: version + 1 };
  }],
  ['POST', /^\/api\/v1\/patients\/([^/]+)\/decisions$/, 'B', async ({ id, body }) => {
    const current = await json(['assess', id, '--reasons', 'none']);
    if (body.seen && body.seen.action !== current.recommendation.action)
      throw new Problem(409, 'another proposal', 'the policy recommends something else by now', { stored: current.recommendation, yours: body.seen });
    const args = ['decide', id, '--by', body.decided_by, '--reason', body.reason];
    if (body.kind === 'accept') args.push('--accept');
    if (body.kind === 'override') args.push('--override', body.action, ...(body.due_date ? ['--due', body.due_date] : []));
    if (body.kind === 'event') args.push('--event', body.event, '--nodule', body.nodule_id);
    if (body.board) args.push('--board');
    if (body.present?.length) args.push('--present', body.present.join(', '));
    const answer = await json(args);
    stored();
    return answer;
  }],
  ['GET', /^\/api\/v1\/export\/preview$/, 'S A', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nodtrack-export-'));
    await run(['export', folder]);
    const history = csvRows(await readFile(join(folder, 'history.csv'), 'utf8'));
    await rm(folder, { recursive: true, force: true });
    const hidden = new Map();
    for (const row of history.rows) {
      if (!hidden.has(row[0])) hidden.set(row[0], createHash('sha256').update(`mock${row[0]}`).digest('hex').slice(0, 12));
      row[0] = hidden.get(row[0]);
    }
    return { patients: hidden.size, files: [{ name: 'history.csv', columns: history.columns, rows: history.rows.slice(0, 20), row_count: history.rows.length }] };
  }],
  ['GET', /^\/api\/v1\/data-dictionary$/, 'S A R B', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nodtrack-export-'));
    await run(['export', folder, 'SARC-001']);
    const { columns, rows } = csvRows(await readFile(join(folder, 'data_dictionary.csv'), 'utf8'));
    await rm(folder, { recursive: true, force: true });
    return { columns: rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]]))) };
  }],
  ['POST', /^\/api\/v1\/export$/, 'S A', async () => ({ type: 'application/zip', bytes: Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1') })],
  ['GET', /^\/api\/v1\/audit\/deliveries$/, 'A', async () => ({ deliveries: [{ delivery_no: 1, recorded_at: now(), actor: 'uid:0', door: 'cli ingest', reason: '', rows: 478 }], next: null })],
  ['GET', /^\/api\/v1\/audit\/head$/, 'A', async () => ({ text: (await run(['audit', 'head'])).toString() })],
  ['GET', /^\/api\/v1\/audit\/verify$/, 'A', async () => ({ text: (await run(['audit', 'verify'])).toString() })],
  ['GET', /^\/api\/v1\/audit\/reads$/, 'A', async () => ({ reads: reads.slice(-200).reverse(), next: null })],
  ['GET', /^\/api\/v1\/users$/, 'A', async () => ({ users: [...accounts.values()] })],
  ['POST', /^\/api\/v1\/users$/, 'A', async ({ body }) => {
    if ((body.password ?? '').length < 10) throw new Problem(400, 'bad input', 'the password is shorter than 10 characters');
    accounts.set(body.name, { name: body.name, role: body.role, display_name: body.display_name, disabled: false });
    return accounts.get(body.name);
  }],
  ['POST', /^\/api\/v1\/users\/([^/]+)\/(disable|role|password)$/, 'A', async ({ id, part, body }) => {
    const account = accounts.get(id);
    if (!account) throw new Problem(404, 'not found', `there is no account '${id}'`);
    if (part === 'disable') account.disabled = body.disabled ?? true;
    if (part === 'role') account.role = body.role;
    return account;
  }],
];

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

function send(response, status, type, bytes, headers = {}) {
  response.writeHead(status, {
    'Content-Type': type, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': type.startsWith('text/html') ? 'no-store' : 'no-cache',
    'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'", ...headers,
  });
  response.end(bytes);
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://mock');
  const cookie = /nodtrack_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const session = sessions.get(cookie);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text ? JSON.parse(text) : {};
  const about = (held) => ({
    account: held.account, csrf_token: held.csrf, idle_minutes: idleMinutes, now: now(), as_of: today(),
    program: { version: '1.0.0' }, policy: { id: 'sarcoma-lung-surveillance', version: '1.0.0', sha256: 'mock' },
  });

  if (url.pathname === '/api/v1/session') {
    if (request.method === 'POST') {
      const account = accounts.get(body.name);
      if (!account || account.disabled || body.password !== password) throw new Problem(401, 'not signed in', 'name or password is wrong');
      const key = randomUUID();
      sessions.set(key, { account, csrf: randomUUID() });
      return send(response, 200, 'application/json', JSON.stringify(about(sessions.get(key))), { 'Set-Cookie': `nodtrack_session=${key}; HttpOnly; SameSite=Strict; Path=/` });
    }
    if (!session) throw new Problem(401, 'not signed in', 'sign in first');
    if (request.method === 'DELETE') {
      sessions.delete(cookie);
      return send(response, 204, 'application/json', '', { 'Set-Cookie': 'nodtrack_session=; Max-Age=0; Path=/' });
    }
    return send(response, 200, 'application/json', JSON.stringify(about(session)));
  }
  if (url.pathname === '/api/v1/events') {
    if (!session) throw new Problem(401, 'not signed in', 'sign in first');
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    listeners.add(response);
    request.on('close', () => listeners.delete(response));
    return undefined;
  }
  for (const [method, pattern, roles, make] of routes) {
    const found = pattern.exec(url.pathname);
    if (method !== request.method || !found) continue;
    if (roles !== '-' && !session) throw new Problem(401, 'not signed in', 'sign in first');
    if (roles !== '-' && !roles.includes(letters[session.account.role])) throw new Problem(403, 'not allowed', `a ${session.account.role} may not do this`);
    const id = found[1] && decodeURIComponent(found[1]);
    if (method === 'GET' && url.pathname.startsWith('/api/v1/patients/')) reads.push({ when: now(), account: session.account.name, patient_id: id, route: url.pathname.replace(found[1], '{id}') });
    const key = request.headers['idempotency-key'];
    const before = key && kept.get(key);
    if (before) {
      if (before.text !== text) throw new Problem(422, 'key used again', 'this idempotency key was used for another request');
      return send(response, 200, 'application/json', before.answer);
    }
    if (method === 'POST') writers.set(id ?? body.patient_id, session.account.name);
    const made = await make({ id, part: found[2], query: url.searchParams, body, session });
    if (made.bytes) return send(response, 200, made.type, made.bytes, made.type === 'text/html' ? { 'Content-Security-Policy': "default-src 'none'; img-src data:; style-src 'unsafe-inline'" } : {});
    if (key) kept.set(key, { text, answer: JSON.stringify(made) });
    return send(response, 200, 'application/json', JSON.stringify(made));
  }
  if (url.pathname.startsWith('/api/')) throw new Problem(404, 'not found', 'there is no such route');
  const file = join(pages, normalize(url.pathname === '/' ? '/index.html' : url.pathname));
  if (!file.startsWith(pages) || !(await stat(file).catch(() => null))?.isFile()) throw new Problem(404, 'not found', 'there is no such page');
  return send(response, 200, types[extname(file)] ?? 'application/octet-stream', await readFile(file));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const known = error instanceof Problem;
    if (!known) console.error(error);
    send(response, known ? error.status : 500, 'application/problem+json',
      JSON.stringify({ type: 'about:blank', title: known ? error.title : 'fault', status: known ? error.status : 500, detail: error.message, ...(known ? error.more : {}) }));
  });
});
server.listen(Number(process.argv[2] ?? 8700), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
