import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { segment } from '../api/client';
import { useAssessment, useBoardList, useRecord, useReport, useSentence } from '../api/queries';
import type { WorklistEntry } from '../api/types';
import { inWords } from '../format';
import { Choice } from '../parts/choice';
import { DecisionForm } from '../parts/decision_form';
import { useKeys } from '../parts/keys';
import { GroupMark } from '../parts/marks';
import { Page } from '../parts/page';
import { Reasons } from '../parts/reasons';
import { TrendPicture } from '../parts/report';
import { Asked } from '../parts/states';
import { NewestDecision, NoduleTable, PatientLine, Recommended } from '../parts/summary';
import { useSession } from '../session';
import { PolicyRules } from '../parts/policy_rules';

/** The meeting's list, one patient a screen. */
export function BoardPage() {
  const { id } = useParams();
  const [asked, setAsked] = useState(0);
  const list = useBoardList(asked);
  return (
    <Asked query={list} what="the board’s list">
      {(entries) => {
        // Somebody who is not on the list can be shown all the same.
        const ids = entries.map((entry) => entry.patient_id);
        const shown = id ?? ids[0];
        if (!shown)
          return (
            <Page title="Board">
              <p className="empty">Nobody waits for the board.</p>
            </Page>
          );
        return <Meeting key={shown} id={shown} entries={entries} ids={ids} again={() => setAsked(asked + 1)} />;
      }}
    </Asked>
  );
}

const decidedHere = new Set<string>();

function Meeting({ id, entries, ids, again }: { id: string; entries: WorklistEntry[]; ids: string[]; again: () => void }) {
  const { may } = useSession();
  const navigate = useNavigate();
  const at = ids.indexOf(id);
  const entry = entries[at];
  const before = at > 0 ? ids[at - 1] : undefined;
  const after = at === -1 ? ids[0] : ids[at + 1];
  const assessment = useAssessment(id);
  const trend = useReport(id, 'trend.svg');
  const sentence = useSentence(id);
  const record = useRecord(id);
  const [decided, setDecided] = useState(decidedHere.has(id));

  const show = (one: string | undefined) => one && void navigate(`/board/${segment(one)}`);
  useKeys((event) => {
    if (event.key === 'n' || event.key === 'j' || event.key === 'ArrowRight') show(after);
    else if (event.key === 'p' || event.key === 'k' || event.key === 'ArrowLeft') show(before);
    else return;
    event.preventDefault();
  });

  return (
    <Page
      title={id}
      wide
      beside={
        <div className="actions meeting-bar">
          <span className="quiet figure" role="status">
            {at === -1 ? `not on the list of ${ids.length}` : `${at + 1} of ${ids.length}`}
            {decided && ' · decided ✓'}
          </span>
          {before ? (
            <Link className="button" to={`/board/${segment(before)}`}>
              ← Previous <kbd>p</kbd>
            </Link>
          ) : (
            <span className="button button-off">← Previous</span>
          )}
          {after ? (
            <Link className="button button-first" to={`/board/${segment(after)}`}>
              Next <kbd>n</kbd> →
            </Link>
          ) : (
            <span className="button button-off">Next →</span>
          )}
          <label className="inline">
            <span className="unseen">Go to patient</span>
            <Choice codes={ids} none={at === -1 ? id : undefined} value={at === -1 ? '' : id} onChoose={show} say={(one) => `${ids.indexOf(one) + 1}. ${one}${decidedHere.has(one) ? ' ✓' : ''}`} />
          </label>
          <button type="button" className="button" onClick={again}>
            Ask anew
          </button>
          <a className="button" href={`api/v1/board.html?patients=${segment(id)}`} target="_blank" rel="noreferrer">
            Print
          </a>
          <a className="button" href={`api/v1/board.html?patients=${ids.map(segment).join(',')}`} target="_blank" rel="noreferrer">
            Print all
          </a>
        </div>
      }
    >
      {record.data?.patients[0] ? <PatientLine patient={record.data.patients[0]} /> : <p className="patient-line">…</p>}
      <NewestDecision decisions={record.data?.decisions} />
      {entry && (
        <p className="meeting-why">
          <GroupMark group={entry.group} /> {inWords(entry.reason)} <PolicyRules ids={[entry.rule]} />
        </p>
      )}
      <Asked query={assessment} what={`the assessment of ${id}`}>
        {(judged) => (
          <div className="meeting">
            <div className="meeting-left">
              <section className="panel" aria-label="Trend">
                <Asked query={trend} what="the trend">
                  {(svg) => <TrendPicture svg={svg} />}
                </Asked>
              </section>
              <section className="panel" aria-label="Nodules">
                <NoduleTable assessment={judged} />
                {sentence.data && <p className="sentence">{sentence.data.split('\n')[0]}</p>}
              </section>
              <details className="panel">
                <summary>Why, with sources</summary>
                <Reasons reasons={judged.reasons} />
              </details>
            </div>
            <div className="meeting-right">
              <Recommended assessment={judged} sentence={undefined} />
              {may('board') ? (
                <section className="panel" aria-label="Decision">
                  <DecisionForm
                    assessment={judged}
                    onDecided={() => {
                      decidedHere.add(id);
                      setDecided(true);
                    }}
                  />
                </section>
              ) : (
                <p className="quiet">Decisions are recorded by the board.</p>
              )}
              <p>
                <Link to={`/patients/${segment(id)}`}>All about {id}</Link>
              </p>
            </div>
          </div>
        )}
      </Asked>
    </Page>
  );
}
