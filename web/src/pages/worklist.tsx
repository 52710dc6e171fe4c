import { useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { segment } from '../api/client';
import { useWorklist } from '../api/queries';
import type { WorklistEntry } from '../api/types';
import { inWords, late, missing } from '../format';
import { Choice } from '../parts/choice';
import { useKeys } from '../parts/keys';
import { GroupShape } from '../parts/marks';
import { Page } from '../parts/page';
import { Asked } from '../parts/states';
import { groupMeanings, groups, wordOf } from '../words';
import { PolicyRules } from '../parts/policy_rules';

/** A patient may stand in several groups; the list shows the row under the most pressing one. */
const groupsOf = (entry: WorklistEntry) => (entry.groups ?? entry.group).split(';');

/** So many rows of a group are drawn at first: a registry of thousands has thousands. */
const firstRows = 150;
const horizons = ['7', '14', '30', '60', '90'];

export function WorklistPage() {
  const [chosen, setChosen] = useSearchParams();
  const within = Number(chosen.get('within') ?? 30) || 30;
  const group = chosen.get('group') ?? '';
  const action = chosen.get('action') ?? '';
  // What is typed is this page's own; the address follows it.
  const [text, setText] = useState(chosen.get('text') ?? '');
  const list = useWorklist(within);

  const choose = (name: string, value: string) =>
    setChosen(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true, state: { keepFocus: true } },
    );

  return (
    <Page
      title="Worklist"
      wide
      beside={
        list.data && (
          <>
            <p className="quiet figure" role="status">
              as of {list.data.as_of}: {list.data.entries.length} patients have something open
            </p>
            <p className="quiet small keys-help">
              <kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd> go through the list, <kbd>Enter</kbd> opens, <kbd>/</kbd> filters
            </p>
          </>
        )
      }
    >
      <Asked query={list} what="the worklist">
        {(data) => {
          const counts: Record<string, number> = {};
          for (const entry of data.entries) for (const one of groupsOf(entry)) counts[one] = (counts[one] ?? 0) + 1;
          const wanted = text.trim().toLowerCase();
          const shown = data.entries.filter(
            (entry) =>
              (!group || groupsOf(entry).includes(group)) &&
              (!action || entry.action === action) &&
              (!wanted || `${entry.patient_id} ${entry.reason} ${entry.rule} ${wordOf(entry.action)}`.toLowerCase().includes(wanted)),
          );
          return (
            <>
              <div className="filters">
                <div className="chips" role="group" aria-label="Show one group alone">
                  <button type="button" className="chip" aria-pressed={group === ''} onClick={() => choose('group', '')}>
                    All <span className="count">{data.entries.length}</span>
                  </button>
                  {groups.map((one) => (
                    <button key={one} type="button" className="chip" aria-pressed={group === one} onClick={() => choose('group', group === one ? '' : one)} title={groupMeanings[one]}>
                      <GroupShape group={one} /> {wordOf(one)} <span className="count">{counts[one] ?? 0}</span>
                    </button>
                  ))}
                </div>
                <div className="filter-fields">
                  <label>
                    Contains
                    <input className="input" id="worklist-filter" type="search" value={text} onChange={(event) => {
                        setText(event.target.value);
                        choose('text', event.target.value);
                      }} />
                  </label>
                  <label>
                    To be done
                    <Choice codes={[...new Set(data.entries.map((entry) => entry.action))].sort()} none="anything" value={action} onChoose={(one) => choose('action', one)} />
                  </label>
                  <label>
                    “Due soon” is
                    <Choice codes={horizons} value={String(within)} onChoose={(days) => choose('within', days === '30' ? '' : days)} say={(days) => `within ${days} days`} />
                  </label>
                </div>
              </div>
              <Rows entries={shown} filtered={shown.length !== data.entries.length} />
            </>
          );
        }}
      </Asked>
    </Page>
  );
}

function Rows({ entries, filtered }: { entries: WorklistEntry[]; filtered: boolean }) {
  const body = useRef<HTMLDivElement>(null);
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const byGroup = useMemo(() => groups.map((group) => ({ group, rows: entries.filter((entry) => entry.group === group) })).filter(({ rows }) => rows.length > 0), [entries]);

  useKeys((event) => {
    if (event.key === '/') {
      event.preventDefault();
      document.getElementById('worklist-filter')?.focus();
      return;
    }
    const step = event.key === 'j' || event.key === 'ArrowDown' ? 1 : event.key === 'k' || event.key === 'ArrowUp' ? -1 : 0;
    if (!step || !body.current) return;
    const links = [...body.current.querySelectorAll<HTMLAnchorElement>('a[data-row]')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at === -1 ? (step === 1 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest('tr')?.scrollIntoView({ block: 'nearest' });
  });

  if (entries.length === 0) return <p className="empty">{filtered ? 'No patient on the list fits these filters.' : 'Nothing stands open today.'}</p>;
  return (
    <div className="table-frame" ref={body}>
      <table className="table worklist">
        <thead>
          <tr>
            <th scope="col">Patient</th>
            <th scope="col">To be done</th>
            <th scope="col">Due</th>
            <th scope="col">Why</th>
            <th scope="col">Last examination</th>
            <th scope="col">Standing</th>
          </tr>
        </thead>
        {byGroup.map(({ group, rows }) => (
          <tbody key={group}>
            <tr className="group-row">
              <th colSpan={6} scope="rowgroup">
                <GroupShape group={group} /> {wordOf(group)} <span className="count">{rows.length}</span> <span className="quiet group-meaning">{groupMeanings[group]}</span>
              </th>
            </tr>
            {(whole.has(group) ? rows : rows.slice(0, firstRows)).map((entry) => (
              <tr key={entry.patient_id} className="row">
                <th scope="row" className="figure nowrap">
                  <Link data-row to={`/patients/${segment(entry.patient_id)}`}>
                    {entry.patient_id}
                  </Link>
                </th>
                <td>
                  {wordOf(entry.action)}
                  {entry.policy_action !== entry.action && <span className="quiet block">policy: {wordOf(entry.policy_action)}</span>}
                </td>
                <td className="figure nowrap">
                  {entry.due_date ?? missing}
                  {entry.days_late > 0 && <span className="late block">{late(entry.days_late)}</span>}
                </td>
                <td className="why">
                  {inWords(entry.reason)} <PolicyRules ids={[entry.rule]} word="rule" />
                  {entry.unanswered_alarm && (
                    <span className="late block">
                      {wordOf(entry.unanswered_alarm)} since {entry.unanswered_since} was never answered
                      {entry.unanswered_nodule && `: ${entry.unanswered_nodule} was said to be no nodule, and the board has not seen it`}
                    </span>
                  )}
                  {!entry.unanswered_alarm && entry.unanswered_since && <span className="quiet block">unanswered since {entry.unanswered_since}</span>}
                  {entry.stands_since && <span className="quiet block">stands since {entry.stands_since}: not looked at again</span>}
                  {entry.also && <span className="quiet block">asked for beside it: {inWords(entry.also)}</span>}
                  {groupsOf(entry).length > 1 && (
                    <span className="quiet block">
                      also: {groupsOf(entry).filter((one) => one !== entry.group).map(wordOf).join(', ')}
                    </span>
                  )}
                </td>
                <td className="figure nowrap">
                  {entry.last_scan_date ?? missing} <span className="quiet">{entry.last_scan_modality && wordOf(entry.last_scan_modality)}</span>
                </td>
                <td>
                  {wordOf(entry.stance)}
                  {entry.decided_by && (
                    <span className="quiet block">
                      {entry.decided_by}, <span className="nowrap">{entry.decided_on}</span>
                    </span>
                  )}
                </td>
              </tr>
            ))}
            {rows.length > firstRows && !whole.has(group) && (
              <tr>
                <td colSpan={6}>
                  <button type="button" className="button" onClick={() => setWhole(new Set([...whole, group]))}>
                    Show the other {rows.length - firstRows} of “{wordOf(group)}”
                  </button>
                </td>
              </tr>
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
}
