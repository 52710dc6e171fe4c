import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createHashRouter, Navigate, Outlet, RouterProvider } from 'react-router-dom';
import { Problem } from './api/client';
import { askAhead } from './api/queries';
import { AuditPage } from './pages/audit';
import { BoardPage } from './pages/board';
import { DeliverPage } from './pages/deliver';
import { ExportPage } from './pages/export';
import { LogPage } from './pages/log';
import { NotFound } from './pages/not_found';
import { PatientPage } from './pages/patient';
import { UsersPage } from './pages/users';
import { WorklistPage } from './pages/worklist';
import { Shell } from './parts/shell';
import { SessionGate, useSession } from './session';

const queries = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      retry: (count, error) => count < 2 && error instanceof Problem && error.isUnanswered,
    },
    mutations: { retry: false },
  },
});

const firstPatient = /^#\/patients\/([^/?]+)(\?|$)/.exec(location.hash)?.[1];
if (firstPatient) askAhead(queries, decodeURIComponent(firstPatient));

function Start() {
  const { may } = useSession();
  return <Navigate to={may('researcher') ? '/export' : '/worklist'} replace />;
}

// The place within the pages stands behind the #: identifiers of patients never reach the service's access log as page addresses.
const router = createHashRouter(
  [
    {
      element: (
        <SessionGate>
          <Shell>
            <Outlet />
          </Shell>
        </SessionGate>
      ),
      children: [
        { path: '/', element: <Start /> },
        { path: '/worklist', element: <WorklistPage /> },
        { path: '/patients/:id', element: <PatientPage /> },
        { path: '/patients/:id/log', element: <LogPage /> },
        { path: '/board', element: <BoardPage /> },
        { path: '/board/:id', element: <BoardPage /> },
        { path: '/deliver', element: <DeliverPage /> },
        { path: '/export', element: <ExportPage /> },
        { path: '/audit', element: <AuditPage /> },
        { path: '/users', element: <UsersPage /> },
        { path: '*', element: <NotFound /> },
      ],
    },
  ],
  { future: { v7_relativeSplatPath: true, v7_fetcherPersist: true, v7_normalizeFormMethod: true, v7_partialHydration: true, v7_skipActionErrorRevalidation: true } },
);

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} future={{ v7_startTransition: true }} />
    </QueryClientProvider>
  );
}
