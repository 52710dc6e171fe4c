import { Menu, MenuButton, MenuItem, MenuProvider, Combobox, ComboboxItem, ComboboxPopover, ComboboxProvider } from '@ariakit/react';
import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router-dom';
import { listen } from '../api/events';
import { usePatients } from '../api/queries';
import { segment } from '../api/client';
import { chooseDisplay, chosenDisplay, type Display } from '../display';
import { useSession } from '../session';
import { roleNames } from '../words';
import { policyPage } from './policy_rules';

export function Shell({ children }: { children: ReactNode }) {
  const { account, session, signOut, may, drafts } = useSession();
  const place = useLocation();
  const kept = may('radiologist') ? drafts.all() : [];
  const live = useLive(!may('researcher'));

  // A new page begins at its top, with its heading; not on first load, where the browser's own place is right.
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (place.state && (place.state as { keepFocus?: boolean }).keepFocus) return;
    scrollTo(0, 0);
    // A form may have taken the focus to its first field already.
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '') && document.getElementById('main')?.contains(document.activeElement)) return;
    document.getElementById('page-title')?.focus({ preventScroll: true });
  }, [place.pathname, place.state]);

  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the page
      </a>
      <header className="top">
        <span className="brand">
          <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
            <path d="M4 24 12 18 19 19 27 9" fill="none" stroke="currentColor" strokeWidth="2.5" />
            <circle cx="27" cy="9" r="3.5" fill="currentColor" />
          </svg>
          nodtrack
        </span>
        <nav aria-label="Pages">
          <ul>
            {may('radiologist', 'board', 'admin') && (
              <>
                <Tab to="/worklist">Worklist</Tab>
                <Tab to="/board">Board</Tab>
              </>
            )}
            {may('radiologist', 'admin') && <Tab to="/deliver">Deliver</Tab>}
            {may('researcher', 'admin') && <Tab to="/export">Export</Tab>}
            {may('admin') && (
              <>
                <Tab to="/audit">Audit</Tab>
                <Tab to="/users">Users</Tab>
              </>
            )}
          </ul>
        </nav>
        {may('radiologist', 'board', 'admin') && <PatientSearch />}
        <div className="top-end">
          {live === 'waiting' && (
            <span className="live-lost" role="status">
              not live: reconnecting
            </span>
          )}
          {kept.length > 0 && kept[0] && (
            <NavLink className="draft-link" to={`/patients/${segment(kept[0].patient_id)}/log`}>
              {kept.length === 1 ? `Draft: ${kept[0].patient_id}` : `${kept.length} drafts`}
            </NavLink>
          )}
          <DisplayMenu />
          <MenuProvider>
            <MenuButton className="menu-button">
              <span className="account">{account.display_name || account.name}</span> <span className="quiet">{roleNames[account.role]}</span>
            </MenuButton>
            <Menu gutter={4} className="menu">
              <MenuItem className="menu-item" onClick={() => void signOut()}>
                Sign out
              </MenuItem>
            </Menu>
          </MenuProvider>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <p>Decision support for review by radiologist and oncologist; no medical device.</p>
        <p className="figure">
          {session.as_of && <>as of {session.as_of} · </>}
          {session.policy && (
            <>
              <a href={policyPage()}>
                policy {session.policy.id} {session.policy.version}
              </a>{' '}
              ·{' '}
            </>
          )}
          nodtrack {session.program?.version}
        </p>
      </footer>
    </>
  );
}

function Tab({ to, children }: { to: string; children: ReactNode }) {
  return (
    <li>
      <NavLink to={to}>{children}</NavLink>
    </li>
  );
}

/** Asks anew for what is shown whenever something was recorded. */
function useLive(wanted: boolean): 'live' | 'waiting' | 'off' {
  const queries = useQueryClient();
  const [state, setState] = useState<'live' | 'waiting' | 'off'>('off');
  useEffect(() => {
    if (!wanted) return undefined;
    // A busy hour brings many events: what is shown is asked for anew once a second at most.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAnew = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ predicate: (query) => !query.meta?.['steady'] });
      }, 1000);
    };
    const stop = listen({ url: 'api/v1/events', onChange: askAnew, onState: setState });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [wanted, queries]);
  return state;
}

function PatientSearch() {
  const [typed, setTyped] = useState('');
  const start = useDeferredValue(typed.trim());
  const found = usePatients(start);
  const navigate = useNavigate();
  const open = (id: string) => {
    setTyped('');
    void navigate(`/patients/${segment(id)}`);
  };
  return (
    <form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const only = found.data?.length === 1 ? found.data[0] : undefined;
        if (typed.trim()) open(only?.patient_id ?? typed.trim());
      }}
    >
      <ComboboxProvider value={typed} setValue={setTyped} setSelectedValue={(id) => typeof id === 'string' && id && open(id)}>
        <Combobox autoSelect={false} placeholder="Patient id" aria-label="Find a patient by the start of the id" className="input" autoComplete="none" id="patient-search" />
        <ComboboxPopover gutter={4} sameWidth className="menu" aria-label="Patients" hidden={!start || !found.data?.length}>
          {start && found.data?.map(({ patient_id }) => <ComboboxItem key={patient_id} value={patient_id} setValueOnClick={false} className="menu-item" />)}
        </ComboboxPopover>
      </ComboboxProvider>
    </form>
  );
}

function DisplayMenu() {
  const [display, setDisplay] = useState<Display>(chosenDisplay);
  const choose = (next: Display) => {
    setDisplay(next);
    chooseDisplay(next);
  };
  return (
    <MenuProvider>
      <MenuButton className="menu-button">Display</MenuButton>
      <Menu gutter={4} className="menu">
        {(['system', 'light', 'dark'] as const).map((theme) => (
          <MenuItem key={theme} className="menu-item" hideOnClick={false} onClick={() => choose({ ...display, theme })}>
            <span aria-hidden="true" className="tick">
              {display.theme === theme ? '✓' : ''}
            </span>
            {theme === 'system' ? 'As the computer' : theme === 'light' ? 'Light' : 'Dark'}
            {display.theme === theme && <span className="unseen"> (chosen)</span>}
          </MenuItem>
        ))}
        <MenuItem className="menu-item menu-line" hideOnClick={false} onClick={() => choose({ ...display, type: display.type === 'wall' ? 'desk' : 'wall' })}>
          <span aria-hidden="true" className="tick">
            {display.type === 'wall' ? '✓' : ''}
          </span>
          Large type, for the wall screen{display.type === 'wall' && <span className="unseen"> (chosen)</span>}
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}
