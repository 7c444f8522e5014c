/** Pages of dense predictions: what can be shown of the formats. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { photo, writeFiles } from '../data/targets/testing/write-set.ts';
import { ImageNames } from '../predictions/image-names.ts';
import { PredictionsFolder } from '../predictions/predictions-folder.ts';
import { CLASSES, discs } from '../predictions/testing/predicted.ts';
import { DenseReader } from './dense-reader.ts';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-dense-reader-'));
  await writeFiles(at('photos'), { 'deep/a.png': await photo(60, 40, { format: 'png' }) });
});
afterEach(() => rm(root, { recursive: true, force: true }));

it.each([
  ['masks', true, undefined],
  ['overlay', false, 'deep/a.jpg'],
  ['coco', false, undefined],
] as const)('tells what there is to show of %s', async (format, hasMasks, overlay) => {
  const folder = await PredictionsFolder.open({
    folder: at('out'),
    head: { format, kind: 'map', task: 'segment', model: 'm', classes: CLASSES },
    names: new ImageNames([at('photos')], [true]),
    resume: false,
  });
  await folder.add(discs({ path: at('photos', 'deep', 'a.png'), width: 60, height: 40 }));
  await folder.end();
  const page = await new DenseReader().page({ folder: at('out'), offset: 0, count: 9 });
  expect(page.hasMasks).toBe(hasMasks);
  const shown = page.items.map((item) => item.overlay);
  expect(shown).toEqual([overlay === undefined ? undefined : at('out', overlay)]);
});
