/** Every page at every size and in both colour schemes: accessible, and without sideways scrolling. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { BOTH_LAYOUTS, expectUsable } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, test } from './fixtures.ts';
import type { LaunchedHost } from './hosts/host.ts';
import { writePictures } from './images.ts';
import {
  oneClassEvaluation,
  writeComparison,
  writeFineTuning,
  writePartial,
} from './prepared-evaluations.ts';
import { writeRun, writeStudent } from './prepared-runs.ts';
import { writeStudy } from './prepared-study.ts';

/** A name as long as users choose them, so that titles wrap. */
const LONG_NAME = 'Slides of the second series, stained and scanned again in spring';

/** An address, a text that is there when its content has come, and whether a window shows other parts. */
type Place = readonly [address: string, ready: string | RegExp, differs?: 'in a window'];

/**
 * The application is loaded once, resized and recoloured as it is. Layout and colours are the same in a
 * window, so that there axe is asked at one size, of the pages that have other parts.
 */
async function expectAllUsable(studio: LaunchedHost, all: readonly Place[]): Promise<void> {
  const page = studio.page();
  const isSeen = ([, , differs]: Place) => studio.name !== 'double' || differs !== undefined;
  const places = all.filter(isSeen);
  expect(places).not.toEqual([]);
  for (const [address, ready] of places)
    await test.step(address, async () => {
      await page.goto(new URL(`#/${address}`, page.url()).href);
      await expect(page.getByRole('main').getByText(ready).first()).toBeVisible();
      await expectUsable(page, address, studio.name === 'web' ? BOTH_LAYOUTS : undefined);
    });
}

test('pages of an empty workspace can be used at every size', async ({ studio }) => {
  await expectAllUsable(studio, [
    ['datasets', 'Sample data', 'in a window'],
    ['pretrain', 'First, add a folder of images'],
    ['runs', 'Pre-train'],
    ['studies', 'How features are judged'],
    ['finetune', 'Training set'],
    ['predict', 'Compute on', 'in a window'],
    ['models', 'Import weights…'],
    ['devices', /^Automatic/],
    ['settings', 'Notifications', 'in a window'],
    ['help', 'nothing is copied or changed'],
  ]);
});

test.describe('with content', () => {
  let places: Place[];
  // Before the application starts, which reads jobs once.
  test.beforeEach(async ({ home }) => {
    const workspace = path.join(home, 'workspace');
    mkdirSync(workspace);
    const images = writePictures(path.join(home, LONG_NAME), 6);
    const about = { name: LONG_NAME, steps: 60, sampled: true, measured: true };
    const run = writeRun(workspace, about, 1);
    await writeStudent(workspace, run, [10, 60]);
    const shorter = writeRun(workspace, { name: 'short', steps: 20 }, 2);
    const classifier = writeFineTuning(workspace, 3, oneClassEvaluation(images));
    const comparison = writeComparison(workspace);
    const partial = writePartial(workspace);
    const study = writeStudy(workspace);
    places = [
      ['runs', LONG_NAME],
      [`runs/${run}?compare=${shorter}`, /short fell/],
      [`runs/${classifier}`, 'Most confident mistakes', 'in a window'],
      [`finetune/${classifier}`, 'Validation set'],
      [`finetune/results/${comparison}`, 'All numbers', 'in a window'],
      [`finetune/results/${partial}`, 'Top-1 accuracy by tuned blocks'],
      [`studies/${study}`, 'Best combination'],
      [`predict/with/${classifier}`, 'Compute on', 'in a window'],
      ['help/pre-train', 'without labels'],
      ['help/about', 'Version', 'in a window'],
    ];
  });

  test('pages can be used at every size', async ({ studio, home }) => {
    const folders = [path.join(home, LONG_NAME)];
    const added = { kind: 'images', folders } as const;
    const { id } = await callStudio(studio.page(), 'datasets.add', added);
    await expectAllUsable(studio, [
      ['datasets', LONG_NAME, 'in a window'],
      [`datasets/${id}`, 'Typical size'],
      [`pretrain/${id}`, '12 images chosen'],
      ...places,
    ]);
  });
});
