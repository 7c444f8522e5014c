import { describe, expect, it } from 'vitest';
import { EvalSet } from './eval-set.ts';

const samples = (count: number) => Array.from({ length: count }, (_, i) => ({ path: `/${i}.png` }));

/** Two numbers an image, its own; some are broken. */
function set(count: number, broken: readonly number[], most?: number) {
  const load = async (
    some: readonly { path: string }[],
    onBroken: (position: number, reason: string) => void,
  ) => {
    some.forEach(({ path }, i) => {
      if (broken.includes(Number.parseInt(path.slice(1), 10))) onBroken(i, 'gone');
    });
    return new Float32Array(2 * some.length);
  };
  return new EvalSet(samples(count), load, most);
}

describe('a set of which some images cannot be decoded', () => {
  it('continues without them, and names them', async () => {
    const images = set(30, [3]);
    for (let at = 0; at < 30; at += 10) expect(await images.load(at, at + 10)).toHaveLength(20);
    expect([...images.kept]).toEqual(samples(30).filter((_, i) => i !== 3));
    expect(images.leftOut).toEqual([{ path: '/3.png', reason: 'gone' }]);
    expect(images.notes.join()).toContain('left out: 1: /3.png (gone)');
    const rows = Float32Array.from({ length: 60 }, (_, i) => Math.floor(i / 2));
    expect([...images.rows(rows, 2).subarray(4, 8)]).toEqual([2, 2, 4, 4]);
  });

  it('ends the command when more than the allowed share is broken', async () => {
    const images = set(30, [1, 2, 24]);
    await images.load(0, 10);
    await images.load(10, 19);
    await expect(images.load(19, 30)).rejects.toMatchObject({ code: 'too-many-broken-images' });
    await set(30, [1, 2, 24], 0.2).load(0, 30);
  });

  it('ends the command when nothing is left', async () => {
    await expect(set(2, [0, 1]).load(0, 2)).rejects.toMatchObject({
      code: 'too-many-broken-images',
    });
  });
});
