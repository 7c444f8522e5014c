import { expect, it } from 'vitest';
import { AllWork, OwnWork } from './rank-work.ts';

it('counts what a rank works and what it waits for others', async () => {
  let [now, waitedMs] = [0, 0];
  const ranks = {
    get waitedMs() {
      return waitedMs;
    },
  };
  const work = new OwnWork(ranks, { now: () => now, idle: () => now });
  const done = await work.do(async () => {
    now += 100;
    waitedMs += 60;
    return 'done';
  });
  expect(done).toBe('done');
  // Between two parts only what is told counts.
  now += 1000;
  work.waited(5);
  work.waited(-3);
  await work.do(async () => {
    now += 10;
  });
  work.count(5);
  expect(work.take()).toEqual({ busyMs: 50, waitedMs: 65, images: 5 });
  expect(work.take()).toEqual({ busyMs: 0, waitedMs: 0, images: 0 });
});

it('counts no wait for others while this rank computes', async () => {
  let [now, waitedMs, idleMs] = [0, 0, 0];
  const ranks = {
    get waitedMs() {
      return waitedMs;
    },
  };
  const work = new OwnWork(ranks, { now: () => now, idle: () => idleMs });
  await work.do(async () => {
    now += 100;
    waitedMs += 60;
    idleMs += 20;
  });
  expect(work.take()).toEqual({ busyMs: 80, waitedMs: 20, images: 0 });
});

it('tells the speeds of all since it was asked, without the first step', () => {
  const all = new AllWork();
  const told = (...busy: number[]) =>
    all.add(busy.map((busyMs) => ({ busyMs, waitedMs: 300 - busyMs, images: 4 })));
  told(7, 7);
  told(999, 999);
  expect(all.take()).toBeUndefined();
  told(100, 200);
  told(100, 200);
  expect(all.take()).toEqual([
    { rank: 0, imagesPerSecond: 40, waitedShare: 2 / 3 },
    { rank: 1, imagesPerSecond: 20, waitedShare: 1 / 3 },
  ]);
  expect(all.take()).toBeUndefined();
});
