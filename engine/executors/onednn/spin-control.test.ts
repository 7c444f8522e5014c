import { expect, it } from 'vitest';
import { SpinControl } from './spin-control.ts';

/** A control, and what it did over looks whose shares of waiting are given. */
function control(known = true) {
  let [waited, asleep, at] = [0, false, 0];
  const spin = new SpinControl({
    cpuWaitingMs: () => (known ? waited : undefined),
    sleep: () => {
      expect(asleep).toBe(false);
      asleep = true;
      return () => {
        asleep = false;
      };
    },
  });
  const look = (share: number, passed = 250) => {
    at += passed;
    waited += share * passed;
    spin.look(at);
    return asleep;
  };
  look(0);
  return look;
}

it('has threads spin as long as the process has the CPUs to itself', () => {
  const look = control();
  expect(Array.from({ length: 20 }, () => look(0.03))).not.toContain(true);
});

it('has them sleep once threads wait for CPUs, and spin again after two quiet seconds', () => {
  const look = control();
  expect(look(0.5)).toBe(true);
  // As long as others are busy.
  expect(Array.from({ length: 20 }, () => look(0.5))).not.toContain(false);
  const quiet = Array.from({ length: 8 }, () => look(0.01));
  expect(quiet).toEqual([...Array(7).fill(true), false]);
  expect(look(0.5)).toBe(true);
});

it('counts quiet looks anew after a busy one', () => {
  const look = control();
  look(0.5);
  for (let i = 0; i < 7; i++) look(0);
  expect(look(0.1)).toBe(true);
  for (let i = 0; i < 7; i++) expect(look(0)).toBe(true);
  expect(look(0)).toBe(false);
});

it('looks four times a second at most, and not at what was before a pause', () => {
  const look = control();
  expect(look(1, 100)).toBe(false);
  expect(look(0, 200)).toBe(true);
  const paused = control();
  expect(paused(1, 5000)).toBe(false);
});

it('has threads sleep where the system does not tell how long they wait', () => {
  expect(control(false)(0)).toBe(true);
});
