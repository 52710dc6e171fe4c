import { useEffect, useRef, useState, type FormEvent } from 'react';
import { post, Problem } from '../api/client';
import type { Session } from '../api/types';

export function SignIn({ notice, onSignedIn }: { notice: string; onSignedIn: (session: Session) => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = 'Sign in · nodtrack';
    nameField.current?.focus();
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onSignedIn(await post<Session>('session', { name: name.trim(), password }));
    } catch (error) {
      setRefusal(error instanceof Problem ? error.message : String(error));
      setPassword('');
      setBusy(false);
      passwordField.current?.focus();
    }
  };

  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <h1>nodtrack</h1>
        <p className="quiet">Follows lung nodules of sarcoma patients from CT to CT.</p>
        {notice && (
          <p className="notice" role="status">
            {notice}
          </p>
        )}
        {refusal && (
          <p className="notice notice-bad" role="alert">
            {refusal}
          </p>
        )}
        <label>
          Name
          <input className="input" name="name" autoComplete="username" autoCapitalize="none" spellCheck={false} required value={name} ref={nameField} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          Password
          <input className="input" name="password" type="password" autoComplete="current-password" required value={password} ref={passwordField} onChange={(event) => setPassword(event.target.value)} />
        </label>
        <button className="button button-first" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
        <p className="quiet small">Decision support for review by radiologist and oncologist; no medical device.</p>
      </form>
    </main>
  );
}
