import { useEffect, useRef, type ReactNode } from 'react';
import { Problem } from '../api/client';

export function Waiting({ what }: { what: string }) {
  return (
    <p className="waiting" role="status">
      Asking for {what} …
    </p>
  );
}

/** What the service refused and why, in its own words. */
export function Refused({ error, again, confirm, focus = false, children }: { error: unknown; again?: () => void; confirm?: { title: string; run: () => void }; focus?: boolean; children?: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus, error]);
  const problem = error instanceof Problem ? error : null;
  const questions = problem?.questions ?? [];
  const isAsked = problem !== null && questions.length > 0 && problem.problems.length === 0;
  const title = isAsked ? 'Are these values right?' : problem?.status === 403 ? 'Not allowed' : problem?.status === 404 ? 'Not found' : problem?.status === 0 ? 'No connection' : 'That did not work';
  return (
    <div className="notice notice-bad" role="alert" tabIndex={-1} ref={box}>
      <p className="notice-title">{title}</p>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {problem && problem.problems.length > 0 && (
        <ul>
          {problem.problems.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {questions.length > 0 && (
        <ul aria-label="Implausible values">
          {questions.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {children}
      {confirm && isAsked && (
        <button type="button" className="button" onClick={confirm.run}>
          {confirm.title}
        </button>
      )}
      {again && !isAsked && (
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What was done, beside the button that did it. */
export function Done({ children }: { children: ReactNode }) {
  return (
    <span role="status" className="done">
      ✓ {children}
    </span>
  );
}

/** What a query has, or that it is waited for, or why there is nothing. */
export function Asked<T>({ query, what, children }: { query: { data: T | undefined; error: unknown; refetch: () => unknown }; what: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Refused error={query.error} again={() => void query.refetch()} />;
  return <Waiting what={what} />;
}
