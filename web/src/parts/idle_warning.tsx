import { Dialog, DialogHeading } from '@ariakit/react';
import { clock } from '../format';

export function IdleWarning({ secondsLeft, onStay, onLeave }: { secondsLeft: number | null; onStay: () => void; onLeave: () => void }) {
  if (secondsLeft === null) return null;
  return (
    <Dialog open onClose={onStay} hideOnInteractOutside={false} className="dialog dialog-small" backdrop={<div className="backdrop" />} role="alertdialog">
      <DialogHeading render={<h2 />} className="dialog-heading">Still there?</DialogHeading>
      <p>
        Nobody has touched these pages for a while. You will be signed out in <strong className="figure">{clock(secondsLeft)}</strong>. What you typed and have not
        stored is kept for you.
      </p>
      <div className="actions">
        <button type="button" className="button button-first" autoFocus onClick={onStay}>
          Stay signed in
        </button>
        <button type="button" className="button" onClick={onLeave}>
          Sign out now
        </button>
      </div>
    </Dialog>
  );
}
