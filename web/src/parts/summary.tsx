import type { Assessment } from '../api/types';
import { millimetres, missing } from '../format';
import { wordOf } from '../words';
import { Word } from './marks';
import { PolicyRules } from './policy_rules';

const firstFlags = ['stands_since', 'unanswered_alarm', 'reading_not_complete'];

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The newest decision of the record, in one line. */
export function NewestDecision({ decisions }: { decisions: Record<string, string>[] | undefined }) {
  const newest = [...(decisions ?? [])].sort((a, b) => (a['decided_on'] ?? '').localeCompare(b['decided_on'] ?? '')).at(-1);
  if (!newest) return null;
  const parts = [
    `${newest['board'] === 'yes' ? 'Tumour board' : 'Decision'} ${newest['decided_on'] ?? ''}`,
    newest['decided_by'],
    `${wordOf(newest['kind'])}${newest['action'] ? `: ${wordOf(newest['action'])}` : ''}`,
    newest['next_step'] && `next step ${wordOf(newest['next_step'])}${newest['due_date'] ? ` by ${newest['due_date']}` : ''}`,
    newest['reason'],
  ];
  return <p className="patient-line">{parts.filter(Boolean).join(' · ')}</p>;
}

/** The recommendation in words, with what it is due and what the reader should know beside it. */
export function Recommended({ assessment, sentence }: { assessment: Assessment; sentence: string | undefined }) {
  const { recommendation } = assessment;
  // What stands, what nobody answered and a CT that is being read come first; they are not remarks among others.
  const first = assessment.flags.filter((flag) => firstFlags.includes(flag.code));
  const remarks = assessment.flags.filter((flag) => !firstFlags.includes(flag.code));
  const deciding = assessment.reasons.filter((reason) => reason.subject === 'patient' && reason.verdict === 'fired');
  return (
    <section className="panel recommended" aria-labelledby="recommended-title">
      <h2 id="recommended-title">
        <Word code={recommendation.action} />
      </h2>
      {first.map((flag) => (
        <p key={flag.text} className="notice">
          {sentenceCase(flag.text)}
        </p>
      ))}
      <dl className="pairs">
        <div>
          <dt>Due</dt>
          <dd className="figure">{recommendation.due_date ?? missing}</dd>
        </div>
        {recommendation.safety_net_ct_date && (
          <div>
            <dt>Safety-net CT</dt>
            <dd className="figure">{recommendation.safety_net_ct_date}</dd>
          </div>
        )}
        <div>
          <dt>Patient</dt>
          <dd>
            <Word code={assessment.patient_class} />
          </dd>
        </div>
        <div>
          <dt>Countable nodules</dt>
          <dd className="figure">{assessment.count_band.replace('>=', '≥ ')}</dd>
        </div>
        {recommendation.options.length > 0 && (
          <div>
            <dt>Option</dt>
            <dd>{recommendation.options.map(wordOf).join(', ')}</dd>
          </div>
        )}
      </dl>
      {recommendation.also.length > 0 && (
        <p>
          Asked for beside it:{' '}
          {recommendation.also.map((asked, at) => (
            <span key={asked.rule}>
              {at > 0 && '; '}
              {wordOf(asked.action)}
              {asked.due_date && <span className="figure"> by {asked.due_date}</span>} <PolicyRules ids={[asked.rule]} word="rule" />
            </span>
          ))}
        </p>
      )}
      {deciding.length > 0 && (
        <p>
          Because:{' '}
          {deciding.map((reason, at) => (
            <span key={reason.rule}>
              {at > 0 && '; '}
              {reason.says} <PolicyRules ids={[reason.rule]} />
            </span>
          ))}
        </p>
      )}
      {sentence && <Sentences text={sentence} />}
      {remarks.length > 0 && (
        <details className="flags" open={remarks.length <= 2}>
          <summary>
            {remarks.length} {remarks.length === 1 ? 'remark' : 'remarks'}
          </summary>
          <ul>
            {remarks.map((flag) => (
              <li key={`${flag.code}${flag.subject}${flag.text}`}>
                {flag.subject !== 'patient' && flag.subject && <strong>{flag.subject}: </strong>}
                {flag.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** The sentences for a report: the patient's, then one a nodule. */
function Sentences({ text }: { text: string }) {
  const [whole, ...nodules] = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const shown = nodules.length <= 2;
  const list = (
    <ul className="plain">
      {nodules.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
  return (
    <div className="sentence">
      {shown && list}
      <p>{whole}</p>
      {!shown && (
        <details>
          <summary>A sentence for each of {nodules.length} nodules</summary>
          {list}
        </details>
      )}
    </div>
  );
}

/** Who the patient is, as far as it matters here, in one line. */
export function PatientLine({ patient }: { patient: Record<string, unknown> }) {
  const say = (column: string) => (typeof patient[column] === 'string' && patient[column] !== 'unknown' ? wordOf(patient[column]) : null);
  const parts = [
    say('histology') ?? 'histology not known',
    say('grade') && `${say('grade')} grade`,
    say('primary_site'),
    say('sex'),
    say('birth_date') && `born ${say('birth_date')}`,
    say('resection_date') ? `primary resected ${say('resection_date')}` : 'resection of the primary not recorded',
    patient['schedule_profile'] && patient['schedule_profile'] !== 'default' && `${String(patient['schedule_profile']).replaceAll('_', '-')} schedule`,
    patient['follow_up_status'] && patient['follow_up_status'] !== 'active' && `follow-up: ${say('follow_up_status')}`,
  ];
  return <p className="patient-line">{parts.filter(Boolean).join(' · ')}</p>;
}

export function NoduleTable({ assessment }: { assessment: Assessment }) {
  if (assessment.nodules.length === 0) return <p className="empty">No nodule is judged at the index scan{assessment.index_scan ? ` (${assessment.index_scan})` : ''}.</p>;
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="unseen">Nodules judged at the index scan</caption>
        <thead>
          <tr>
            <th scope="col">Nodule</th>
            <th scope="col">Class</th>
            <th scope="col">Change</th>
            <th scope="col" className="number">
              Long axis, mm
            </th>
            <th scope="col" className="number">
              Doubling time, days
            </th>
            <th scope="col" className="number">
              Stable, months
            </th>
            <th scope="col">Rule</th>
          </tr>
        </thead>
        <tbody>
          {assessment.nodules.map((nodule) => (
            <tr key={nodule.nodule_id}>
              <th scope="row">{nodule.nodule_id}</th>
              <td>
                <Word code={nodule.class} />
              </td>
              <td>
                <Word code={nodule.growth_state} />
              </td>
              <td className="number">{millimetres(nodule.long_axis_mm)}</td>
              <td className="number">{millimetres(nodule.vdt_days)}</td>
              <td className="number">{nodule.stable_months || missing}</td>
              <td>
                <PolicyRules ids={nodule.rules} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
