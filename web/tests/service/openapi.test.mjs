// The API's description: valid by the specification's own schema, and true of what the service answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';

const base = process.env.NODTRACK_SERVICE;
const described = await (await fetch(`${base}/api/v1/openapi.json`)).json();
const operations = Object.entries(described.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
const addressOf = (path) => base + path.replace('{patient_id}', 'SARC-042').replace('{nodule_id}', 'N1').replace('{name}', 'nobody');

test('an outside validator finds nothing wrong with the document, and takes it for OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(described));
  assert.ok(valid, JSON.stringify(errors, null, 1));
  assert.equal(validator.version, '3.1');
});

test('each operation is there, and wants somebody signed in unless the document says otherwise', async () => {
  assert.ok(operations.length > 40);
  for (const { path, method, operation } of operations) {
    const answer = await fetch(addressOf(path), { method, signal: AbortSignal.timeout(10_000) });
    if (operation.security?.length !== 0) assert.equal(answer.status, 401, `${method} ${path}`);
    else assert.ok(![401, 404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
    await answer.body?.cancel();
  }
});

test('what is answered is of a described status and type', async () => {
  const signedIn = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'root', password: process.env.NODTRACK_TEST_PASSWORD }),
  });
  assert.equal(signedIn.status, 200);
  const headers = { Cookie: signedIn.headers.get('Set-Cookie').split(';')[0] };
  for (const { path, operation } of operations.filter(({ method }) => method === 'get')) {
    const answer = await fetch(addressOf(path), { headers });
    await answer.body?.cancel();
    // A question that does not fit the patient, or is not for this role, is refused, as the document says of everything that is no answer.
    const responses = operation.responses[answer.status] ?? ([403, 422].includes(answer.status) ? operation.responses.default : undefined);
    assert.ok(responses, `get ${path}: ${answer.status} is not described`);
    assert.deepEqual([answer.headers.get('Content-Type').split(';')[0]], Object.keys(responses.content), `get ${path}`);
  }
});
