import path from 'node:path';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { test } from './fixtures.ts';
import { writePictures } from './images.ts';

test('shots', async ({ studio, home }) => {
  const page = studio.page();
  const folder = await writePictures(path.join(home, 'pictures'), 24);
  const unseen = await writePictures(path.join(home, 'unseen'), 12, 7);
  const set = await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [folder] });
  await callStudio(page, 'datasets.add', { kind: 'labelled', folders: [unseen] });
  const id = await startTraining(page, { folder, name: 'shapes', steps: 60 });
  await untilState(page, id, 'done');
  const ft = await callStudio(page, 'jobs.submit', {
    kind: 'finetune',
    from: 'shapes',
    train: folder,
    val: unseen,
    mode: 'full',
    recipe: 'micro',
    leaveOutLeaks: true,
    settings: { epochs: '4', batch_size: '8', warmup_epochs: '1' },
    device: 'cpu',
    name: 'classifier',
  } as never);
  await untilState(page, ft.id, 'done');
  const knn = await callStudio(page, 'jobs.submit', {
    kind: 'knn',
    from: 'shapes',
    train: folder,
    val: unseen,
    k: 5,
    device: 'cpu',
  } as never);
  await untilState(page, knn.id, 'done');
  const jobs = await callStudio(page, 'jobs.list', {});
  const runs = (await callStudio(page, 'runs.list', { offset: 0, count: 9 })).items;
  const cls = runs.find((r) => r.kind === 'finetune')!;
  const pre = runs.find((r) => r.kind === 'pretrain')!;
  const ev = await callStudio(page, 'jobs.submit', {
    kind: 'evaluate',
    model: cls.id,
    data: unseen,
    device: 'cpu',
  } as never);
  await untilState(page, ev.id, 'done');
  void jobs;
  for (const theme of ['light', 'dark'] as const) {
    await callStudio(page, 'settings.write', { theme });
    for (const [name, place] of [
      ['dataset', `datasets/${set.id}`],
      ['pretrain', `pretrain/${set.id}`],
      ['run', `runs/${cls.id}`],
      ['runpre', `runs/${pre.id}`],
      ['finetune', 'finetune'],
      ['evaluation', `finetune/results/${ev.id}`],
      ['knn', `finetune/results/${knn.id}`],
      ['ft', `finetune/results/${ft.id}`],
      ['models', 'models'],
      ['model', `models/${encodeURIComponent(encodeURIComponent(cls.id))}`],
      ['devices', 'devices'],
      ['runs', 'runs'],
    ]) {
      await page.goto(new URL(`#/${place}`, page.url()).href);
      await page.waitForTimeout(2500);
      await page.screenshot({ path: `/tmp/w/shots/${name}-${theme}.png`, fullPage: true });
    }
  }
});
