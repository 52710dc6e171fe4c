import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { getJson, segment } from '../api/client';
import { listIn } from '../api/queries';
import type { Account, Role } from '../api/types';
import { missing } from '../format';
import { Choice } from '../parts/choice';
import { Page } from '../parts/page';
import { usePostOnce } from '../parts/post_once';
import { Asked, Done, Refused } from '../parts/states';
import { useSession } from '../session';
import { roleNames } from '../words';

const roles: Role[] = ['radiologist', 'board', 'researcher', 'admin'];
const roleMeanings: Record<Role, string> = {
  radiologist: 'logs, corrects what they logged',
  board: 'records decisions',
  researcher: 'takes the de-identified export, sees nothing else',
  admin: 'accounts and audit',
};

type Asking = { what: 'add' } | { what: 'password' | 'role' | 'disable' | 'enable'; account: Account };

export function UsersPage() {
  const { account: me } = useSession();
  const users = useQuery({ queryKey: ['users'], queryFn: async ({ signal }) => listIn<Account>(await getJson('users', signal)) });
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState('');
  return (
    <Page
      title="Users"
      beside={
        <div className="actions">
          <button type="button" className="button button-first" onClick={() => setAsking({ what: 'add' })}>
            Add an account
          </button>
          {done && <Done>{done}</Done>}
        </div>
      }
    >
      <Asked query={users} what="the accounts">
        {(accounts) => (
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Shown as</th>
                  <th scope="col">Role</th>
                  <th scope="col">State</th>
                  <th scope="col">
                    <span className="unseen">Change</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {accounts.map((account) => (
                  <tr key={account.name}>
                    <th scope="row">{account.name}</th>
                    <td>{account.display_name || missing}</td>
                    <td>{roleNames[account.role]}</td>
                    <td>{account.disabled ? 'disabled' : 'may sign in'}</td>
                    <td>
                      {account.disabled && (
                        <button type="button" className="button button-small" aria-label={`Enable ${account.name} …`} onClick={() => setAsking({ what: 'enable', account })}>
                          Enable …
                        </button>
                      )}
                      {!account.disabled && (
                        <div className="actions">
                          <button type="button" className="button button-small" aria-label={`Role of ${account.name} …`} onClick={() => setAsking({ what: 'role', account })}>
                            Role …
                          </button>
                          <button type="button" className="button button-small" aria-label={`Password of ${account.name} …`} onClick={() => setAsking({ what: 'password', account })}>
                            Password …
                          </button>
                          {account.name !== me.name && (
                            <button type="button" className="button button-small" aria-label={`Disable ${account.name} …`} onClick={() => setAsking({ what: 'disable', account })}>
                              Disable …
                            </button>
                          )}
                        </div>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Asked>
      {asking && (
        <Change
          asking={asking}
          onClose={(said) => {
            setAsking(null);
            if (said) setDone(said);
          }}
        />
      )}
    </Page>
  );
}

function Change({ asking, onClose }: { asking: Asking; onClose: (said?: string) => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(asking.what === 'add' ? '' : asking.account.name);
  const [shownAs, setShownAs] = useState('');
  const [role, setRole] = useState<Role>(asking.what === 'add' ? 'radiologist' : asking.account.role);
  const [password, setPassword] = useState('');
  const postOnce = usePostOnce();
  const change = useMutation({
    mutationFn: () => {
      const to = `users/${segment(name)}`;
      if (asking.what === 'add') return postOnce('users', { name: name.trim(), display_name: shownAs.trim(), role, password });
      if (asking.what === 'role') return postOnce(`${to}/role`, { role });
      if (asking.what === 'password') return postOnce(`${to}/password`, { password });
      return postOnce(`${to}/disable`, { disabled: asking.what === 'disable' });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['users'] });
      onClose({ add: `${name} may sign in`, role: `${name} is ${roleNames[role]} now`, password: `${name} has a new password`, disable: `${name} is disabled`, enable: `${name} may sign in again` }[asking.what]);
    },
  });
  const titles = { add: 'Add an account', role: `Role of ${name}`, password: `New password for ${name}`, disable: `Disable ${name}?`, enable: `Enable ${name}?` };
  return (
    <Dialog open onClose={() => onClose()} className="dialog dialog-small" backdrop={<div className="backdrop" />}>
      <DialogHeading render={<h2 />} className="dialog-heading">{titles[asking.what]}</DialogHeading>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {asking.what === 'add' && (
          <>
            <label>
              Name
              <input className="input" name="new-name" required autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
              <span className="hint">small letters, digits, . _ - @</span>
            </label>
            <label>
              Shown as
              <input className="input" name="shown-as" autoComplete="off" value={shownAs} onChange={(event) => setShownAs(event.target.value)} />
            </label>
          </>
        )}
        {(asking.what === 'add' || asking.what === 'role') && (
          <label>
            Role
            <Choice name="role" codes={roles} value={role} onChoose={setRole} say={(one) => `${roleNames[one]}: ${roleMeanings[one]}`} />
          </label>
        )}
        {(asking.what === 'add' || asking.what === 'password') && (
          <label>
            Password
            <input className="input" name="new-password" type="password" required minLength={10} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
            <span className="hint">at least 10 characters</span>
          </label>
        )}
        {asking.what === 'enable' && <p>{name} can sign in again, with the password as it was.</p>}
        {asking.what === 'disable' && <p>Nobody can sign in as {name} any more; what {name} recorded stays.</p>}
        {change.isError && <Refused error={change.error} focus />}
        <div className="actions">
          <button className="button button-first" disabled={change.isPending}>
            {asking.what === 'disable' ? 'Disable' : asking.what === 'enable' ? 'Enable' : 'Store'}
          </button>
          <DialogDismiss className="button">Cancel</DialogDismiss>
        </div>
      </form>
    </Dialog>
  );
}
