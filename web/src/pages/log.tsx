import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Link, useParams } from 'react-router-dom';
import { newKey, post, Problem, segment } from '../api/client';
import { useAssessment, useRecord } from '../api/queries';
import type { Assessment, Measurement, PatientRecord, Preview, Scan } from '../api/types';
import { keyFor, type Draft } from '../drafts';
import { isDate, millimetres, missing, moment, plain, signed } from '../format';
import { Choice } from '../parts/choice';
import { Word } from '../parts/marks';
import { Page } from '../parts/page';
import { Asked, Refused } from '../parts/states';
import { useSession } from '../session';
import { wordOf } from '../words';
import { findings, isNumber, looks, places, problemOn, rarer, requestOf, scanFields, sizes, statuses, type FieldOf, type Typed } from './log_fields';

export function LogPage() {
  const { id = '' } = useParams();
  const record = useRecord(id);
  const assessment = useAssessment(id);
  return (
    <Page
      title={`Log a nodule of ${id}`}
      wide
      beside={
        <Link className="button" to={`/patients/${segment(id)}`}>
          Back to the patient
        </Link>
      }
    >
      <Asked query={record} what="the record">
        {(data) => <LogForm key={id} id={id} record={data} assessment={assessment.data} />}
      </Asked>
    </Page>
  );
}

const byDate = (a: Scan, b: Scan) => b.scan_date.localeCompare(a.scan_date) || b.scan_id.localeCompare(a.scan_id);
const byName = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

const scansOf = (record: PatientRecord) => (record.scans ?? []).filter((scan) => scan.modality !== 'radiograph').sort(byDate);
const nodulesOf = (record: PatientRecord) => [...new Set((record.measurements ?? []).map((one) => one.nodule_id))].sort(byName);
const rowOf = (record: PatientRecord, scan: string, nodule: string) => record.measurements?.find((one) => one.scan_id === scan && one.nodule_id === nodule);

interface Prior {
  row: Measurement;
  scan: Scan | undefined;
}

/** What was measured of a nodule, newest first. */
function priorsOf(record: PatientRecord, nodule: string, besides: string): Prior[] {
  const scans = new Map((record.scans ?? []).map((scan) => [scan.scan_id, scan]));
  return (record.measurements ?? [])
    .filter((one) => one.nodule_id === nodule && one.scan_id !== besides)
    .map((row) => ({ row, scan: scans.get(row.scan_id) }))
    .sort((a, b) => (b.scan?.scan_date ?? '').localeCompare(a.scan?.scan_date ?? ''));
}

/** A free name of the same kind: N1, N2 -> N3. */
function freeName(known: string[]): string {
  for (let number = known.length + 1; ; ++number) if (!known.includes(`N${number}`)) return `N${number}`;
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** A form for the nodule, with its place carried over from the last CT, or filled with what is stored already. */
function fieldsFor(record: PatientRecord, scan: Typed, nodule: string): Typed {
  const fields: Typed = { ...scan };
  const stored = rowOf(record, scan['scan'] || scan['scan_id'] || '', nodule);
  const last = priorsOf(record, nodule, scan['scan'] ?? '')[0];
  const known = nodulesOf(record).includes(nodule);
  fields['nodule'] = known ? nodule : '';
  fields['nodule_id'] = nodule;
  fields['status'] = stored ? stored.status : known ? 'present' : 'new';
  for (const { column } of findings) fields[column] = text(stored?.[column]);
  if (!stored) for (const { column } of places) fields[column] = text(last?.row[column]);
  fields['amend'] = '';
  return fields;
}

function scanPart(typed: Typed): Typed {
  const part: Typed = {};
  for (const name of ['scan', 'scan_id', 'scan_date', ...scanFields.map((one) => one.column)]) part[name] = typed[name] ?? '';
  return part;
}

/** The next known nodule without a row on that scan; else a new one. */
function nextNodule(record: PatientRecord, scan: string, logged: Set<string>): string {
  const known = nodulesOf(record);
  return known.find((nodule) => !logged.has(nodule) && !rowOf(record, scan, nodule)) ?? freeName([...known, ...logged]);
}

function startFields(record: PatientRecord, today: string): Typed {
  const newest = scansOf(record)[0];
  const open = newest && nodulesOf(record).some((nodule) => !rowOf(record, newest.scan_id, nodule));
  const scan: Typed = open ? { scan: newest.scan_id } : { scan: '', scan_date: today, scan_id: `CT-${today}` };
  return fieldsFor(record, scanPart(scan), nextNodule(record, scan['scan'] || scan['scan_id'] || '', new Set()));
}

type Standing = { kind: 'typing' } | { kind: 'storing' } | { kind: 'refused'; error: unknown } | { kind: 'stored'; nodule: string; next: string; allLogged: boolean; warnings: string[] };

function LogForm({ id, record, assessment }: { id: string; record: PatientRecord; assessment: Assessment | undefined }) {
  const { drafts, today } = useSession();
  const queries = useQueryClient();
  const [restored, setRestored] = useState<Draft | null>(() => drafts.of(id));
  const [typed, setTyped] = useState<Typed>(() => drafts.of(id)?.fields ?? startFields(record, today));
  const [standing, setStanding] = useState<Standing>({ kind: 'typing' });
  const tried = useRef(restored?.tried);
  const logged = useRef(new Set<string>());
  const form = useRef<HTMLFormElement>(null);

  const focusOn = (name: string) => form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  useEffect(() => focusOn('long_axis_mm'), []);

  const keep = useCallback(
    (fields: Typed) => {
      const draft: Draft = { patient_id: id, fields, changed_at: new Date().toISOString() };
      if (tried.current) draft.tried = tried.current;
      drafts.keep(draft);
    },
    [drafts, id],
  );

  const put = (changes: Typed) => {
    const next = { ...typed, ...changes };
    setTyped(next);
    keep(next);
    if (standing.kind === 'refused' || standing.kind === 'stored') setStanding({ kind: 'typing' });
  };

  const start = (fields: Typed) => {
    drafts.remove(id);
    tried.current = undefined;
    setRestored(null);
    setTyped(fields);
  };

  const scan = typed['scan'] || typed['scan_id'] || '';
  const nodule = typed['nodule_id'] ?? '';
  const nodules = nodulesOf(record);
  const scans = scansOf(record);
  const priors = useMemo(() => priorsOf(record, nodule, scan), [record, nodule, scan]);
  const stored = rowOf(record, scan, nodule);
  const { preview, asking } = usePreview(id, typed);
  const problems = useMemo(() => {
    const lines = standing.kind === 'refused' && standing.error instanceof Problem ? [...standing.error.problems, ...standing.error.questions, standing.error.message] : [...(preview?.problems ?? []), ...(preview?.questions ?? [])];
    return new Map(lines.map(problemOn).flatMap((problem) => (problem.column ? [[problem.column, problem.text] as const] : [])));
  }, [standing, preview]);

  const sameAsBefore = () => {
    const last = priors[0];
    if (!last) return;
    put(Object.fromEntries(looks.map(({ column }) => [column, text(last.row[column])])));
  };

  const submit = async (event?: FormEvent, confirm = false) => {
    event?.preventDefault();
    if (standing.kind === 'storing') return;
    const body = { ...requestOf(id, typed), ...(confirm ? { confirm } : {}) };
    tried.current = keyFor(JSON.stringify(body), tried.current, newKey);
    keep(typed);
    setStanding({ kind: 'storing' });
    try {
      const answer = await post<{ warnings?: string[] }>(`patients/${segment(id)}/measurements`, body, tried.current.key);
      logged.current.add(nodule);
      const scanFieldsNow = scanPart(typed);
      const known = new Set([...nodules]);
      const next = nextNodule(record, scan, logged.current);
      start(fieldsFor(record, scanFieldsNow, next));
      setStanding({ kind: 'stored', nodule, next, allLogged: !known.has(next), warnings: answer.warnings ?? [] });
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] === 'worklist' || query.queryKey[1] === id });
      focusOn(known.has(next) ? 'long_axis_mm' : 'nodule');
    } catch (error) {
      if (error instanceof Problem && !error.isUnanswered) {
        // Answered: the next try is another request.
        tried.current = undefined;
        keep(typed);
      }
      setStanding({ kind: 'refused', error });
    }
  };

  const press = (event: React.KeyboardEvent) => {
    if (event.altKey && event.key.toLowerCase() === 's') {
      event.preventDefault();
      sameAsBefore();
    }
  };

  const field = (one: FieldOf) => <Field key={one.column} field={one} value={typed[one.column] ?? ''} before={text(priors[0]?.row[one.column])} problem={problems.get(one.column)} onChange={(value) => put({ [one.column]: value })} />;

  return (
    <div className="log">
      <form ref={form} className="panel log-form" onSubmit={(event) => void submit(event)} onKeyDown={press} noValidate aria-label="Measurement">
        {restored && (
          <div className="notice" role="status">
            <p>
              What you typed on {moment(restored.changed_at)} and had not stored is back.{' '}
              {restored.tried && 'It was sent once without an answer; storing it again stores it once.'}
            </p>
            <button
              type="button"
              className="button button-small"
              onClick={() => {
                start(startFields(record, today));
                setStanding({ kind: 'typing' });
                focusOn('long_axis_mm');
              }}
            >
              Discard the draft
            </button>
          </div>
        )}
        {standing.kind === 'stored' && (
          <div className="notice notice-good" role="status">
            <p>
              ✓ {standing.nodule} is stored. {standing.allLogged ? 'All known nodules are logged on this scan; next would be a new one.' : `Next: ${standing.next}.`}
            </p>
            {standing.warnings.map((warning) => (
              <p key={warning}>{warning}</p>
            ))}
          </div>
        )}
        {standing.kind === 'refused' && (
          <Refused error={standing.error} focus again={() => void submit()} confirm={{ title: 'Store as typed', run: () => void submit(undefined, true) }}>
            <p>What you typed is still here.</p>
          </Refused>
        )}

        <fieldset>
          <legend>Scan</legend>
          <div className="fields">
            <label>
              Scan
              <Choice
                name="scan"
                codes={scans.map((one) => one.scan_id)}
                none="a new CT"
                value={typed['scan'] ?? ''}
                onChoose={(chosen) => {
                  logged.current.clear();
                  const where = chosen ? { scan: chosen } : { scan: '', scan_date: today, scan_id: `CT-${today}` };
                  put({ ...typed, ...fieldsFor(record, scanPart(where), nodule || nextNodule(record, chosen, new Set())) });
                }}
                say={(one) => scanTitle(scans.find((other) => other.scan_id === one)!)}
              />
            </label>
            {!typed['scan'] && (
              <>
                <label>
                  Day, YYYY-MM-DD
                  <input
                    className="input figure"
                    name="scan_date"
                    inputMode="numeric"
                    maxLength={10}
                    value={typed['scan_date'] ?? ''}
                    aria-invalid={problems.has('scan_date')}
                    onChange={(event) => {
                      const day = event.target.value;
                      const follows = typed['scan_id'] === `CT-${typed['scan_date']}`;
                      put({ scan_date: day, ...(follows ? { scan_id: `CT-${day}` } : {}) });
                    }}
                  />
                </label>
                <label>
                  Scan id
                  <input className="input figure" name="scan_id" value={typed['scan_id'] ?? ''} onChange={(event) => put({ scan_id: event.target.value })} />
                </label>
                {scanFields.map((one) => (
                  <Field key={one.column} field={one} value={typed[one.column] ?? ''} before="" problem={problems.get(one.column)} onChange={(value) => put({ [one.column]: value })} />
                ))}
              </>
            )}
          </div>
        </fieldset>

        <fieldset>
          <legend>Nodule</legend>
          <div className="fields">
            <label>
              Nodule
              <Choice
                name="nodule"
                codes={nodules}
                value={typed['nodule'] ?? ''}
                onChoose={(chosen) => put(fieldsFor(record, scanPart(typed), chosen || freeName([...nodules, ...logged.current])))}
                say={(one) => noduleTitle(one, priorsOf(record, one, scan)[0], Boolean(rowOf(record, scan, one)) || logged.current.has(one))}
              >
                <option value="">a new nodule</option>
              </Choice>
            </label>
            {!typed['nodule'] && (
              <label>
                Nodule ID
                <input className="input figure" name="nodule_id" value={nodule} onChange={(event) => put({ nodule_id: event.target.value })} />
              </label>
            )}
            <label>
              Status
              <Choice name="status" codes={statuses} value={typed['status'] ?? 'present'} onChoose={(status) => put({ status })} />
            </label>
          </div>
          <div className="fields">{sizes.map(field)}</div>
          {stored && (
            <div className="notice">
              <p>{nodule} is logged on this scan already; the form shows what is stored. A value that contradicts it needs a reason, and the earlier one stays readable.</p>
              <label>
                Reason for the correction
                <input className="input" name="amend" value={typed['amend'] ?? ''} onChange={(event) => put({ amend: event.target.value })} />
              </label>
            </div>
          )}
          <div className="fields">{places.map(field)}</div>
          <div className="fields-head">
            <h3>Morphology</h3>
            {priors.length > 0 && (
              <button type="button" className="button button-small" onClick={sameAsBefore}>
                Same as before <kbd>Alt S</kbd>
              </button>
            )}
          </div>
          <div className="fields">{looks.map(field)}</div>
          <details>
            <summary>Volume, solid component, SUVmax</summary>
            <div className="fields">{rarer.map(field)}</div>
          </details>
        </fieldset>

        <div className="actions">
          <button className="button button-first" disabled={standing.kind === 'storing'}>
            {standing.kind === 'storing' ? 'Storing …' : 'Store'} <kbd>Enter</kbd>
          </button>
        </div>
      </form>

      <div className="log-beside">
        <Live preview={preview} asking={asking} before={assessment} nodule={nodule} problems={standing.kind === 'refused' ? [] : (preview?.problems ?? [])} />
        <Priors nodule={nodule} priors={priors} />
      </div>
    </div>
  );
}

const scanTitle = (scan: Scan) => `${scan.scan_date} · ${scan.scan_id} · ${wordOf(scan.modality)}`;

/** `N1 · 6.2 mm on 2026-11-10 · logged ✓` */
function noduleTitle(nodule: string, last: Prior | undefined, isLogged: boolean): string {
  const size = last && (last.row.status === 'present' || last.row.status === 'new' ? `${millimetres(last.row.long_axis_mm)} mm` : wordOf(last.row.status));
  return [nodule, last && `${size} on ${last.scan?.scan_date ?? ''}`, isLogged && 'logged ✓'].filter(Boolean).join(' · ');
}

/** `RUL, right upper lobe` */
const lobeOf = (code: string) => (code === 'unknown' ? wordOf(code) : `${code === 'lingula' ? code : code.toUpperCase()}, ${wordOf(code)}`);

function Field({ field, value, before, problem, onChange }: { field: FieldOf; value: string; before: string; problem: string | undefined; onChange: (value: string) => void }) {
  const hint = `${field.column}-hint`;
  const different = before !== '' && before !== value;
  const described = problem || different ? { 'aria-describedby': hint } : {};
  let input: ReactNode;
  if (field.words)
    input = (
      <Choice name={field.column} codes={field.words} none={missing} value={value} aria-invalid={Boolean(problem)} {...described} onChoose={onChange} say={field.column === 'lobe' ? lobeOf : wordOf} />
    );
  else
    input = (
      <input
        className="input figure"
        name={field.column}
        inputMode={isNumber(field) ? 'decimal' : 'text'}
        autoComplete="off"
        value={value}
        aria-invalid={Boolean(problem)}
        {...described}
        onChange={(event) => onChange(isNumber(field) ? event.target.value.replace(',', '.') : event.target.value)}
      />
    );
  return (
    <label>
      <span>
        {field.label}
        {field.unit && `, ${field.unit}`}
      </span>
      {input}
      {problem ? (
        <span className="problem" id={hint}>
          {problem}
        </span>
      ) : (
        different && (
          <span className="hint" id={hint}>
            before: {field.words ? wordOf(before) : field.unit === 'mm' ? millimetres(before) : before}
          </span>
        )
      )}
    </label>
  );
}

/** What storing it would change, asked of the service while typing. */
function usePreview(id: string, typed: Typed): { preview: Preview | null; asking: boolean } {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [asking, setAsking] = useState(false);
  const request = requestOf(id, typed);
  const saysSomething = typed['long_axis_mm']?.trim() || request.measurement['status'] === 'resolved' || request.measurement['status'] === 'not_assessed';
  const scanIsThere = request.scan_id && (!request.scan || isDate(request.scan['scan_date'] ?? ''));
  const body = saysSomething && scanIsThere && request.measurement['nodule_id'] ? JSON.stringify(request) : '';

  useEffect(() => {
    if (!body) {
      setPreview(null);
      setAsking(false);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setAsking(true);
      post<Preview>('preview', JSON.parse(body), undefined, stop.signal)
        .then((answer) => setPreview(answer))
        .catch((error: unknown) => {
          if (stop.signal.aborted) return;
          if (error instanceof Problem && error.problems.length > 0) setPreview({ problems: error.problems } as Preview);
          else if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 401) setPreview({ problems: [error.message] } as Preview);
          else setPreview(null);
        })
        .finally(() => {
          if (!stop.signal.aborted) setAsking(false);
        });
    }, 200);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [body]);

  return { preview, asking };
}

function Live({ preview, asking, before, nodule, problems }: { preview: Preview | null; asking: boolean; before: Assessment | undefined; nodule: string; problems: string[] }) {
  const judged = problems.length === 0 ? preview?.assessment : null;
  const now = before?.recommendation;
  const then = judged?.recommendation;
  const other = now && then && (now.action !== then.action || now.due_date !== then.due_date);
  const remarks = [...(preview?.warnings ?? []), ...(judged?.flags.filter((flag) => flag.subject === nodule).map((flag) => flag.text) ?? [])];
  const questions = preview?.questions ?? [];
  const spoken = preview
    ? problems.length > 0
      ? `Would be refused: ${problems.map((line) => problemOn(line).text).join('; ')}`
      : `${questions.map((line) => `${problemOn(line).text}. `).join('')}${nodule}: ${wordOf(preview.growth_state)}, ${wordOf(preview.class)}. ${then ? `${wordOf(then.action)}, due ${then.due_date ?? 'not set'}.` : ''}`
    : '';
  return (
    <section className="panel live" aria-labelledby="live-title" aria-busy={asking}>
      <h2 id="live-title">
        If you store this {asking && <span className="quiet small">asking …</span>}
      </h2>
      <p className="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
      {!preview && <p className="quiet">Type a size, and the change against every earlier CT stands here.</p>}
      {problems.length > 0 && (
        <div className="notice notice-bad">
          <p className="notice-title">Would be rejected</p>
          <ul>
            {problems.map((line) => (
              <li key={line}>{problemOn(line).text}</li>
            ))}
          </ul>
        </div>
      )}
      {problems.length === 0 && questions.length > 0 && (
        <div className="notice">
          <p className="notice-title">It would be asked about</p>
          <ul>
            {questions.map((line) => (
              <li key={line}>{problemOn(line).text}</li>
            ))}
          </ul>
        </div>
      )}
      {preview && judged && then && (
        <>
          <p className="live-words">
            {nodule} <Word code={preview.growth_state} /> <Word code={preview.class} />
            {preview.vdt_days !== null && <span className="figure quiet"> doubling time {millimetres(preview.vdt_days)} days</span>}
          </p>
          <p>
            <strong>{wordOf(then.action)}</strong>
            {then.due_date && <span className="figure"> due {then.due_date}</span>}
            {other && now && (
              <span className="changed">
                {' '}
                instead of {wordOf(now.action)}
                {now.due_date && <span className="figure"> due {now.due_date}</span>}
              </span>
            )}
            {!other && <span className="quiet"> as now</span>}
          </p>
          {!preview.on_index_scan && <p className="quiet">This scan is not the newest diagnostic CT: the comparisons are those of the newest one.</p>}
          {preview.comparisons.length > 0 && (
            <div className="table-frame">
              <table className="table table-tight">
                <caption className="unseen">Change of {nodule} against each earlier CT</caption>
                <thead>
                  <tr>
                    <th scope="col">Against</th>
                    <th scope="col" className="number">
                      then, mm
                    </th>
                    <th scope="col" className="number">
                      change, mm
                    </th>
                    <th scope="col" className="number">
                      limit, mm
                    </th>
                    <th scope="col">says</th>
                  </tr>
                </thead>
                <tbody>
                  {[...preview.comparisons].reverse().map((one) => (
                    <tr key={one.prior_scan}>
                      <td className="figure nowrap">{text(one['prior_date']) || one.prior_scan}</td>
                      <td className="number">{millimetres(one['prior_long_axis_mm'])}</td>
                      <td className="number">
                        <strong>{signed(one['long_axis_change_mm'])}</strong>
                      </td>
                      <td className="number">{millimetres(one['threshold_mm'])}</td>
                      <td>
                        <Word code={one.says} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {remarks.length > 0 && (
            <ul className="warnings">
              {[...new Set(remarks)].map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function Priors({ nodule, priors }: { nodule: string; priors: Prior[] }) {
  return (
    <section className="panel" aria-labelledby="priors-title">
      <h2 id="priors-title">{nodule} so far</h2>
      {priors.length === 0 ? (
        <p className="quiet">Never measured before.</p>
      ) : (
        <div className="table-frame">
          <table className="table table-tight">
            <thead>
              <tr>
                <th scope="col">Date</th>
                <th scope="col">Status</th>
                <th scope="col" className="number">
                  Size, mm
                </th>
                <th scope="col" className="number">
                  Volume, mm³
                </th>
                <th scope="col" className="number">
                  Slice, mm
                </th>
                <th scope="col">Morphology</th>
              </tr>
            </thead>
            <tbody>
              {priors.map(({ row, scan }) => (
                <tr key={row.scan_id}>
                  <td className="figure nowrap">{scan?.scan_date ?? row.scan_id}</td>
                  <td>{wordOf(row.status)}</td>
                  <td className="number">
                    {millimetres(row.long_axis_mm)}
                    {row.short_axis_mm !== undefined && <> × {millimetres(row.short_axis_mm)}</>}
                  </td>
                  <td className="number">{plain(row.volume_mm3)}</td>
                  <td className="number">{millimetres(scan?.slice_thickness_mm)}</td>
                  <td className="small">
                    {looks
                      .filter(({ column }) => row[column])
                      .map(({ column }) => (column === 'calcification' ? (row[column] === 'none' ? 'not calcified' : `calcification ${wordOf(String(row[column]))}`) : wordOf(String(row[column]))))
                      .join(', ') || missing}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
