import { useEffect, useRef } from 'react';

/** Hears the keys of a page: none that is typed into a field, and none while a menu or a dialog has the word. */
export function useKeys(press: (event: KeyboardEvent) => void): void {
  const newest = useRef(press);
  useEffect(() => {
    newest.current = press;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.closest('[role=menu],[role=dialog],[role=alertdialog]');
      if (!typing && !event.ctrlKey && !event.altKey && !event.metaKey) newest.current(event);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
