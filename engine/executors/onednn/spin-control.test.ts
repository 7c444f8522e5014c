import { expect, it } from 'vitest';
import { SpinControl } from './spin-control.ts';

/** A control, and what it did over looks whose shares of waiting, and of others' computing, are given. */
function control(known = true) {
  let [waitedMs, othersMs, asleep, at] = [0, 0, false, 0];
  const spin = new SpinControl({
    demand: () => (known ? { waitedMs, othersMs } : undefined),
    sleep: () => {
      expect(asleep).toBe(false);
      asleep = true;
      return () => {
        asleep = false;
      };
    },
  });
  const look = (share: number, passed = 250, others = 2 * share) => {
    at += passed;
    waitedMs += share * passed;
    othersMs += others * passed;
    spin.look(at);
    return asleep;
  };
  look(0);
  return look;
}

it('has threads spin as long as the process has the CPUs to itself', () => {
  const look = control();
  expect(Array.from({ length: 20 }, () => look(0.03))).not.toContain(true);
  // A moment is no reason.
  expect([0.4, 0.05, 0.4, 0.1].map((share) => look(share))).not.toContain(true);
});

it('has them sleep once threads wait for CPUs, and spin again after a quiet second', () => {
  const look = control();
  expect([0.5, 0.5].map((share) => look(share))).toEqual([false, true]);
  // As long as others are busy.
  expect(Array.from({ length: 20 }, () => look(0.5))).not.toContain(false);
  expect([0.01, 0.02, 0.1, 0.01].map((share) => look(share))).toEqual([true, true, true, false]);
  expect([0.5, 0.5].map((share) => look(share))).toEqual([false, true]);
});

it('looks four times a second at most, and not at what was before a pause', () => {
  const look = control();
  expect([look(1, 100), look(0, 200), look(1, 250)]).toEqual([false, false, true]);
  const paused = control();
  expect([paused(1, 5000), paused(1, 5000)]).toEqual([false, false]);
});

it('has threads sleep where the system does not tell how long they wait', () => {
  expect(control(false)(0)).toBe(true);
});

it('has them spin as long as only threads of this process compete with each other', () => {
  const look = control();
  expect(Array.from({ length: 20 }, () => look(0.4, 250, 0.02))).not.toContain(true);
});

it('has them spin again once other programs have ended, though threads that read images still compete', () => {
  const look = control();
  expect([look(0.5), look(0.5)]).toEqual([false, true]);
  expect(Array.from({ length: 4 }, () => look(0.4, 250, 0.05))).toEqual([true, true, true, false]);
});

it('has them spin beside programs with CPUs of their own', () => {
  const look = control();
  expect(Array.from({ length: 20 }, () => look(0.02, 250, 3))).not.toContain(true);
});
