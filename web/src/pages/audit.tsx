import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getJson, segment } from '../api/client';
import { listIn } from '../api/queries';
import { plain } from '../format';
import { GenericTable } from '../parts/generic_table';
import { Page } from '../parts/page';
import { Asked } from '../parts/states';
import { columnName } from '../words';

type Row = Record<string, unknown>;

/** An answer that is a text, or an object whose members are shown by name. */
function Said({ answer }: { answer: Row }) {
  if (typeof answer['text'] === 'string') return <pre className="said">{answer['text']}</pre>;
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value) && value.length > 0 && typeof value[0] === 'object') as [string, Row[]][];
  const plainOnes = Object.entries(answer).filter(([name]) => !lists.some(([list]) => list === name));
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

export function AuditPage() {
  const [verifying, setVerifying] = useState(0);
  const [account, setAccount] = useState('');
  const [patient, setPatient] = useState('');
  const head = useQuery({ queryKey: ['audit', 'head'], queryFn: ({ signal }) => getJson<Row>('audit/head', signal) });
  const verified = useQuery({ queryKey: ['audit', 'verify', verifying], queryFn: ({ signal }) => getJson<Row>('audit/verify', signal), enabled: verifying > 0, staleTime: Infinity, meta: { steady: true } });
  const deliveries = useQuery({ queryKey: ['audit', 'deliveries'], queryFn: async ({ signal }) => listIn<Row>(await getJson('audit/deliveries?limit=200', signal)) });
  const reads = useQuery({
    queryKey: ['audit', 'reads', account, patient],
    queryFn: async ({ signal }) => listIn<Row>(await getJson(`audit/reads?limit=200&account=${segment(account)}&patient_id=${segment(patient)}`, signal)),
  });
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
              <div className="scroll" tabIndex={0} role="region" aria-label="Deliveries and edits">
                <GenericTable rows={rows} caption="Deliveries and edits, one entry of the chain each" />
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
              <div className="scroll" tabIndex={0} role="region" aria-label="Read log">
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
