import { beforeEach, describe, expect, it } from 'vitest';
import { DraftStore, keyFor } from '../../src/drafts';

class Memory {
  private readonly values = new Map<string, string>();
  full = false;
  get length() {
    return this.values.size;
  }
  key(at: number) {
    return [...this.values.keys()][at] ?? null;
  }
  getItem(key: string) {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.values.set(key, value);
  }
  removeItem(key: string) {
    this.values.delete(key);
  }
}

const draft = (patient_id: string, changed_at = '2026-11-20T08:00:00Z') => ({ patient_id, fields: { long_axis_mm: '6.4' }, changed_at });

describe('a draft', () => {
  let memory: Memory;
  beforeEach(() => {
    memory = new Memory();
  });

  it('comes back for the account that typed it, and for nobody else', () => {
    new DraftStore(memory, 'ada').keep(draft('P1'));
    expect(new DraftStore(memory, 'ada').of('P1')?.fields['long_axis_mm']).toBe('6.4');
    expect(new DraftStore(memory, 'bo').of('P1')).toBeNull();
    expect(new DraftStore(memory, 'bo').all()).toEqual([]);
  });
  it('is not mixed up where a name or id has a dot', () => {
    new DraftStore(memory, 'a.b').keep(draft('P1'));
    expect(new DraftStore(memory, 'a').of('b.P1')).toBeNull();
    expect(new DraftStore(memory, 'a').all()).toEqual([]);
  });
  it('goes when it is removed', () => {
    const drafts = new DraftStore(memory, 'ada');
    drafts.keep(draft('P1'));
    drafts.remove('P1');
    expect(drafts.of('P1')).toBeNull();
  });
  it('is listed, the youngest first', () => {
    const drafts = new DraftStore(memory, 'ada');
    drafts.keep(draft('P1', '2026-11-20T08:00:00Z'));
    drafts.keep(draft('P2', '2026-11-20T09:00:00Z'));
    expect(drafts.all().map((one) => one.patient_id)).toEqual(['P2', 'P1']);
  });
  it('that cannot be read is none, and full storage loses nothing on the screen', () => {
    const drafts = new DraftStore(memory, 'ada');
    memory.setItem('nodtrack.draft.ada.P1', '{broken');
    expect(drafts.of('P1')).toBeNull();
    memory.full = true;
    expect(() => drafts.keep(draft('P2'))).not.toThrow();
  });
});

describe('the key of a write', () => {
  let made = 0;
  const make = () => `key${++made}`;
  it('is the same for the same body sent again, so that it is stored once', () => {
    const first = keyFor('{"a":1}', undefined, make);
    expect(keyFor('{"a":1}', first, make).key).toBe(first.key);
  });
  it('is another for another body', () => {
    const first = keyFor('{"a":1}', undefined, make);
    expect(keyFor('{"a":2}', first, make).key).not.toBe(first.key);
  });
});
