import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../session';
import { getJson, segment } from '../api/client';
import { listIn } from '../api/queries';
import { isDate, plain } from '../format';
import { GenericTable } from '../parts/generic_table';
import { Page } from '../parts/page';
import { Asked } from '../parts/states';
import { columnName } from '../words';

type Row = Record<string, unknown>;

/** An answer that is a text, or an object whose members are shown by name. */
function Said({ answer }: { answer: Row }) {
  if (typeof answer['intact'] === 'boolean')
    return (
      <div className={`notice ${answer['intact'] ? 'notice-good' : 'notice-bad'}`}>
        <p className="notice-title">{answer['intact'] ? '✓ Nothing was changed behind the program’s back' : '✗ Something was changed behind the program’s back'}</p>
        <p className="figure">
          {plain(answer['deliveries'])} deliveries, {plain(answer['rows'])} rows; head {plain(answer['head'])}
        </p>
        {Array.isArray(answer['problems']) && answer['problems'].map((line) => <p key={String(line)}>{String(line)}</p>)}
      </div>
    );
  if (typeof answer['text'] === 'string') return <pre className="said">{answer['text']}</pre>;
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value) && value.length > 0 && typeof value[0] === 'object') as [string, Row[]][];
  // The head says number and hash already.
  const plainOnes = Object.entries(answer).filter(([name]) => !lists.some(([list]) => list === name) && !(name === 'entry_sha256' && 'head' in answer));
  return (
    <>
      <dl className="pairs pairs-wide">
        {plainOnes.map(([name, value]) => (
          <div key={name}>
            <dt>{columnName(name)}</dt>
            <dd className="figure">{plain(value)}</dd>
          </div>
        ))}
      </dl>
      {lists.map(([name, rows]) => (
        <GenericTable key={name} rows={rows} caption={columnName(name)} />
      ))}
    </>
  );
}

/** The reads from that day on, the newest first; of very many the first five thousand. */
async function readsSince(day: string, account: string, patient: string, signal: AbortSignal): Promise<Row[]> {
  const query = `audit/reads?limit=1000${day && `&from=${day}`}${account && `&account=${segment(account)}`}${patient && `&patient_id=${segment(patient)}`}`;
  const all: Row[] = [];
  let cursor: unknown = null;
  for (let page = 0; page < 5; ++page) {
    const answer: Row = await getJson<Row>(cursor ? `${query}&cursor=${segment(String(cursor))}` : query, signal);
    all.push(...listIn<Row>(answer));
    cursor = answer['next'];
    if (!cursor) break;
  }
  return all.reverse();
}

export function AuditPage() {
  const { session } = useSession();
  const [from, setFrom] = useState(session.now?.slice(0, 10) ?? '');
  const [verifying, setVerifying] = useState(0);
  const [account, setAccount] = useState('');
  const [patient, setPatient] = useState('');
  const head = useQuery({ queryKey: ['audit', 'head'], queryFn: ({ signal }) => getJson<Row>('audit/head', signal) });
  const verified = useQuery({ queryKey: ['audit', 'verify', verifying], queryFn: ({ signal }) => getJson<Row>('audit/verify', signal), enabled: verifying > 0, staleTime: Infinity, meta: { steady: true } });
  const deliveries = useQuery({ queryKey: ['audit', 'deliveries'], queryFn: async ({ signal }) => listIn<Row>(await getJson('audit/deliveries?limit=200', signal)) });
  const day = isDate(from) ? from : '';
  const reads = useQuery({ queryKey: ['audit', 'reads', account, patient, day], queryFn: ({ signal }) => readsSince(day, account, patient, signal) });
  return (
    <Page title="Audit" wide>
      <section className="panel" aria-labelledby="chain-title">
        <div className="panel-head">
          <h2 id="chain-title">Chain of changes</h2>
          <button type="button" className="button" onClick={() => setVerifying(verifying + 1)}>
            Verify the whole chain
          </button>
        </div>
        <Asked query={head} what="the head of the chain">
          {(answer) => <Said answer={answer} />}
        </Asked>
        {verifying > 0 && (
          <div role="status">
            <Asked query={verified} what="the verification">
              {(answer) => <Said answer={answer} />}
            </Asked>
          </div>
        )}
      </section>
      <section className="panel" aria-labelledby="deliveries-title">
        <h2 id="deliveries-title">Deliveries and edits</h2>
        <Asked query={deliveries} what="the deliveries">
          {(rows) =>
            rows.length > 0 ? (
              <div className="scroll" tabIndex={0} role="group" aria-label="Deliveries and edits, scrolls">
                <GenericTable rows={rows} caption="Deliveries and edits, one entry of the chain each" wraps />
              </div>
            ) : (
              <p className="empty">Nothing is recorded yet.</p>
            )
          }
        </Asked>
      </section>
      <section className="panel" aria-labelledby="reads-title">
        <div className="panel-head">
          <h2 id="reads-title">Who looked at whom</h2>
          <div className="field-row">
            <label className="inline">
              From day <input className="input figure" value={from} maxLength={10} placeholder="YYYY-MM-DD" onChange={(event) => setFrom(event.target.value.trim())} />
            </label>
            <label className="inline">
              Account <input className="input" value={account} onChange={(event) => setAccount(event.target.value.trim())} />
            </label>
            <label className="inline">
              Patient <input className="input" value={patient} onChange={(event) => setPatient(event.target.value.trim())} />
            </label>
          </div>
        </div>
        <Asked query={reads} what="the read log">
          {(rows) =>
            rows.length > 0 ? (
              <div className="scroll" tabIndex={0} role="group" aria-label="Read log, scrolls">
                <GenericTable rows={rows} caption="Reads of patients" />
              </div>
            ) : (
              <p className="empty">No read fits.</p>
            )
          }
        </Asked>
      </section>
    </Page>
  );
}
