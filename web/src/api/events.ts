// The service's events: something was recorded, by whomever. The connection is made again when it breaks; whatever was missed in between is
// asked for anew.

export interface EventsOptions {
  url: string;
  onChange: () => void;
  onState: (state: 'live' | 'waiting') => void;
  source?: (url: string) => EventSource;
  firstWaitMs?: number;
  longestWaitMs?: number;
}

/** Listens until the returned function is called. */
export function listen({ url, onChange, onState, source = (at) => new EventSource(at), firstWaitMs = 1000, longestWaitMs = 30000 }: EventsOptions): () => void {
  let stopped = false;
  let lost = false;
  let wait = firstWaitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: EventSource | undefined;

  const open = () => {
    const events = source(url);
    current = events;
    events.addEventListener('open', () => {
      wait = firstWaitMs;
      onState('live');
      if (lost) onChange();
      lost = false;
    });
    events.addEventListener('registry', onChange);
    events.addEventListener('error', () => {
      if (stopped || events !== current) return;
      // The browser's own retry gives up on an answer that is no stream (signed out, restarting): always close, and retry here.
      events.close();
      current = undefined;
      lost = true;
      onState('waiting');
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, longestWaitMs);
    });
  };

  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    current?.close();
  };
}
