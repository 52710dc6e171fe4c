import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen } from '../../src/api/events';

class Source {
  static made: Source[] = [];
  closed = false;
  private readonly listeners = new Map<string, (() => void)[]>();
  constructor(readonly url: string) {
    Source.made.push(this);
  }
  addEventListener(kind: string, listener: () => void) {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener]);
  }
  close() {
    this.closed = true;
  }
  say(kind: string) {
    this.listeners.get(kind)?.forEach((listener) => listener());
  }
}

const start = () => {
  const onChange = vi.fn();
  const onState = vi.fn();
  const stop = listen({ url: 'events', onChange, onState, source: (url) => new Source(url) as unknown as EventSource, firstWaitMs: 1000, longestWaitMs: 4000 });
  return { onChange, onState, stop };
};
const last = () => Source.made.at(-1)!;

describe('the event stream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Source.made = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells of each thing recorded', () => {
    const { onChange, onState } = start();
    last().say('open');
    expect(onState).toHaveBeenLastCalledWith('live');
    expect(onChange).not.toHaveBeenCalled();
    last().say('registry');
    expect(onChange).toHaveBeenCalledTimes(1);
  });
  it('is made again when it breaks, and asks for what was missed', () => {
    const { onChange, onState } = start();
    last().say('open');
    last().say('error');
    expect(last().closed).toBe(true);
    expect(onState).toHaveBeenLastCalledWith('waiting');
    vi.advanceTimersByTime(1000);
    expect(Source.made).toHaveLength(2);
    last().say('open');
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(onState).toHaveBeenLastCalledWith('live');
  });
  it('waits longer each time, up to a limit, and begins anew after a success', () => {
    start();
    const waits: number[] = [];
    for (let i = 0; i < 4; ++i) {
      const before = Source.made.length;
      last().say('error');
      let waited = 0;
      while (Source.made.length === before && waited < 10_000) {
        vi.advanceTimersByTime(500);
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([1000, 2000, 4000, 4000]);
    last().say('open');
    last().say('error');
    vi.advanceTimersByTime(1000);
    expect(Source.made).toHaveLength(6);
  });
  it('ends when nobody listens any more', () => {
    const { stop } = start();
    last().say('error');
    stop();
    vi.advanceTimersByTime(60_000);
    expect(Source.made).toHaveLength(1);
  });
});
