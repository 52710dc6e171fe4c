import { useEffect, type ReactNode } from 'react';

/** A page's heading and its name in the window's title. */
export function Page({ title, beside, children, wide = false }: { title: string; beside?: ReactNode; children: ReactNode; wide?: boolean }) {
  useEffect(() => {
    document.title = `${title} · nodtrack`;
  }, [title]);
  return (
    <div className={wide ? 'page page-wide' : 'page'}>
      <div className="page-head">
        <h1 tabIndex={-1} id="page-title">
          {title}
        </h1>
        {beside}
      </div>
      {children}
    </div>
  );
}
