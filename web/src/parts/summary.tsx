import type { Assessment } from '../api/types';
import { millimetres, missing, withUnit } from '../format';
import { wordOf } from '../words';
import { Word } from './marks';

/** The recommendation in words, with what it is due and what the reader should know beside it. */
export function Recommended({ assessment, sentence }: { assessment: Assessment; sentence: string | undefined }) {
  const { recommendation } = assessment;
  const deciding = assessment.reasons.filter((reason) => reason.subject === 'patient' && reason.verdict === 'fired');
  return (
    <section className="panel recommended" aria-labelledby="recommended-title">
      <h2 id="recommended-title">
        <Word code={recommendation.action} />
      </h2>
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
      {deciding.length > 0 && (
        <p>
          Because:{' '}
          {deciding.map((reason, at) => (
            <span key={reason.rule}>
              {at > 0 && '; '}
              {reason.says} <span className="rule">{reason.rule}</span>
            </span>
          ))}
        </p>
      )}
      {sentence && <p className="sentence">{sentence.split('\n')[0]}</p>}
      {assessment.flags.length > 0 && (
        <details className="flags" open={assessment.flags.length <= 2}>
          <summary>
            {assessment.flags.length} {assessment.flags.length === 1 ? 'remark' : 'remarks'}
          </summary>
          <ul>
            {assessment.flags.map((flag) => (
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
              <td className="number">{withUnit(nodule.vdt_days, '')}</td>
              <td className="number">{nodule.stable_months || missing}</td>
              <td className="rule">{nodule.rules.join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
