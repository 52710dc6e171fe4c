import { useState } from 'react';
import type { Reason } from '../api/types';
import { plain, withUnit } from '../format';
import { columnName, wordOf } from '../words';
import { Citations } from './citations';
import { GenericTable } from './generic_table';
import { PolicyRules } from './policy_rules';

/** A value with its codes as words: `NEW, NO_PRIOR` -> `New, No prior`. */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return plain(value);
  return value
    .split(/(, | or )/)
    .map((one) => (/^([A-Z]{3,}|[A-Za-z]+(_[A-Za-z]+)+)$/.test(one) ? wordOf(one) : one))
    .join('');
}

type Fact = Reason['facts'][number];

/** Facts of one name together: a patient's rule looks at the same fact of each nodule. */
function byName(facts: Fact[]): [string, Fact[]][] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(fact.fact, [...(groups.get(fact.fact) ?? []), fact]);
  return [...groups];
}

const rowsOf = (fact: Fact) => fact.rows.map((row) => row.replace(/^measurements\//, ''));

/** Each rule that counted, unfolding to what was known, what was demanded, and the paper. */
export function Reasons({ reasons }: { reasons: Reason[] }) {
  const subjects = [...new Set(reasons.map((reason) => reason.subject))].sort((a, b) => Number(b === 'patient') - Number(a === 'patient') || a.localeCompare(b));
  return (
    <div className="reasons">
      {subjects.map((subject) => (
        <section key={subject} aria-label={subject === 'patient' ? 'The patient' : `Nodule ${subject}`}>
          <h3>{subject === 'patient' ? 'The patient' : `Nodule ${subject}`}</h3>
          {reasons
            .filter((reason) => reason.subject === subject)
            .map((reason) => (
              <OneReason key={`${reason.rule}${reason.verdict}`} reason={reason} />
            ))}
        </section>
      ))}
    </div>
  );
}

function OneReason({ reason }: { reason: Reason }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={`reason reason-${reason.verdict}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="rule">{reason.rule}</span> {reason.says}
        {reason.verdict !== 'fired' && <span className="quiet"> ({wordOf(reason.verdict)})</span>}
        {reason.local_policy && <span className="tag">local policy</span>}
      </summary>
      {open && (
        <div className="reason-body">
          <p>
            <PolicyRules ids={[reason.rule]} word="In the policy: rule" />
          </p>
          <h4>What was known</h4>
          <dl className="facts">
            {byName(reason.facts).map(([name, facts]) => (
              <div key={name}>
                <dt>{columnName(name)}</dt>
                <dd>
                  {facts.map((fact, at) => (
                    <span key={at} className="fact">
                      <span className="figure">{fact.unit ? withUnit(fact.value, fact.unit) : shown(fact.value)}</span>
                      {fact.rows.length > 0 && (
                        <span className="rows quiet" title={rowsOf(fact).join(', ')}>
                          {' '}
                          {rowsOf(fact).slice(0, 3).join(', ')}
                          {fact.rows.length > 3 && ` and ${fact.rows.length - 3} more`}
                        </span>
                      )}
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          {reason.comparisons && reason.comparisons.length > 0 && (
            <>
              <h4>Against each earlier CT</h4>
              <GenericTable rows={reason.comparisons} caption={`Change of ${reason.subject} against each earlier CT`} />
            </>
          )}
          <h4>What the policy demands</h4>
          <ul className="thresholds">
            {reason.thresholds.map((threshold, at) => (
              <li key={at}>
                {columnName(threshold.fact)} {wordOf(threshold.comparison)} <span className="figure">{shown(threshold.value)}</span>
              </li>
            ))}
          </ul>
          {reason.growth_limits?.map((limit) => (
            <div key={limit.parameter} className="limit">
              <p>
                {columnName(limit.parameter)}: <span className="figure">{limit.values.join(', ')} {limit.unit}</span>
              </p>
              <Citations citations={limit.citations} localPolicy={limit.local_policy} />
            </div>
          ))}
          <h4>Where it comes from</h4>
          <Citations citations={reason.citations} localPolicy={reason.local_policy} />
        </div>
      )}
    </details>
  );
}
