import { expect, it } from 'vitest';
import { orRelease, releaseAll } from './release-all.ts';

it('releases everything, also after a failure, and then throws the first', async () => {
  const released: string[] = [];
  const release =
    (name: string, fails = false) =>
    async () => {
      released.push(name);
      if (fails) throw new Error(name);
    };
  const all = releaseAll([release('a'), release('b', true), release('c', true), release('d')]);
  await expect(all).rejects.toThrow('b');
  expect(released).toEqual(['a', 'b', 'c', 'd']);
});

it('keeps what was finished, and gives back what was not, with the error that mattered', async () => {
  const thing = (fails: boolean) => {
    const made = {
      disposed: false,
      async dispose() {
        made.disposed = true;
        if (fails) throw new Error('lost');
      },
    };
    return made;
  };
  const good = thing(false);
  expect(await orRelease(good, async () => undefined)).toBe(good);
  expect(good.disposed).toBe(false);
  for (const bad of [thing(false), thing(true)]) {
    const finished = orRelease(bad, () => Promise.reject(new Error('no memory')));
    await expect(finished).rejects.toThrow('no memory');
    expect(bad.disposed).toBe(true);
  }
});
