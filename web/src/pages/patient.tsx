import { Tab, TabList, TabPanel, TabProvider } from '@ariakit/react';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { segment } from '../api/client';
import { useAllReasons, useAssessment, useDose, useLedger, useRecord, useReport, useSentence, useWhatIf } from '../api/queries';
import type { Assessment, WhatIfChange } from '../api/types';
import { missing, moment, plain, withUnit } from '../format';
import { DecisionForm } from '../parts/decision_form';
import { FilmStrips } from '../parts/film_strips';
import { History } from '../parts/history';
import { Identities } from '../parts/identities';
import { useKeys } from '../parts/keys';
import { Page } from '../parts/page';
import { Reasons, shown } from '../parts/reasons';
import { TrendPicture, WorksheetTables } from '../parts/report';
import { Asked } from '../parts/states';
import { NewestDecision, NoduleTable, PatientLine, Recommended } from '../parts/summary';
import { useSession } from '../session';
import { columnName, wordOf } from '../words';
import { PolicyRules } from '../parts/policy_rules';

export function PatientPage() {
  const { id = '' } = useParams();
  // Another patient is another page: nothing of the one before stays.
  return <OnePatient key={id} id={id} />;
}

const tabs = [
  ['why', 'Why'],
  ['what-if', 'What would change it'],
  ['measurements', 'Measurements'],
  ['pictures', 'Film-strips'],
  ['decisions', 'Decisions'],
  ['dose', 'Dose'],
  ['history', 'History'],
  ['identities', 'Identities'],
] as const;

function OnePatient({ id }: { id: string }) {
  const { may } = useSession();
  const navigate = useNavigate();
  const assessment = useAssessment(id);
  const trend = useReport(id, 'trend.svg');
  const sentence = useSentence(id);
  const record = useRecord(id);
  const [place, setPlace] = useSearchParams();
  const tab = place.get('tab') ?? 'why';

  useKeys(({ key }) => {
    if (key === 'l' && may('radiologist')) void navigate(`/patients/${segment(id)}/log`);
    if (key === 'w') void navigate('/worklist');
  });

  return (
    <Page
      title={id}
      wide
      beside={
        <div className="actions">
          {may('radiologist') && (
            <Link className="button button-first" to={`/patients/${segment(id)}/log`}>
              Log a nodule <kbd>l</kbd>
            </Link>
          )}
          {may('board') && (
            <Link className="button" to={`/board/${segment(id)}`}>
              Show to the board
            </Link>
          )}
          <a className="button" href={`api/v1/board.html?patients=${segment(id)}`} target="_blank" rel="noreferrer">
            Print worksheet
          </a>
        </div>
      }
    >
      <Asked query={assessment} what={`the assessment of ${id}`}>
        {(judged) => (
          <>
            {record.data?.patients[0] ? <PatientLine patient={record.data.patients[0]} /> : <p className="patient-line">…</p>}
            <NewestDecision decisions={record.data?.decisions} />
            <div className="patient-top">
              <Recommended assessment={judged} sentence={sentence.data} />
              <section className="panel" aria-labelledby="trend-title">
                <h2 id="trend-title" className="unseen">
                  Trend
                </h2>
                <Asked query={trend} what="the trend">
                  {(svg) => <TrendPicture svg={svg} />}
                </Asked>
              </section>
            </div>
            <section className="panel" aria-labelledby="nodules-title">
              <h2 id="nodules-title">Nodules at the index scan{judged.index_scan && <span className="quiet figure"> {judged.index_scan}</span>}</h2>
              <NoduleTable assessment={judged} />
            </section>
            <TabProvider
              selectedId={tab}
              setSelectedId={(next) =>
                setPlace(next && next !== 'why' ? { tab: next } : {}, { replace: true, state: { keepFocus: true } })
              }
            >
              <TabList className="tabs" aria-label={`More about ${id}`}>
                {tabs.map(([name, title]) => (
                  <Tab key={name} id={name} className="tab">
                    {title}
                  </Tab>
                ))}
              </TabList>
              {tabs.map(([name]) => (
                <TabPanel key={name} tabId={name} className="panel tab-panel">
                  {tab === name && <TabContent name={name} id={id} assessment={judged} />}
                </TabPanel>
              ))}
            </TabProvider>
          </>
        )}
      </Asked>
    </Page>
  );
}

function TabContent({ name, id, assessment }: { name: (typeof tabs)[number][0]; id: string; assessment: Assessment }) {
  switch (name) {
    case 'why':
      return <Why id={id} assessment={assessment} />;
    case 'what-if':
      return <WhatWouldChange id={id} />;
    case 'measurements':
      return <Measurements id={id} />;
    case 'pictures':
      return <FilmStrips id={id} />;
    case 'decisions':
      return <Decisions id={id} assessment={assessment} />;
    case 'dose':
      return <DoseToDate id={id} />;
    case 'history':
      return <History id={id} />;
    case 'identities':
      return <Identities id={id} />;
  }
}

function Why({ id, assessment }: { id: string; assessment: Assessment }) {
  const [all, setAll] = useState(false);
  const every = useAllReasons(id, all);
  return (
    <>
      <div className="panel-head">
        <h2>Why</h2>
        <label className="inline">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> also the rules that were looked at and refused
        </label>
      </div>
      {all ? (
        <Asked query={every} what="all rules">
          {(data) => <Reasons reasons={data.reasons} />}
        </Asked>
      ) : (
        <Reasons reasons={assessment.reasons} />
      )}
    </>
  );
}

function WhatWouldChange({ id }: { id: string }) {
  const asked = useWhatIf(id);
  return (
    <>
      <h2>What would change it</h2>
      <p className="quiet">The nearest values at which the answer is another one, each found by judging again.</p>
      <Asked query={asked} what="what would change the answer">
        {(data) => (
          <>
            {data.changes.length === 0 ? <p className="empty">No single value near today’s would change the answer.</p> : <Changes changes={data.changes} />}
            {data.next_scan && (
              <>
                <h3>
                  At the next CT, on <span className="figure">{data.next_scan.date}</span>
                </h3>
                <p>
                  With every nodule as it is now: <strong>{wordOf(data.next_scan.unchanged.action)}</strong>
                  {data.next_scan.unchanged.due_date && <span className="figure"> due {data.next_scan.unchanged.due_date}</span>}, {wordOf(data.next_scan.unchanged.patient_class)}{' '}
                  <PolicyRules ids={data.next_scan.unchanged.rules} />
                </p>
                {data.next_scan.changes.length > 0 && <Changes changes={data.next_scan.changes} />}
              </>
            )}
          </>
        )}
      </Asked>
    </>
  );
}

function Changes({ changes }: { changes: WhatIfChange[] }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Nodule</th>
            <th scope="col">What</th>
            <th scope="col">Now</th>
            <th scope="col">Would be another from</th>
            <th scope="col">Then</th>
            <th scope="col">Due</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change, at) => (
            <tr key={at}>
              <td>{change.subject}</td>
              <td>{columnName(change.what)}</td>
              <td className="figure">{change.from === null ? missing : withUnit(shown(change.from), change.unit ?? '')}</td>
              <td className="figure">
                {change.direction === 'up' ? '↑ ' : change.direction === 'down' ? '↓ ' : ''}
                <strong>{withUnit(shown(change.to), change.unit ?? '')}</strong>
                {change.until !== null && <span className="quiet"> to {withUnit(change.until, change.unit ?? '')}</span>}
                {change.just_before !== null && <span className="quiet block">not yet at {withUnit(change.just_before, change.unit ?? '')}</span>}
              </td>
              <td>
                {change.changes === 'action' ? <strong>{wordOf(change.then.action)}</strong> : wordOf(change.then.action)}
                <span className="quiet block">
                  {wordOf(change.then.patient_class)} <PolicyRules ids={change.then.rules} />
                </span>
              </td>
              <td className="figure nowrap">{change.then.due_date ?? missing}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Measurements({ id }: { id: string }) {
  const page = useReport(id, 'worksheet.html');
  return (
    <Asked query={page} what="the measurements">
      {(html) => <WorksheetTables html={html} />}
    </Asked>
  );
}

function Decisions({ id, assessment }: { id: string; assessment: Assessment }) {
  const { may } = useSession();
  const ledger = useLedger(id);
  return (
    <>
      <h2>Recommended and decided</h2>
      <Asked query={ledger} what="the decisions">
        {(kept) =>
          kept.length === 0 ? (
            <p className="empty">No decision is recorded.</p>
          ) : (
            <ol className="ledger">
              {kept.map((one, at) => (
                <li key={at}>
                  <p>
                    <strong>{wordOf(one.action)}</strong>
                    {one.due_date && <span className="figure"> due {one.due_date}</span>}: {wordOf(one.stance)}, {wordOf(one.progress)}
                    {one.answered_by && (
                      <span className="quiet">
                        {' '}
                        by {wordOf(one.answered_by.kind)} {one.answered_by.what} on {one.answered_by.date}
                      </span>
                    )}
                  </p>
                  <p className="quiet">
                    The policy said on <span className="figure">{one.policy_answer.as_of}</span>: {wordOf(one.policy_answer.action)}, {wordOf(one.policy_answer.patient_class)}{' '}
                    <span className="rule">{one.policy_answer.rule}</span>
                  </p>
                  {one.decisions.map((decision) => (
                    <p key={decision.recorded_at + decision.kind}>
                      <span className="figure">{decision.decided_on}</span> {decision.decided_by}
                      {decision.board && ' for the board'}: {wordOf(decision.kind)}
                      {decision.event && ` (${plain(decision.event)})`}. {decision.reason}
                      {decision.present.length > 0 && <span className="quiet"> There: {decision.present.join(', ')}.</span>}
                      <span className="quiet figure"> Recorded {moment(decision.recorded_at)} by {decision.actor}.</span>
                    </p>
                  ))}
                </li>
              ))}
            </ol>
          )
        }
      </Asked>
      {may('board') && <DecisionForm assessment={assessment} />}
    </>
  );
}

function DoseToDate({ id }: { id: string }) {
  const asked = useDose(id);
  return (
    <>
      <h2>Radiation dose to date</h2>
      <Asked query={asked} what="the dose">
        {(dose) => (
          <>
            <p>
              <strong className="figure">
                {dose.cumulative.is_lower_bound && 'at least '}
                {dose.cumulative.low_msv} to {dose.cumulative.high_msv} mSv
              </strong>{' '}
              effective dose of {dose.cumulative.examinations} examinations, {dose.cumulative.estimated} of them estimated
              {dose.cumulative.without_dlp > 0 && <>; {dose.cumulative.without_dlp} without a dose-length product</>}.
            </p>
            <div className="table-frame">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Date</th>
                    <th scope="col">Scan</th>
                    <th scope="col">Examination</th>
                    <th scope="col" className="number">
                      DLP, mGy·cm
                    </th>
                    <th scope="col" className="number">
                      Phantom, cm
                    </th>
                    <th scope="col" className="number">
                      Effective dose, mSv
                    </th>
                    <th scope="col" className="number">
                      Radiation level
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {dose.scans.map((scan) => (
                    <tr key={scan.scan_id}>
                      <td className="figure nowrap">{scan.date}</td>
                      <td className="figure">{scan.scan_id}</td>
                      <td>{wordOf(scan.procedure)}</td>
                      <td className="number">{plain(scan.dlp_mgy_cm)}</td>
                      <td className="number">{plain(scan.dose_phantom_cm)}</td>
                      <td className="number">{scan.effective_dose_msv ? plain(scan.effective_dose_msv) : wordOf(scan.not_estimated)}</td>
                      <td className="number">{scan.radiation_level?.level ?? missing}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Asked>
    </>
  );
}
