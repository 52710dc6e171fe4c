import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getJson, send } from '../api/client';
import { listIn } from '../api/queries';
import { GenericTable } from '../parts/generic_table';
import { Page } from '../parts/page';
import { Asked, Done, Refused } from '../parts/states';
import { useSession } from '../session';

type Row = Record<string, unknown>;

interface PreviewFile {
  name: string;
  columns: string[];
  rows: (unknown[] | Row)[];
  row_count?: number;
}

interface ExportPreview {
  patients?: number;
  files: PreviewFile[];
}

const asRow = (columns: string[], row: unknown[] | Row): Row => (Array.isArray(row) ? Object.fromEntries(columns.map((name, at) => [name, row[at]])) : row);

export function ExportPage() {
  const { may } = useSession();
  const preview = useQuery({ queryKey: ['export-preview'], queryFn: ({ signal }) => getJson<ExportPreview>('export/preview', signal) });
  const dictionary = useQuery({ queryKey: ['data-dictionary'], queryFn: async ({ signal }) => listIn<Row>(await getJson('data-dictionary', signal)), staleTime: Infinity });
  const [wanted, setWanted] = useState('');
  const [done, setDone] = useState('');

  const fetchIt = useMutation({
    mutationFn: async () => {
      const response = await send('export', { method: 'POST', body: {} });
      const name = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'nodtrack-export.zip';
      const address = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      return name;
    },
    onSuccess: setDone,
  });

  return (
    <Page
      title="Export for research"
      wide
      beside={
        <div className="actions">
          <button type="button" className="button button-first" disabled={fetchIt.isPending} onClick={() => fetchIt.mutate()}>
            {fetchIt.isPending ? 'Making the export …' : 'Download the export'}
          </button>
          {done && <Done>{done}</Done>}
        </div>
      }
    >
      {fetchIt.isError && <Refused error={fetchIt.error} focus />}
      <p>
        Histories and assessments without identifiers: research ids in place of patient ids, all days of a patient moved by one constant number of days, age in place of the
        birth date, no free text.{may('admin') && ' Administrators get the same file as researchers here; the full one is made on the command line.'}
      </p>
      <section className="panel" aria-labelledby="preview-title">
        <h2 id="preview-title">Preview</h2>
        <Asked query={preview} what="the preview">
          {(data) => (
            <>
              {data.patients !== undefined && <p className="quiet figure">{data.patients} patients</p>}
              {data.files.map((file) => (
                <details key={file.name} open={file === (data.files.find((one) => one.name === 'history.csv') ?? data.files[0])}>
                  <summary>
                    {file.name}
                    {file.row_count !== undefined && <span className="quiet figure"> {file.row_count} rows, the first {file.rows.length} here</span>}
                  </summary>
                  <div className="scroll" tabIndex={0} role="group" aria-label={`First rows of ${file.name}, scrolls`}>
                    <GenericTable rows={file.rows.map((row) => asRow(file.columns, row))} caption={`First rows of ${file.name}`} />
                  </div>
                </details>
              ))}
            </>
          )}
        </Asked>
      </section>
      <section className="panel" aria-labelledby="dictionary-title">
        <div className="panel-head">
          <h2 id="dictionary-title">Data dictionary</h2>
          <label className="inline">
            Contains <input className="input" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
          </label>
        </div>
        <Asked query={dictionary} what="the data dictionary">
          {(rows) => {
            const shown = rows.filter((row) => Object.values(row).join(' ').toLowerCase().includes(wanted.toLowerCase()));
            return shown.length > 0 ? (
              <div className="scroll" tabIndex={0} role="group" aria-label="Data dictionary, scrolls">
                <GenericTable rows={shown} caption="Columns of the export" wraps />
              </div>
            ) : (
              <p className="empty">No column fits.</p>
            );
          }}
        </Asked>
      </section>
    </Page>
  );
}
