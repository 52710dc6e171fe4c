/** What went wrong, as the service said it (application/problem+json), or that it could not be reached (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly problems: string[] = [],
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail);
  }

  /** Implausible values; where they are all that is wrong, the same request with `confirm` stores them. */
  get questions(): string[] {
    const lines = this.body['questions'];
    return Array.isArray(lines) ? lines.map(String) : [];
  }

  /** The request may or may not have been carried out: the same request, with the same key, may be sent again. */
  get isUnanswered(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

type Listener = () => void;

let csrfToken = '';
const whenSignedOut = new Set<Listener>();
const whenAnswered = new Set<Listener>();

export function useToken(token: string): void {
  csrfToken = token;
}

/** Called whenever the service says that nobody is signed in. */
export function onSignedOut(listener: Listener): () => void {
  whenSignedOut.add(listener);
  return () => whenSignedOut.delete(listener);
}

/** Called after each answer to somebody signed in: the service counts idle time from there. */
export function onAnswered(listener: Listener): () => void {
  whenAnswered.add(listener);
  return () => whenAnswered.delete(listener);
}

export interface Sending {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  key?: string;
  signal?: AbortSignal;
}

export async function send(path: string, { method = 'GET', body, key, signal }: Sending = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: '*/*' };
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  if (key) headers['Idempotency-Key'] = key;
  let response: Response;
  try {
    response = await fetch(`api/v1/${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-cache',
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'no connection', 'The service cannot be reached. What you typed is kept here; try again when the connection is back.');
  }
  if (response.ok) {
    whenAnswered.forEach((listener) => listener());
    return response;
  }
  const problem = await problemOf(response);
  if (problem.status === 401 && path !== 'session') whenSignedOut.forEach((listener) => listener());
  throw problem;
}

async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not the service's own words: a proxy's, or cut off.
  }
  const text = (name: string, otherwise: string) => (typeof body[name] === 'string' ? (body[name] as string) : otherwise);
  const problems = Array.isArray(body['problems']) ? body['problems'].map(String) : [];
  return new Problem(response.status, text('title', response.statusText), text('detail', `The service answered with status ${response.status}.`), problems, body);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, signal ? { signal } : {})).json()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await send(path, signal ? { signal } : {})).text();
}

export async function post<T>(path: string, body: unknown, key?: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { method: 'POST', body, ...(key ? { key } : {}), ...(signal ? { signal } : {}) });
  const text = await response.text();
  return (text ? JSON.parse(text) : {}) as T;
}

/** A new key for one write: sending it again with the same key stores it once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const segment = encodeURIComponent;
