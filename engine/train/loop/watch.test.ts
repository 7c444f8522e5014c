import { describe, expect, it } from 'vitest';
import type { StepObservation } from '../../tasks/learner.ts';
import { MatchWatch } from '../../tasks/pretrain/match-watch.ts';
import { DataWaitWatch } from './data-wait-watch.ts';
import { watchInterrupts } from './interrupts.ts';
import { Meter } from './meter.ts';

const base: StepObservation = { step: 1, score: 0.03, chance: 1 / 64, dataWaitMs: 1, stepMs: 99 };

/** Codes that a course of steps brings, with the step at which they are said. */
function watch(steps: number, at: (step: number) => Partial<StepObservation>, first = 1) {
  const watchers = [new MatchWatch(), new DataWaitWatch()];
  const said: [string, number][] = [];
  for (let step = first; step < first + steps; step++) {
    const seen = { ...base, step, ...at(step) };
    for (const { code } of watchers.flatMap((watcher) => watcher.observe(seen)))
      said.push([code, step]);
  }
  return said;
}

describe('the watch', () => {
  it('has nothing to say of a healthy run', () => {
    expect(watch(1000, (step) => ({ score: 0.016 + step / 3000 }))).toEqual([]);
  });

  it('suspects a shortcut when the match rises too fast, once', () => {
    expect(watch(400, (step) => ({ score: Math.min(0.99, step / 100) }))).toEqual([
      ['shortcut-suspected', 53],
    ]);
  });

  it('suspects none when the same match comes late or guessing is that good', () => {
    expect(watch(300, () => ({ score: 0.9 }), 201)).toEqual([]);
    expect(watch(300, () => ({ score: 0.6, chance: 1 / 4 }))).toEqual([]);
  });

  it('says once that the task has become too easy', () => {
    const match = (step: number) => ({ score: Math.min(0.99, step / 600) });
    expect(watch(1200, match)).toEqual([['match-saturated', 625]]);
    expect(watch(1200, (step) => ({ score: Math.min(0.94, step / 600) }))).toEqual([]);
  });

  it('hints at a plateau after 400 steps at chance, once', () => {
    expect(watch(900, () => ({ score: 1 / 64 }))).toEqual([['plateau', 400]]);
    expect(watch(900, (step) => ({ score: step < 350 ? 1 / 64 : 0.03 }))).toEqual([]);
  });

  it('names data wait over 30 %, again only after it had passed, and not for the start', () => {
    const waits = (step: number) => ({ dataWaitMs: step <= 60 || step > 300 ? 60 : 1 });
    expect(watch(400, waits)).toEqual([
      ['data-wait', 51],
      ['data-wait', 336],
    ]);
    expect(watch(60, (step) => ({ dataWaitMs: step === 1 ? 1e6 : 1 }))).toEqual([]);
  });
});

describe('the meter', () => {
  it('forgets the first step, which compiles', () => {
    const meter = new Meter();
    expect(meter.imagesPerSecond).toBe(0);
    meter.record(60_000, 10);
    expect(meter.imagesPerSecond).toBeCloseTo(10 / 60);
    for (let i = 0; i < 50; i++) meter.record(100, 10);
    expect(meter.stepMs).toBeCloseTo(100);
    expect(meter.imagesPerSecond).toBeCloseTo(100);
    expect(meter.etaSeconds(600)).toBeCloseTo(60);
  });
});

describe('interrupts', () => {
  it('take repeats of one request for the same, and a later one for urgent', () => {
    const listeners = new Map<string, () => void>();
    const exits: number[] = [];
    let ms = 0;
    const clock = { now: () => ms, elapsed: () => ms, sleep: async () => undefined };
    const told: string[] = [];
    const interrupts = watchInterrupts(
      {
        on: (signal, listener) => listeners.set(signal, listener),
        off: (signal) => listeners.delete(signal),
        exit: (code) => exits.push(code),
      },
      clock,
      (signal) => told.push(signal),
    );
    expect(interrupts.received).toBeUndefined();
    listeners.get('SIGINT')!();
    ms = 500;
    listeners.get('SIGTERM')!();
    expect([interrupts.received, exits]).toEqual(['SIGINT', []]);
    ms = 1001;
    listeners.get('SIGINT')!();
    listeners.get('SIGTERM')!();
    expect([exits, told]).toEqual([[130, 143], ['SIGINT']]);
    interrupts.dispose();
    expect(listeners.size).toBe(0);
  });
});
