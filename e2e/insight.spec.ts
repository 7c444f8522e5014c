/** Maps, look-ups and attention on prepared records: used by keys, and usable at every size. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expectUsable } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { oneClassEvaluation, writeFineTuning } from './prepared-evaluations.ts';
import { writeLookup, writeMap } from './prepared-insight.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

let run: string;
let classifier: string;
let photos: string;

// Before the application starts, which reads runs once.
test.beforeEach(async ({ home }) => {
  const workspace = path.join(home, 'workspace');
  mkdirSync(workspace);
  photos = await writePictures(path.join(home, 'photos'), 6);
  const images = ['discs', 'stripes'].flatMap((kind) =>
    Array.from({ length: 6 }, (_, i) => path.join(photos, kind, `00${i}.png`)),
  );
  run = writeRun(workspace, { name: 'mapped', steps: 60 }, 1);
  writeMap(workspace, run, { folder: photos, images });
  classifier = writeFineTuning(workspace, 2, oneClassEvaluation(photos));
  writeLookup(workspace, classifier, { folder: photos, images });
});

test('a map, a look-up and attention can be used by keys and at every size', async ({ studio }) => {
  const page = studio.page();
  const open = (address: string) => page.goto(new URL(`#/${address}`, page.url()).href);
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [photos], name: 'photos' });
  const scanned = async () => (await callStudio(page, 'datasets.list', {}))[0]?.state;
  await expect.poll(scanned).toBe('ready');

  await test.step('images of a map are excluded, hidden and taken back', async () => {
    await open(`insight/map/${run}`);
    const map = page.getByRole('region', { name: /^Map; arrow keys/ });
    await map.press('ArrowRight');
    await expect(page.getByRole('status').filter({ hasText: '000.png' })).toBeVisible();
    await expect(page.getByRole('list', { name: 'More like this' })).toContainText('0.966');
    await map.press('s');
    await page.getByRole('button', { name: 'Exclude from “photos”' }).click();
    await expect(page.getByText('1 image is excluded from the data set')).toBeVisible();
    await expect(page.getByText('Excluded from the data set; S selects it')).toBeVisible();
    await expectUsable(page, 'A map with an excluded image');
    await page.getByLabel('Hide excluded images').check();
    await expect(page.getByText('from the data set and hidden.')).toBeVisible();
    await page.getByLabel('Hide excluded images').uncheck();
    await map.press('s');
    await page.getByRole('button', { name: 'Take back into “photos”' }).click();
    await expect(page.getByLabel('Hide excluded images')).toHaveCount(0);
  });

  await test.step('fine-tuning begins with a class of the map and its network', async () => {
    await page.getByRole('region', { name: /^Map; arrow keys/ }).press('s');
    await page.getByLabel('Class', { exact: true }).fill('discs');
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await page.getByRole('button', { name: 'Add to the labelled set' }).click();
    await page.getByRole('link', { name: 'Fine-tune on it' }).click();
    await expect(page.getByRole('combobox', { name: 'Training set' })).toHaveValue(
      /^Classes of a map/,
    );
    await expect(page.getByRole('combobox', { name: 'Begin with' })).toHaveValue(/^mapped/);
    await expect(page.getByLabel('Network of the run')).toHaveValue('teacher');
  });

  await test.step('patches are looked up by keys', async () => {
    await open(`insight/lookup/${classifier}`);
    await expect(
      page.getByText('Only pre-trainings have a teacher to compare with.'),
    ).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Nearest patches' })).toBeVisible();
    await expectUsable(page, 'A look-up of patches');
  });

  await test.step('an image that cannot be read is named', async () => {
    await open(`insight/map/${run}`);
    await page.getByLabel('Image', { exact: true }).fill(path.join(photos, 'gone.png'));
    await page.getByRole('button', { name: 'Find similar images' }).click();
    await expect(page.getByRole('alert')).toContainText('The image could not be compared');
  });

  await test.step('networks are chosen for attention', async () => {
    await open(`insight/attention/${run}`);
    await expect(page.getByRole('button', { name: 'Show attention' })).toBeVisible();
    await expectUsable(page, 'Attention maps');
  });
});
