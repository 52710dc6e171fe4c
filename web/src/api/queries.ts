import { keepPreviousData, useQuery, type QueryClient } from '@tanstack/react-query';
import { getJson, getText, segment } from './client';
import type { Assessment, Dose, Kept, Observation, PastValue, PatientRecord, Trend, WhatIf, Worklist, WorklistEntry } from './types';

/** The list in an answer: the answer itself, or the one member of it that is a list. */
export function listIn<T>(answer: unknown): T[] {
  if (Array.isArray(answer)) return answer as T[];
  if (answer && typeof answer === 'object') {
    const list = Object.values(answer).find(Array.isArray);
    if (list) return list as T[];
  }
  return [];
}

const patient = (id: string) => `patients/${segment(id)}`;

async function wholeWorklist(within: number, signal: AbortSignal): Promise<Worklist> {
  const query = `worklist?limit=500&within=${within}`;
  const first = await getJson<Worklist>(query, signal);
  const entries = [...first.entries];
  for (let next = first.next; next; ) {
    const more = await getJson<Worklist>(`${query}&cursor=${segment(next)}`, signal);
    entries.push(...more.entries);
    next = more.next;
  }
  return { ...first, entries };
}

export const useWorklist = (within: number) =>
  useQuery({ queryKey: ['worklist', within], queryFn: ({ signal }) => wholeWorklist(within, signal), placeholderData: keepPreviousData });

export const useBoardList = (asked: number) =>
  useQuery({
    queryKey: ['board-list', asked],
    queryFn: async ({ signal }) => listIn<WorklistEntry>(await getJson('board', signal)),
    // The meeting goes through the list as it was when it began; "ask anew" makes another.
    staleTime: Infinity,
    meta: { steady: true },
  });

export const usePatients = (start: string) =>
  useQuery({
    queryKey: ['patients', start],
    queryFn: async ({ signal }) => {
      const those = async (with_: string) => (await getJson<{ patients: { patient_id: string }[] }>(`patients?limit=12&query=${segment(with_)}`, signal)).patients;
      const found = await those(start);
      // Ids are what they are, to the letter; most are written in capitals, and most people do not type them so.
      return found.length === 0 && start !== start.toUpperCase() ? those(start.toUpperCase()) : found;
    },
    enabled: start.length > 0,
    placeholderData: keepPreviousData,
  });

const one =
  <T,>(name: string, path: (id: string) => string, take: (answer: unknown) => T = (answer) => answer as T) =>
  (id: string, enabled = true) =>
    useQuery({ queryKey: ['patient', id, name], queryFn: async ({ signal }) => take(await getJson(`${patient(id)}${path(id)}`, signal)), enabled });

export const useRecord = one<PatientRecord>('record', () => '');
export const useAssessment = one<Assessment>('assessment', () => '/assessment?reasons=fired');
export const useAllReasons = one<Assessment>('all-reasons', () => '/assessment?reasons=all');
export const useWhatIf = one<WhatIf>('what-if', () => '/what-if');
export const useDose = one<Dose>('dose', () => '/dose');
export const useTrend = one<Trend>('trend', () => '/trend.json');
export const useHistory = one<PastValue[]>('history', () => '/history', (answer) => listIn<PastValue>(answer));
export const useLedger = one<Kept[]>('ledger', () => '/ledger', (answer) => listIn<Kept>(answer));
export const useIdentities = one<Observation[]>('identities', () => '/identities', (answer) => listIn<Observation>(answer));
export const useSentence = one<string>('sentence', () => '/sentence', (answer) => String((answer as { text: string }).text));

/** A picture or page of the report room, as text. */
export const useReport = (id: string, name: 'trend.svg' | 'worksheet.html', enabled = true) =>
  useQuery({ queryKey: ['patient', id, name], queryFn: ({ signal }) => getText(`${patient(id)}/${name}`, signal), enabled });

/** Asks for what a patient's page shows first, while the session is still being asked for; what fails is asked again by the page. */
export function askAhead(queries: QueryClient, id: string): void {
  const ahead = <T,>(name: string, ask: (signal: AbortSignal) => Promise<T>) =>
    void queries.prefetchQuery({ queryKey: ['patient', id, name], queryFn: ({ signal }) => ask(signal), retry: false });
  ahead('assessment', (signal) => getJson(`${patient(id)}/assessment?reasons=fired`, signal));
  ahead('trend.svg', (signal) => getText(`${patient(id)}/trend.svg`, signal));
  ahead('sentence', async (signal) => String((await getJson<{ text: string }>(`${patient(id)}/sentence`, signal)).text));
  ahead('record', (signal) => getJson(patient(id), signal));
}
