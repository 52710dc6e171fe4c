import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { segment } from '../api/client';
import type { Observation } from '../api/types';
import { Choice } from './choice';
import { usePostOnce } from './post_once';
import { Refused } from './states';

/** What can be said of a nodule on a scan where it has a row. */
const states = ['same', 'new', 'split_from', 'not_a_nodule'] as const;

/** Says which nodule a measured row is; the measurement stays as it was reported. */
export function LinkForm({ id, row, nodules, onClose }: { id: string; row: Observation; nodules: string[]; onClose: () => void }) {
  const queries = useQueryClient();
  const postOnce = usePostOnce();
  const [nodule, setNodule] = useState(row.nodule_id ?? row.observation_id);
  const [name, setName] = useState('');
  const [state, setState] = useState<(typeof states)[number] | ''>('');
  const [other, setOther] = useState('');
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () =>
      postOnce(`patients/${segment(id)}/links`, {
        scan_id: row.scan_id,
        observation_id: row.observation_id,
        nodule_id: nodule || name.trim(),
        ...(state ? { nodule_state: state } : {}),
        ...(state === 'split_from' ? { other_nodule_id: other } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['patient', id] });
      void queries.invalidateQueries({ queryKey: ['worklist'] });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} className="dialog dialog-small" backdrop={<div className="backdrop" />}>
      <DialogHeading render={<h2 />} className="dialog-heading">
        Which nodule is {row.observation_id} of {row.scan_id}?
      </DialogHeading>
      <p className="quiet">What was measured stays as it was reported. The link can be undone.</p>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="field-row">
          <label>
            It is nodule
            <Choice name="nodule" codes={nodules} value={nodule} onChoose={setNodule} say={String} autoFocus>
              <option value="">another one</option>
            </Choice>
          </label>
          {!nodule && (
            <label>
              Nodule ID
              <input className="input figure" name="nodule-name" required value={name} onChange={(event) => setName(event.target.value)} />
            </label>
          )}
        </div>
        <div className="field-row">
          <label>
            On this scan it is
            <Choice name="state" codes={states} none="not said" value={state} onChoose={setState} />
          </label>
          {state === 'split_from' && (
            <label>
              From nodule
              <Choice name="other" codes={nodules.filter((one) => one !== nodule)} none="choose" required value={other} onChoose={setOther} say={String} />
            </label>
          )}
        </div>
        <label>
          Why (kept with the link; may be empty)
          <input className="input" name="reason" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        {save.isError && <Refused error={save.error} focus />}
        <div className="actions">
          <button className="button button-first" disabled={save.isPending}>
            {save.isPending ? 'Storing …' : 'Store the link'}
          </button>
          <DialogDismiss className="button">Cancel</DialogDismiss>
        </div>
      </form>
    </Dialog>
  );
}
