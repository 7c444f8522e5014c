/** Tests of readers of pictures that are read whole, beside those of their values. */
import { expect, it } from 'vitest';
import { regionOf } from '../region.ts';
import { readMutations } from './mutations.ts';
import { openBytes } from './reader-table.ts';

export function testRegionsAndDamage(files: readonly Buffer[]): void {
  it('read by region give the same values', async () => {
    for (const file of files) {
      const image = await openBytes(file);
      const whole = await image.read(0);
      const region = { left: 1, top: 2, width: image.width - 2, height: 2 };
      const part = await image.read(0, region);
      expect(part).toEqual(regionOf(whole, region));
    }
  });

  it('that are damaged give a picture or an error about the image', {
    timeout: 600_000,
  }, async () => {
    expect(await readMutations(files)).toEqual([]);
  });
}
