import { useQuery } from '@tanstack/react-query';
import { Problem, segment, send } from '../api/client';
import { useTrend } from '../api/queries';
import { Asked, Refused, Waiting } from './states';

export function FilmStrips({ id }: { id: string }) {
  const trend = useTrend(id);
  return (
    <>
      <h2>Film-strips</h2>
      <p className="quiet">Each nodule on every CT whose images were measured: same field of view, same window.</p>
      <Asked query={trend} what="the nodules">
        {(data) => (data.nodules.length === 0 ? <p className="empty">No nodule is recorded.</p> : data.nodules.map((nodule) => <Strip key={nodule.nodule_id} id={id} nodule={nodule.nodule_id} />))}
      </Asked>
    </>
  );
}

/** The picture as an address of its own: the content policy lets in data, and no other made-up address. */
function dataAddress(picture: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(picture);
  });
}

/** One strip; a nodule without images says so. */
function Strip({ id, nodule }: { id: string; nodule: string }) {
  const strip = useQuery({
    queryKey: ['patient', id, 'filmstrip', nodule],
    queryFn: async ({ signal }) => {
      try {
        return await dataAddress(await (await send(`patients/${segment(id)}/nodules/${segment(nodule)}/filmstrip.png`, { signal })).blob());
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
      }
    },
    staleTime: 300_000,
  });
  return (
    <section aria-label={`Film-strip of ${nodule}`} className="strip">
      <h3>{nodule}</h3>
      {strip.isPending && <Waiting what="the film-strip" />}
      {strip.isError && <Refused error={strip.error} />}
      {strip.data === null && <p className="quiet">No images of this nodule are recorded.</p>}
      {strip.data && (
        <div className="strip-frame" tabIndex={0} role="group" aria-label={`Film-strip of ${nodule}, scrolls sideways`}>
          <img src={strip.data} onLoad={(event) => event.currentTarget.parentElement?.scrollTo({ left: event.currentTarget.scrollWidth })} alt={`${nodule} on each CT with images, with date and size under each`} />
        </div>
      )}
    </section>
  );
}
