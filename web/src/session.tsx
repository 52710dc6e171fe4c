import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { getJson, onAnswered, onSignedOut, Problem, send, useToken } from './api/client';
import type { Role, Session } from './api/types';
import { DraftStore } from './drafts';
import { SignIn } from './pages/sign_in';
import { IdleWarning } from './parts/idle_warning';
import { Refused, Waiting } from './parts/states';

interface Held {
  session: Session;
  account: Session['account'];
  drafts: DraftStore;
  today: string;
  may: (...roles: Role[]) => boolean;
  signOut: (why?: string) => Promise<void>;
}

const Context = createContext<Held | null>(null);

export function useSession(): Held {
  const held = useContext(Context);
  if (!held) throw new Error('nobody is signed in here');
  return held;
}

async function sessionNow(): Promise<Session | null> {
  try {
    const session = await getJson<Session>('session');
    useToken(session.csrf_token ?? '');
    return session;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** Shows the pages to somebody signed in, and the sign-in form to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [notice, setNotice] = useState('');
  const asked = useQuery({ queryKey: ['session'], queryFn: sessionNow, retry: 1, staleTime: Infinity, refetchOnWindowFocus: false, meta: { steady: true } });
  const session = asked.data ?? null;

  const forget = useCallback(
    (why: string) => {
      setNotice(why);
      useToken('');
      queries.setQueryData(['session'], null);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    },
    [queries],
  );

  const signedIn = session !== null;
  useEffect(() => {
    if (!signedIn) return undefined;
    return onSignedOut(() => forget('You have been signed out. What you typed and had not stored is kept for you.'));
  }, [signedIn, forget]);

  const signOut = useCallback(
    async (why = 'You are signed out.') => {
      try {
        await send('session', { method: 'DELETE' });
      } catch {
        // Over already, or not reachable: the service ends it by itself when the idle time is over.
      }
      forget(why);
    },
    [forget],
  );

  const held = useMemo<Held | null>(
    () =>
      session && {
        session,
        account: session.account,
        drafts: new DraftStore(localStorage, session.account.name),
        today: session.as_of ?? new Date().toISOString().slice(0, 10),
        may: (...roles) => roles.includes(session.account.role),
        signOut,
      },
    [session, signOut],
  );

  if (asked.isPending) return <Waiting what="the service" />;
  if (asked.isError) return <Refused error={asked.error} again={() => void asked.refetch()} />;
  if (!held)
    return (
      <SignIn
        notice={notice}
        onSignedIn={(next) => {
          useToken(next.csrf_token ?? '');
          setNotice('');
          queries.setQueryData(['session'], next);
        }}
      />
    );
  return (
    <Context.Provider value={held}>
      {children}
      <IdleLimit />
    </Context.Provider>
  );
}

/** Ends the session when nobody has touched the pages for the idle time, and warns before. */
function IdleLimit() {
  const { session, signOut } = useSession();
  const limit = session.idle_minutes * 60_000;
  const warning = Math.min(120_000, limit / 3);
  const touched = useRef(Date.now());
  const answered = useRef(Date.now());
  const [left, setLeft] = useState<number | null>(null);

  const stay = useCallback(() => {
    touched.current = Date.now();
    setLeft(null);
    void getJson('session').catch(() => undefined);
  }, []);

  useEffect(() => {
    const stop = onAnswered(() => {
      answered.current = Date.now();
    });
    const touch = () => {
      // Once the warning stands, only its button says "I am here".
      if (Date.now() - touched.current < limit - warning) touched.current = Date.now();
    };
    const kinds = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    kinds.forEach((kind) => addEventListener(kind, touch, { passive: true }));
    const timer = setInterval(() => {
      const idle = Date.now() - touched.current;
      if (idle >= limit) {
        clearInterval(timer);
        void signOut(`You were signed out after ${session.idle_minutes} minutes without a touch. What you typed and had not stored is kept for you.`);
      } else {
        setLeft(idle >= limit - warning ? (limit - idle) / 1000 : null);
        // Somebody is here, reading: the service is told now and then.
        if (idle < 30_000 && Date.now() - answered.current > limit / 4) {
          answered.current = Date.now();
          void getJson('session').catch(() => undefined);
        }
      }
    }, 1000);
    return () => {
      stop();
      clearInterval(timer);
      kinds.forEach((kind) => removeEventListener(kind, touch));
    };
  }, [limit, warning, session.idle_minutes, signOut]);

  return <IdleWarning secondsLeft={left} onStay={stay} onLeave={() => void signOut()} />;
}
