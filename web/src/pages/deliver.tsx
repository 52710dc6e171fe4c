import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type DragEvent, type FormEvent } from 'react';
import { newKey, post, Problem, segment } from '../api/client';
import type { IngestReport } from '../api/types';
import { Page } from '../parts/page';
import { Done, Refused } from '../parts/states';
import { useSession } from '../session';
import { wordOf } from '../words';

const tallied = [
  ['added', 'Added'],
  ['filled_in', 'Filled in'],
  ['superseded', 'Superseded'],
  ['unchanged', 'Unchanged'],
] as const;

/** A file as it was when it was chosen: what is recorded is what was checked. */
interface Chosen {
  name: string;
  content: Blob;
}

async function read(file: File): Promise<Chosen> {
  try {
    return { name: file.name, content: new Blob([await file.arrayBuffer()]) };
  } catch {
    throw new Error(`${file.name} cannot be read; choose files, not folders.`);
  }
}

function deliver(files: Chosen[], { reason, confirm, key }: { reason: string; confirm: boolean; key?: string }): Promise<IngestReport> {
  const form = new FormData();
  for (const { name, content } of files) form.append('files', content, name);
  const query = [!key && 'dry_run=yes', confirm && 'confirm=yes', reason && `amend=${segment(reason)}`].filter(Boolean).join('&');
  return post<IngestReport>(query ? `records?${query}` : 'records', form, key);
}

export function DeliverPage() {
  const { may } = useSession();
  return (
    <Page title="Deliver a record">
      {may('radiologist', 'admin') ? <Delivery /> : <Refused error={new Problem(403, '', 'Radiologists and administrators deliver records.')} />}
    </Page>
  );
}

/** Files are chosen, checked without storing anything, and recorded whole. */
function Delivery() {
  const queries = useQueryClient();
  const [files, setFiles] = useState<Chosen[]>([]);
  const [reason, setReason] = useState('');
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  // The key belongs to what was checked: recording that again, after no answer, stores it once.
  const check = useMutation({ mutationFn: async ({ why, confirm }: { why: string; confirm: boolean }) => ({ report: await deliver(files, { reason: why, confirm }), why, confirm, key: newKey() }) });
  const record = useMutation({
    mutationFn: ({ why, confirm, key }: { why: string; confirm: boolean; key: string }) => deliver(files, { reason: why, confirm, key }),
    onSuccess: () => void queries.invalidateQueries({ predicate: (query) => !query.meta?.['steady'] }),
  });
  const choose = (next: (before: Chosen[]) => Chosen[]) => {
    setFiles(next);
    setReason('');
    check.reset();
    record.reset();
  };
  const add = useMutation({
    mutationFn: (list: File[]) => Promise.all(list.map(read)),
    onSuccess: (added) => choose((before) => [...(record.isSuccess ? [] : before).filter((one) => !added.some(({ name }) => name === one.name)), ...added]),
  });

  const refusal = add.error ?? record.error ?? check.error;
  // What was sent and not answered may be recorded again as it was checked; what was refused is checked anew.
  const isRefused = record.error instanceof Problem && !record.error.isUnanswered;
  // The words of the service for a value that contradicts a stored one.
  const contradicts = refusal instanceof Problem && refusal.problems.some((line) => line.includes('supersede'));
  const checked = check.data?.why === reason.trim() && !record.isSuccess && !isRefused ? check.data : undefined;

  const take = (list: FileList | null) => {
    if (list?.length && !record.isPending) add.mutate([...list]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const said = () => {
    if (!checked) return '';
    if (record.isError) return 'Whether it arrived is not known. Record it again: it is stored once.';
    return hasNews(checked.report) ? 'It can be recorded; nothing is stored yet.' : 'All of it is stored already.';
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.reset();
    record.reset();
    check.mutate({ why: reason.trim(), confirm: false });
  };
  const confirm = () => {
    record.reset();
    check.mutate({ why: reason.trim(), confirm: true });
  };

  return (
    <>
      <p>A record is taken in whole or not at all. The check reads it as recording would, and stores nothing.</p>
      <form
        className="panel"
        aria-label="Delivery"
        onSubmit={submit}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <div className={isOver ? 'drop drop-over' : 'drop'}>
          <label className="button">
            Choose files …
            <input
              ref={picker}
              className="unseen"
              type="file"
              multiple
              disabled={record.isPending}
              accept=".csv,.json"
              aria-describedby="files-hint"
              onChange={(event) => {
                take(event.target.files);
                event.target.value = '';
              }}
            />
          </label>{' '}
          or drop them here
          <span className="hint" id="files-hint">
            patients.csv, scans.csv, measurements.csv, therapies.csv, events.csv, visits.csv, decisions.csv, as many as there are; or record.json alone
          </span>
        </div>
        {files.length > 0 && (
          <ul className="plain" aria-label="Chosen files">
            {files.map(({ name, content }) => (
              <li key={name} className="actions">
                <span className="figure">{name}</span>
                <span className="quiet figure">{content.size} bytes</span>
                <button
                  type="button"
                  className="button button-small"
                  aria-label={`Leave out ${name}`}
                  disabled={record.isPending}
                  onClick={() => {
                    choose((before) => before.filter((one) => one.name !== name));
                    picker.current?.focus();
                  }}
                >
                  Leave out
                </button>
              </li>
            ))}
          </ul>
        )}
        {(contradicts || reason) && (
          <label>
            Why the delivered values supersede the stored ones, which stay readable
            <input className="input" name="amend" value={reason} onChange={(event) => setReason(event.target.value)} />
          </label>
        )}
        <div className="actions">
          <button className={checked ? 'button' : 'button button-first'} disabled={files.length === 0 || check.isPending || record.isPending}>
            {check.isPending ? 'Checking …' : 'Check'}
          </button>
          {checked && hasNews(checked.report) && (
            <button type="button" className="button button-first" disabled={record.isPending} onClick={() => record.mutate(checked)}>
              {record.isPending ? 'Recording …' : 'Record'}
            </button>
          )}
          <span role="status">{said()}</span>
          {record.data && <Done>Recorded{record.data.delivery_no !== null && ` as delivery ${record.data.delivery_no}`}</Done>}
        </div>
      </form>
      {refusal && <Refused error={refusal} focus confirm={{ title: 'Keep as delivered', run: confirm }} />}
      {record.data ? <Report report={record.data} title="What was recorded" /> : checked && <Report report={checked.report} title="What would be recorded" />}
    </>
  );
}

const hasNews = (report: IngestReport) => Object.values(report.tally).some((rows) => rows.added + rows.filled_in + rows.superseded > 0);

function Report({ report, title }: { report: IngestReport; title: string }) {
  return (
    <section className="panel" aria-labelledby="report-title">
      <h2 id="report-title">{title}</h2>
      <div className="table-frame">
        <table className="table">
          <caption className="unseen">Rows of the delivery</caption>
          <thead>
            <tr>
              <th scope="col">Rows</th>
              {tallied.map(([what, title]) => (
                <th key={what} scope="col" className="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(report.tally).map(([kind, rows]) => (
              <tr key={kind}>
                <th scope="row">{wordOf(kind)}</th>
                {tallied.map(([what]) => (
                  <td key={what} className="number">
                    {rows[what]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.warnings.length > 0 && (
        <>
          <h3>
            {report.warnings.length} {report.warnings.length === 1 ? 'warning' : 'warnings'}
          </h3>
          <ul className="warnings">
            {report.warnings.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
