import { useState } from 'react';
import { useHistory } from '../api/queries';
import type { PastValue } from '../api/types';
import { column, missing, moment } from '../format';
import { useSession } from '../session';
import { Amend, type Correction } from './amend';
import { Choice } from './choice';
import { Asked } from './states';

export interface RowValues {
  key: string;
  title: string;
  kind: string;
  address: Record<string, string>;
  version: number;
  columns: Map<string, PastValue[]>;
}

const ids = ['scan_id', 'nodule_id', 'observation_id', 'visit_id', 'kind', 'start_date', 'date', 'decided_by'] as const;
const kindNames: Record<string, string> = { patients: 'Patient', scans: 'Scan', measurements: 'Measurement', therapies: 'Therapy', events: 'Event', visits: 'Visit', decisions: 'Decision' };

/** Values by the row they stand in, rows in the order given. */
export function rowsOf(values: PastValue[]): RowValues[] {
  const rows = new Map<string, RowValues>();
  for (const value of values) {
    if (!value.column || !kindNames[value.row]) continue;
    const fields = value as unknown as Record<string, string | undefined>;
    const address: Record<string, string> = {};
    for (const id of ids) if (fields[id]) address[id] = fields[id]!;
    const key = [value.row, ...Object.values(address)].join('/');
    let row = rows.get(key);
    if (!row) {
      row = { key, kind: value.row, address, title: [kindNames[value.row], ...Object.values(address).map((word) => word.replaceAll('_', ' '))].join(' '), version: 0, columns: new Map() };
      rows.set(key, row);
    }
    row.version = Math.max(row.version, value.version);
    const past = row.columns.get(value.column) ?? [];
    past.push(value);
    row.columns.set(value.column, past);
  }
  return [...rows.values()];
}

export function History({ id }: { id: string }) {
  const asked = useHistory(id);
  const { may, account } = useSession();
  // The service says who may: a radiologist what they recorded themselves, an administrator everything.
  const mayCorrect = (row: RowValues) => may('admin') || (may('radiologist') && [...row.columns.values()].flat().every((value) => value.actor === account.name));
  const [kind, setKind] = useState('measurements');
  const [changed, setChanged] = useState(false);
  const [correction, setCorrection] = useState<Correction | null>(null);
  return (
    <>
      <div className="panel-head">
        <h2>History of every value</h2>
        <div className="field-row">
          <label className="inline">
            Rows
            <Choice codes={Object.keys(kindNames)} none="all" value={kind} onChoose={setKind} say={(name) => kindNames[name]} />
          </label>
          <label className="inline">
            <input type="checkbox" checked={changed} onChange={(event) => setChanged(event.target.checked)} /> only what was ever something else
          </label>
        </div>
      </div>
      <Asked query={asked} what="the history">
        {(values) => {
          const rows = rowsOf(values)
            .filter((row) => !kind || row.kind === kind)
            .filter((row) => !changed || [...row.columns.values()].some((past) => past.length > 1))
            .reverse();
          if (rows.length === 0) return <p className="empty">{changed ? 'Nothing here has ever been something else.' : 'No such row is recorded.'}</p>;
          return rows.map((row, at) => (
            <details key={row.key} className="history-row" open={at === 0}>
              <summary>
                {row.title} <span className="quiet">version {row.version}</span>
              </summary>
              <div className="table-frame">
                <table className="table">
                  <caption className="unseen">Values of {row.title}</caption>
                  <thead>
                    <tr>
                      <th scope="col">Value of</th>
                      <th scope="col">Value</th>
                      <th scope="col">Recorded</th>
                      <th scope="col">By</th>
                      <th scope="col">Why</th>
                      {may('radiologist', 'admin') && <th scope="col"><span className="unseen">Correct</span></th>}
                    </tr>
                  </thead>
                  <tbody>
                    {[...row.columns.entries()]
                      .filter(([, past]) => !changed || past.length > 1)
                      .flatMap(([name, past]) =>
                        [...past].reverse().map((value, age) => (
                          <tr key={`${name}${value.version}`} className={age > 0 ? 'superseded' : ''}>
                            <th scope="row">{age === 0 ? column(name) : <span className="quiet">before</span>}</th>
                            <td className="figure">{age === 0 ? value.value || missing : <del>{value.value || missing}</del>}</td>
                            <td className="figure nowrap">{moment(value.recorded_at)}</td>
                            <td>
                              {value.actor} <span className="quiet">{value.door}</span>
                            </td>
                            <td>{value.reason || missing}</td>
                            {may('radiologist', 'admin') && (
                              <td>
                                {age === 0 && mayCorrect(row) && (
                                  <button
                                    type="button"
                                    className="button button-small"
                                    aria-label={`Correct ${column(name)} of ${row.title}`}
                                    onClick={() => setCorrection({ patientId: id, row, column: name, seen: value.value ?? '' })}
                                  >
                                    Correct …
                                  </button>
                                )}
                              </td>
                            )}
                          </tr>
                        )),
                      )}
                  </tbody>
                </table>
              </div>
            </details>
          ));
        }}
      </Asked>
      {correction && <Amend correction={correction} onClose={() => setCorrection(null)} />}
    </>
  );
}
