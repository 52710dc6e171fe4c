import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getJson, Problem, segment } from '../api/client';
import { listIn } from '../api/queries';
import type { PastValue } from '../api/types';
import { column, missing, moment } from '../format';
import { rowsOf, type RowValues } from './history';
import { usePostOnce } from './post_once';
import { Refused } from './states';

export interface Correction {
  patientId: string;
  row: RowValues;
  column: string;
  seen: string;
}

/** Corrects one value of one row. Where somebody else was quicker, both versions stand side by side and the person chooses. */
export function Amend({ correction, onClose }: { correction: Correction; onClose: () => void }) {
  const { patientId, row } = correction;
  const queries = useQueryClient();
  const [value, setValue] = useState(correction.seen);
  const [reason, setReason] = useState('');
  const [version, setVersion] = useState(row.version);
  const [stored, setStored] = useState<PastValue | null>(null);
  const postOnce = usePostOnce();

  const save = useMutation({
    mutationFn: ({ expected, confirm }: { expected: number; confirm: boolean }) => {
      const body = { patient_id: patientId, row: row.kind, ...row.address, changes: { [correction.column]: value.trim() }, reason: reason.trim(), expected_version: expected, ...(confirm ? { confirm } : {}) };
      return postOnce('amendments', body);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['patient', patientId] });
      onClose();
    },
    onError: async (error) => {
      if (!(error instanceof Problem) || error.status !== 409) return;
      const now = rowsOf(listIn<PastValue>(await getJson(`patients/${segment(patientId)}/history`))).find((one) => one.key === row.key);
      const values = now?.columns.get(correction.column);
      if (!now || !values) return;
      setVersion(now.version);
      setStored(values.at(-1)!);
      void queries.invalidateQueries({ queryKey: ['patient', patientId] });
    },
  });
  const stale = save.error instanceof Problem && save.error.status === 409 && stored !== null;

  return (
    <Dialog open onClose={onClose} className="dialog" backdrop={<div className="backdrop" />}>
      <DialogHeading render={<h2 />} className="dialog-heading">Correct {column(correction.column)}</DialogHeading>
      <p className="quiet">
        {patientId}, {row.title}. The earlier value stays readable.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ expected: version, confirm: false });
        }}
      >
        {stale && stored ? (
          <div role="alert" tabIndex={-1}>
            <p className="notice-title">Somebody else changed this row meanwhile</p>
            <div className="versions">
              <section aria-label="Stored now">
                <h3>Stored now</h3>
                <p className="version-value figure">{stored.value || missing}</p>
                <p className="quiet">
                  version {version}, {stored.actor}, {moment(stored.recorded_at)}
                  {stored.reason && <>: {stored.reason}</>}
                </p>
                <button type="button" className="button" onClick={onClose}>
                  Keep the stored value
                </button>
              </section>
              <section aria-label="Yours">
                <h3>Yours</h3>
                <p className="version-value figure">{value.trim() || missing}</p>
                <p className="quiet">
                  made from {correction.seen || missing} (version {row.version}): {reason}
                </p>
                <button className="button">Store mine over it</button>
              </section>
            </div>
          </div>
        ) : (
          <>
            <label>
              {column(correction.column)}
              <input className="input figure" name="value" value={value} autoFocus onChange={(event) => setValue(event.target.value)} />
              <span className="hint">empty: not known</span>
            </label>
            <label>
              Why (kept with the value)
              <input className="input" name="reason" required value={reason} onChange={(event) => setReason(event.target.value)} />
            </label>
            {save.isError && <Refused error={save.error} focus confirm={{ title: 'Store as typed', run: () => save.mutate({ expected: version, confirm: true }) }} />}
            <div className="actions">
              <button className="button button-first" disabled={save.isPending}>
                {save.isPending ? 'Storing …' : 'Store the correction'}
              </button>
              <DialogDismiss className="button">Cancel</DialogDismiss>
            </div>
          </>
        )}
      </form>
    </Dialog>
  );
}
