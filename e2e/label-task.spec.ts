/** The task of a training follows the labels of the chosen set, and a mismatch is named. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expectAccessible } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { choose, expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

pageOnly();

test('choosing a set sets the task, and labels that do not fit are named', async ({
  studio,
  home,
}) => {
  const page = studio.page();
  const animals = writePictures(path.join(home, 'animals'), 3);
  const list = path.join(animals, 'findings.csv');
  const rows = ['path,labels', 'discs/000.png,round|red', 'stripes/001.png,red', 'discs/002.png,'];
  writeFileSync(list, `${rows.join('\n')}\n`);
  await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [animals] });
  const several = { several: true, labelSeparator: '|' };
  await callStudio(page, 'datasets.add', {
    kind: 'labelled',
    folders: [list],
    name: 'findings',
    ...several,
  });
  await goTo(page, 'Fine-tune');
  const task = page.getByRole('combobox', { name: 'Task' });
  const mismatch = page.getByRole('alert').filter({ hasText: 'The labels do not fit the task' });

  await choose(page, 'Training set', /^findings/);
  await expect(task).toHaveValue(/^Multi-label classification/);
  await expect(page.getByLabel('Label separator')).toHaveValue('|');
  await expect(mismatch).toHaveCount(0);
  // The same choice again keeps it.
  await choose(page, 'Training set', /^findings/);
  await expect(page.getByRole('combobox', { name: 'Training set', exact: true })).toHaveValue(
    /^findings/,
  );

  await choose(page, 'Training set', /^animals/);
  await expect(task).toHaveValue(/^Classification/);

  await choose(page, 'Validation set', /^findings/);
  await expect(mismatch).toContainText('Images of findings may have several labels');
  await expectAccessible(page);
  await mismatch.getByRole('button', { name: 'Use Multi-label classification' }).click();
  await expect(task).toHaveValue(/^Multi-label classification/);
  await expect(mismatch).toContainText('Each image of animals has one class');
  await choose(page, 'Training set', /^findings/);
  await expect(mismatch).toHaveCount(0);
});
