import { describe, expect, it } from 'vitest';
import { shortPath } from './path-text.tsx';

describe('a long path in little space', () => {
  it('is whole where it fits', () => {
    expect(shortPath('/data/images', 12)).toBe('/data/images');
    expect(shortPath('', 12)).toBe('');
  });

  it('keeps its beginning and the name at its end', () => {
    const path = `/data/${'x'.repeat(200)}/images-of-2024`;
    const short = shortPath(path, 40);
    expect(short).toHaveLength(40);
    expect(short).toMatch(/^\/data\/x+….*\/images-of-2024$/);
    expect(shortPath(`D:\\${'x'.repeat(200)}\\parts`, 30)).toMatch(/^D:\\x+….*\\parts$/);
  });

  it('is never longer than asked for, whatever its name', () => {
    for (const most of [10, 11, 40]) {
      expect(shortPath(`/${'n'.repeat(300)}`, most)).toHaveLength(most);
      expect([...shortPath(`/ä/${'🎉'.repeat(300)}/b`, most)]).toHaveLength(most);
    }
  });
});
