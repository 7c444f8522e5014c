import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('are so many at the same time, and no more', async () => {
    const turns = new Turns({ atOnce: 3, waiting: 100 });
    let now = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, () => turns.run(work)));
    expect([most, now]).toEqual([3, 0]);
  });

  it('come one after the other, also after one that failed', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.run(work(name))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('are lost by who does not wait any more, and refused when too many wait', async () => {
    const turns = new Turns();
    let release = () => {};
    const first = turns.run(() => new Promise<void>((resolve) => (release = resolve)));
    await new Promise((resolve) => setImmediate(resolve));
    const gone = new AbortController();
    let begun = 0;
    const lost = turns.run(async () => void begun++, gone.signal);
    const others = Array.from({ length: 63 }, () => turns.run(async () => void begun++));
    await expect(turns.run(async () => {})).rejects.toMatchObject({ code: 'busy' });
    gone.abort();
    await expect(lost).rejects.toMatchObject({ code: 'cancelled' });
    release();
    await Promise.all([first, ...others]);
    expect(begun).toBe(63);
  });
});
