import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Problem, segment } from '../api/client';
import type { Assessment, Recommendation } from '../api/types';
import { missing } from '../format';
import { useSession } from '../session';
import { actions, nextSteps, wordOf } from '../words';
import { Choice } from './choice';
import { usePostOnce } from './post_once';
import { Done, Refused } from './states';

const askedAbout = (error: unknown) => error instanceof Problem && error.problems.some((line) => line.startsWith('confirm:'));

const events = ['board_baseline', 'not_a_nodule', 'pathology_benign', 'pathology_malignant'];
const presentKey = 'nodtrack.present';

/** Records what the board decided, beside the policy's answer that was on the screen. */
export function DecisionForm({ assessment, onDecided }: { assessment: Assessment; onDecided?: () => void }) {
  const { account, today } = useSession();
  const queries = useQueryClient();
  const id = assessment.patient_id;
  const [kind, setKind] = useState<'accept' | 'override' | 'event' | 'close'>('accept');
  const [action, setAction] = useState('SHORT_INTERVAL_CT');
  const [due, setDue] = useState('');
  const [event, setEvent] = useState(events[0]!);
  const [nodule, setNodule] = useState(assessment.nodules[0]?.nodule_id ?? '');
  const [by, setBy] = useState(account.display_name || account.name);
  const [reason, setReason] = useState('');
  // The meeting's people stay the same from patient to patient.
  const [present, setPresent] = useState(() => sessionStorage.getItem(presentKey) ?? '');
  const [step, setStep] = useState('');
  const [accepted, setAccepted] = useState<readonly string[]>([]);
  const postOnce = usePostOnce();
  const [seen, setSeen] = useState<Recommendation>(assessment.recommendation);

  const save = useMutation({
    mutationFn: ({ answer, confirm }: { answer: Recommendation; confirm: boolean }) => {
      const body = {
        kind,
        ...(kind === 'override' ? { action, ...(due ? { due_date: due } : {}) } : {}),
        ...(kind === 'event' ? { event, nodule_id: nodule } : {}),
        ...(kind !== 'event' && step ? { next_step: step, ...(kind !== 'override' && due ? { due_date: due } : {}) } : {}),
        ...(kind !== 'event' && accepted.length > 0 ? { baselines: accepted } : {}),
        ...(confirm ? { confirm: true } : {}),
        decided_by: by.trim(),
        decided_on: today,
        board: true,
        present: present.split(',').map((name) => name.trim()).filter(Boolean),
        reason: reason.trim(),
        seen: { action: answer.action, due_date: answer.due_date },
      };
      return postOnce(`patients/${segment(id)}/decisions`, body);
    },
    onSuccess: () => {
      sessionStorage.setItem(presentKey, present);
      setReason('');
      void queries.invalidateQueries({ queryKey: ['patient', id] });
      void queries.invalidateQueries({ queryKey: ['worklist'] });
      onDecided?.();
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) void queries.invalidateQueries({ queryKey: ['patient', id] });
    },
  });

  const stale = save.error instanceof Problem && save.error.status === 409;
  const submit = (sent: FormEvent) => {
    sent.preventDefault();
    save.mutate({ answer: seen, confirm: false });
  };
  const now = assessment.recommendation;

  return (
    <form className="decision" onSubmit={submit} aria-label={`Decision on ${id}`}>
      <fieldset className="choices">
        <legend>The board’s decision</legend>
        <label>
          <input type="radio" name="kind" checked={kind === 'accept'} onChange={() => setKind('accept')} /> Accept: {wordOf(seen.action)}
          {seen.due_date && <span className="figure quiet"> by {seen.due_date}</span>}
        </label>
        <label>
          <input type="radio" name="kind" checked={kind === 'override'} onChange={() => setKind('override')} /> Something else, or at another date
        </label>
        <label>
          <input type="radio" name="kind" checked={kind === 'event'} onChange={() => setKind('event')} disabled={assessment.nodules.length === 0} /> About one nodule
        </label>
        <label>
          <input type="radio" name="kind" checked={kind === 'close'} onChange={() => setKind('close')} /> Close what stands open
        </label>
      </fieldset>
      {kind !== 'event' && (
        <div className="field-row">
          <label>
            Next step
            <Choice codes={nextSteps} none="none said" value={step} onChoose={setStep} />
          </label>
          {step !== '' && kind !== 'override' && (
            <label>
              Next step by, YYYY-MM-DD
              <input className="input figure" value={due} onChange={(change) => setDue(change.target.value)} placeholder="YYYY-MM-DD" inputMode="numeric" maxLength={10} />
            </label>
          )}
        </div>
      )}
      {kind !== 'event' && assessment.nodules.some((one) => one.long_axis_mm !== null) && (
        <fieldset className="choices">
          <legend>Accepted as they are (baseline)</legend>
          {assessment.nodules
            .filter((one) => one.long_axis_mm !== null)
            .map((one) => (
              <label key={one.nodule_id}>
                <input
                  type="checkbox"
                  checked={accepted.includes(one.nodule_id)}
                  onChange={(change) => setAccepted(change.target.checked ? [...accepted, one.nodule_id] : accepted.filter((id_) => id_ !== one.nodule_id))}
                />{' '}
                {one.nodule_id}
              </label>
            ))}
        </fieldset>
      )}
      {kind === 'override' && (
        <div className="field-row">
          <label>
            To be done
            <Choice codes={actions} value={action} onChoose={setAction} />
          </label>
          <label>
            By, YYYY-MM-DD
            <input className="input figure" value={due} onChange={(change) => setDue(change.target.value)} placeholder="YYYY-MM-DD" inputMode="numeric" maxLength={10} required={action !== 'OUT_OF_SCOPE'} />
          </label>
        </div>
      )}
      {kind === 'event' && (
        <div className="field-row">
          <label>
            Nodule
            <Choice codes={assessment.nodules.map((one) => one.nodule_id)} value={nodule} onChoose={setNodule} say={String} />
          </label>
          <label>
            Finding
            <Choice codes={events} value={event} onChoose={setEvent} />
          </label>
        </div>
      )}
      <label>
        Reason (no identifiers of the patient)
        <textarea className="input" rows={2} required value={reason} onChange={(change) => setReason(change.target.value)} />
      </label>
      <div className="field-row">
        <label>
          Who was there, comma-separated
          <input className="input" name="present" required value={present} onChange={(change) => setPresent(change.target.value)} />
        </label>
        <label>
          Who answers for it
          <input className="input" name="by" required value={by} onChange={(change) => setBy(change.target.value)} />
        </label>
      </div>
      {stale ? (
        <div className="notice notice-bad" role="alert">
          <p className="notice-title">The recommendation is another one by now</p>
          <div className="versions">
            <section aria-label="What you saw">
              <h4>What you saw</h4>
              <p>{wordOf(seen.action)}</p>
              <p className="figure">due {seen.due_date ?? missing}</p>
            </section>
            <section aria-label="What it is now">
              <h4>What it is now</h4>
              <p>{wordOf(now.action)}</p>
              <p className="figure">due {now.due_date ?? missing}</p>
            </section>
          </div>
          <p>{save.error?.message}</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              setSeen(now);
              save.reset();
            }}
          >
            Go on with what it is now
          </button>
        </div>
      ) : (
        save.isError && (
          <Refused error={save.error} focus>
            {askedAbout(save.error) && (
              <button type="button" className="button" onClick={() => save.mutate({ answer: seen, confirm: true })}>
                It is meant so: record it
              </button>
            )}
          </Refused>
        )
      )}
      <div className="actions">
        <button className="button button-first" disabled={save.isPending || stale}>
          {save.isPending ? 'Recording …' : 'Record the decision'}
        </button>
        {save.isSuccess && <Done>Recorded</Done>}
      </div>
    </form>
  );
}
