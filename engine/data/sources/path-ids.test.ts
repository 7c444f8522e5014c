import { expect, it } from 'vitest';
import { PathIds } from './path-ids.ts';

it('paths are numbered in the order of their first occurrence', () => {
  const ids = new PathIds();
  const paths = Array.from(
    { length: 6000 },
    (_, i) => `/data/${(i * 7) % 40}/ä ${(i * i) % 900}.png`,
  );
  const known = new Map<string, number>();
  for (const path of paths) {
    if (!known.has(path)) known.set(path, known.size);
    expect(ids.idOf(path)).toBe(known.get(path));
  }
  expect(Array.from(ids.files, ({ path }) => path)).toEqual([...known.keys()]);
});
