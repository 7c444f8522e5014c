/** The pictures: their names, and how each page is opened. */
import type { Page } from '@playwright/test';
import type { Job } from '../../engine/contract/studio/jobs.ts';
import { callStudio } from '../call-studio.ts';
import { expect } from '../fixtures.ts';
import { contentOf, killedRun, watchedRun } from './content.ts';
import { jobLike } from './workspace.ts';

export interface Shot {
  /** Of the file, before the colours. */
  readonly name: string;
  /** @param open opens an address within the page */
  show(page: Page, open: (address: string) => Promise<void>): Promise<void>;
}

const ABOVE_PX = 24;

/** Scroll until a text is at the top of the page. */
async function toTop(page: Page, text: string | RegExp): Promise<void> {
  await page
    .getByText(text)
    .first()
    .evaluate((element, above) => {
      globalThis.scrollBy(0, element.getBoundingClientRect().top - above);
    }, ABOVE_PX);
}

export function shotsOf(home: string): readonly Shot[] {
  const content = contentOf(home);
  const datasetId = async (page: Page, name: string) =>
    (await callStudio(page, 'datasets.list', {})).find((dataset) => dataset.name === name)!.id;
  const jobOfKind = async (page: Page, kind: Job['request']['kind']) =>
    (await callStudio(page, 'jobs.list', {})).find(
      ({ request, state }) => request.kind === kind && state === 'done',
    )!;
  const text = (page: Page, found: string | RegExp) => expect(page.getByText(found).first());
  return [
    {
      name: 'datasets',
      async show(page, open) {
        await open('/datasets');
        await expect(page.locator('li img').first()).toBeVisible();
      },
    },
    {
      name: 'dataset',
      async show(page, open) {
        await open(`/datasets/${await datasetId(page, 'photographs by class')}`);
        await text(page, 'Typical size').toBeAttached();
      },
    },
    {
      name: 'channels',
      async show(page, open) {
        await open(`/datasets/${await datasetId(page, 'cells, made up')}`);
        await page.getByLabel('Channels shown').fill('4,5,1');
        await page.getByLabel('Window').fill('300,4500');
        await expect(page.locator('[data-at] img').nth(8)).toBeVisible();
      },
    },
    {
      name: 'window',
      async show(page, open) {
        await open(`/datasets/${await datasetId(page, 'slices of a scanner, made up')}`);
        await page.getByLabel('Window').fill('-20,120');
        await expect(page.locator('[data-at] img').nth(8)).toBeVisible();
      },
    },
    {
      name: 'tiles',
      async show(page, open) {
        await open(`/datasets/${await datasetId(page, 'a whole slide, made up')}`);
        await text(page, /tiles of 1 large image/).toBeVisible();
        await expect(page.locator('[data-at] img').nth(8)).toBeVisible();
      },
    },
    {
      name: 'pretrain',
      async show(page, open) {
        await open(`/pretrain/${await datasetId(page, 'photographs')}`);
        await expect(page.getByAltText(/as the teacher sees it/).first()).toBeAttached();
      },
    },
    {
      name: 'run',
      async show(page, open) {
        const { run } = (await jobLike(page, watchedRun(content)))!;
        await open(`/runs/${run}`);
        await expect(page.locator('canvas').first()).toBeVisible();
        await toTop(page, /^\d[\d,]* of [\d,]+ steps/);
      },
    },
    {
      name: 'runs',
      async show(page, open) {
        await open('/runs');
        await text(page, 'photographs').toBeVisible();
      },
    },
    {
      name: 'finetune',
      async show(page, open) {
        const { run } = (await jobLike(page, watchedRun(content)))!;
        await open(`/finetune/${run}`);
        for (const [label, name] of [
          ['Training set', 'photographs by class'],
          ['Validation set', 'test photographs'],
        ] as const) {
          await page.getByRole('combobox', { name: label, exact: true }).click();
          await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
        }
      },
    },
    {
      name: 'evaluation',
      async show(page, open) {
        await open(`/finetune/results/${(await jobOfKind(page, 'evaluate')).id}`);
        await text(page, 'Confusion matrix').toBeAttached();
      },
    },
    {
      name: 'comparison',
      async show(page, open) {
        await open(`/finetune/results/${(await jobOfKind(page, 'compare')).id}`);
        await text(page, 'All numbers').toBeAttached();
        await toTop(page, 'Did pre-training help?');
      },
    },
    {
      name: 'predictions',
      async show(page, open) {
        await open(`/predict/${(await jobOfKind(page, 'predict')).id}`);
        await page.getByLabel('Order').selectOption('Most confident first');
        await expect(page.locator('[aria-posinset] img').first()).toBeVisible();
      },
    },
    {
      name: 'model',
      async show(page, open) {
        const models = await callStudio(page, 'models.list', {});
        const { reference } = models.find(({ name }) => name === 'classes')!;
        await open(`/models/${encodeURIComponent(reference)}`);
        await text(page, 'Export and check').toBeAttached();
      },
    },
    {
      name: 'import',
      async show(page, open) {
        await open('/models');
        await page.getByRole('button', { name: 'Import weights…' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    },
    {
      name: 'devices',
      async show(page, open) {
        await open('/devices');
        await expect(page.getByRole('heading', { name: 'Automatic' })).toBeVisible();
      },
    },
    {
      name: 'settings',
      async show(page, open) {
        await open('/settings');
        await text(page, 'Colour scheme').toBeVisible();
      },
    },
    {
      name: 'help',
      async show(page, open) {
        await open('/help?search=gradient+clipping');
        await expect(page.locator('mark').first()).toBeVisible();
      },
    },
    {
      name: 'run-died',
      async show(page, open) {
        const { run } = (await jobLike(page, killedRun(content)))!;
        await open(`/runs/${run}`);
        await text(page, 'Process exited unexpectedly').toBeVisible();
      },
    },
  ];
}
