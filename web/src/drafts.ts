// What somebody typed and nobody has stored yet. It outlives a dropped connection, a sign-out and a closed browser, belongs to the account
// that typed it, and goes when it is stored or thrown away by hand.

export interface Draft {
  patient_id: string;
  /** Columns and words as typed. */
  fields: Record<string, string>;
  /** The request that may have been carried out without an answer, and its key. */
  tried?: { body: string; key: string };
  changed_at: string;
}

const prefix = 'nodtrack.draft.';

export class DraftStore {
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>,
    private readonly account: string,
  ) {}

  private keyOf(patientId: string): string {
    return `${prefix}${encodeURIComponent(this.account)}.${encodeURIComponent(patientId)}`;
  }

  of(patientId: string): Draft | null {
    const text = this.storage.getItem(this.keyOf(patientId));
    if (text === null) return null;
    try {
      const draft = JSON.parse(text) as Draft;
      return typeof draft.fields === 'object' && draft.fields !== null && draft.patient_id === patientId ? draft : null;
    } catch {
      return null;
    }
  }

  keep(draft: Draft): void {
    try {
      this.storage.setItem(this.keyOf(draft.patient_id), JSON.stringify(draft));
    } catch {
      // Storage is full or forbidden: the entry stays on the screen.
    }
  }

  remove(patientId: string): void {
    this.storage.removeItem(this.keyOf(patientId));
  }

  /** This account's drafts, the youngest first. */
  all(): Draft[] {
    const mine = `${prefix}${encodeURIComponent(this.account)}.`;
    const drafts: Draft[] = [];
    for (let i = 0; i < this.storage.length; ++i) {
      const key = this.storage.key(i);
      if (!key?.startsWith(mine)) continue;
      const draft = this.of(decodeURIComponent(key.slice(mine.length)));
      if (draft) drafts.push(draft);
    }
    return drafts.sort((a, b) => b.changed_at.localeCompare(a.changed_at));
  }
}

/** The key for a body: that of the earlier try of the very same body, whose outcome is not known; else a new one. */
export function keyFor(body: string, tried: Draft['tried'], make: () => string): { body: string; key: string } {
  return tried && tried.body === body ? tried : { body, key: make() };
}
