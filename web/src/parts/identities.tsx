import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { segment } from '../api/client';
import { useIdentities } from '../api/queries';
import type { Observation } from '../api/types';
import { missing, moment } from '../format';
import { useSession } from '../session';
import { wordOf } from '../words';
import { LinkForm } from './link_form';
import { usePostOnce } from './post_once';
import { Asked, Refused } from './states';

/** Every nodule that was reported or is spoken of. */
const nodulesOf = (observations: Observation[]) =>
  [...new Set(observations.flatMap((one) => [one.observation_id, one.nodule_id ?? one.observation_id]))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** Which nodule each measured row is said to be, by whom; proposals can be confirmed, statements made and undone. */
export function Identities({ id }: { id: string }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const asked = useIdentities(id);
  const [reason, setReason] = useState('');
  const [linking, setLinking] = useState<Observation | null>(null);
  const postOnce = usePostOnce();
  const act = useMutation({
    mutationFn: ({ what, link }: { what: 'confirm' | 'undo'; link: string }) =>
      postOnce(`patients/${segment(id)}/links/${what}`, { link, ...(what === 'undo' ? { reason: reason.trim() } : {}) }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['patient', id] }),
  });
  return (
    <>
      <h2>Identities</h2>
      <p className="quiet">Which nodule a measured row is, apart from what was measured. Assessments go by confirmed links only.</p>
      {act.isError && <Refused error={act.error} focus />}
      <Asked query={asked} what="the identities">
        {(observations) => (
          <>
            {may('radiologist') && observations.some((one) => one.links.length > 0) && (
              <label className="narrow">
                Reason, for undoing
                <input className="input" value={reason} onChange={(event) => setReason(event.target.value)} />
              </label>
            )}
            <div className="table-frame">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Scan</th>
                    <th scope="col">Date</th>
                    <th scope="col">Reported as</th>
                    <th scope="col">Is nodule</th>
                    <th scope="col">Links</th>
                  </tr>
                </thead>
                <tbody>
                  {observations.map((one) => (
                    <tr key={`${one.scan_id}/${one.observation_id}`}>
                      <td className="figure">{one.scan_id}</td>
                      <td className="figure nowrap">{one.scan_date}</td>
                      <td>
                        {one.observation_id}
                        {!one.has_row && <span className="quiet"> (no row)</span>}
                      </td>
                      <td className="nowrap">
                        {one.nodule_id ?? missing}{' '}
                        {may('radiologist') && one.has_row && (
                          <button type="button" className="button button-small" aria-label={`Link ${one.observation_id} of ${one.scan_id} …`} onClick={() => setLinking(one)}>
                            Link …
                          </button>
                        )}
                      </td>
                      <td>
                        {one.links.length === 0 && <span className="quiet">as reported</span>}
                        <ul className="plain">
                          {one.links.map((link) => (
                            <li key={link.link}>
                              <span className="figure">{link.link}</span> {link.nodule_id ?? missing}: {wordOf(link.state)}
                              {link.nodule_state && `, ${wordOf(link.nodule_state)}`} ({wordOf(link.how)}
                              {link.confidence !== null && <>, confidence {link.confidence}</>}) <span className="quiet">
                                {link.made_by}, {moment(link.recorded_at)}
                                {link.reason && <>: {link.reason}</>}
                              </span>{' '}
                              {may('radiologist') && link.open && (
                                <button type="button" className="button button-small" onClick={() => act.mutate({ what: 'confirm', link: link.link })}>
                                  Confirm
                                </button>
                              )}
                              {may('radiologist') && link.holds && (
                                <button type="button" className="button button-small" disabled={!reason.trim()} onClick={() => act.mutate({ what: 'undo', link: link.link })}>
                                  Undo
                                </button>
                              )}
                            </li>
                          ))}
                        </ul>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {linking && <LinkForm id={id} row={linking} nodules={nodulesOf(observations)} onClose={() => setLinking(null)} />}
          </>
        )}
      </Asked>
    </>
  );
}
