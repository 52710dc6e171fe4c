import { useRef } from 'react';
import { newKey, post } from '../api/client';
import { keyFor } from '../drafts';

/** Posts so that the same request, sent again after no answer, is stored once. */
export function usePostOnce() {
  const tried = useRef<{ body: string; key: string }>();
  return async <T,>(path: string, body: unknown): Promise<T> => {
    tried.current = keyFor(`${path}\n${JSON.stringify(body)}`, tried.current, newKey);
    const answer = await post<T>(path, body, tried.current.key);
    tried.current = undefined;
    return answer;
  };
}
