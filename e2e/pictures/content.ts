/**
 * The workspace that the pictures show: real photographs, trainings that learn, and one of each kind of
 * job. What is there already is kept, so a second start takes no training.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobRequest } from '../../engine/contract/jobs/register.ts';
import { writeStoredImages } from './stored-images.ts';

export interface Content {
  readonly train: string;
  readonly test: string;
  readonly unlabelled: string;
  readonly tags: string;
  /** made up, of six channels of 16 bits */
  readonly cells: string;
  /** made up, DICOM */
  readonly slices: string;
  /** a made-up whole slide */
  readonly slide: string;
}

const IMAGES = 6000;
/** Unlabelled images to predict. */
const NEW_IMAGES = 48;

/** Labels of each class of CIFAR-10, for a table with several labels an image. */
const TAGS: Readonly<Record<string, string>> = {
  airplane: 'vehicle;flies',
  automobile: 'vehicle;road',
  bird: 'animal;flies',
  cat: 'animal;four legs;pet',
  deer: 'animal;four legs',
  dog: 'animal;four legs;pet',
  frog: 'animal;four legs',
  horse: 'animal;four legs',
  ship: 'vehicle;water',
  truck: 'vehicle;road',
};

export function contentOf(home: string): Content {
  const photos = path.join(home, 'photographs');
  return {
    train: path.join(photos, 'train'),
    test: path.join(photos, 'test'),
    unlabelled: path.join(home, 'new'),
    tags: path.join(home, 'tags.csv'),
    cells: path.join(home, 'made-up cells'),
    slices: path.join(home, 'made-up slices'),
    slide: path.join(home, 'made-up slide'),
  };
}

/** A pre-training that is stopped on the way, so that pictures can show it running. */
export function watchedRun({ train }: Content): JobRequest {
  return {
    kind: 'pretrain',
    name: 'photographs',
    folders: [train],
    recipe: 'micro',
    settings: { steps: '1600' },
    device: 'cpu',
  };
}

/** A pre-training whose process is killed. */
export function killedRun({ train }: Content): JobRequest {
  return {
    kind: 'pretrain',
    name: 'photographs, lower mask ratio',
    folders: [train],
    recipe: 'micro',
    settings: { steps: '800', mask_ratio: '0.6', checkpoint_every: '20' },
    device: 'cpu',
  };
}

/** The jobs that run to their end, in the order in which one uses the result of another. */
export function jobsOf({ train, test, unlabelled }: Content): readonly JobRequest[] {
  const device = 'cpu';
  const labelled = { train, val: test, mode: 'full', recipe: 'micro', device } as const;
  return [
    {
      kind: 'finetune',
      name: 'classes',
      from: 'photographs',
      ...labelled,
      settings: { epochs: '10', lr: '1e-3' },
    },
    { kind: 'knn', from: 'photographs', train, val: test, k: 20, device },
    { kind: 'evaluate', model: 'classes', data: test, device },
    { kind: 'predict', model: 'classes', data: [unlabelled], device },
    {
      kind: 'compare',
      from: 'photographs',
      ...labelled,
      mode: undefined,
      modes: ['linear'],
      fractions: [0.02, 0.1, 0.4],
      seeds: 3,
      settings: {},
    },
  ].map((request) => JSON.parse(JSON.stringify(request)) as JobRequest);
}

/** @param run does one command of `conmim` */
export async function writeImages(
  home: string,
  run: (words: readonly string[]) => void,
): Promise<void> {
  const { train, test, unlabelled, tags, cells, slices, slide } = contentOf(home);
  writeStoredImages(cells, slices, slide);
  if (!existsSync(train))
    run(['sample-data', 'cifar10', '--out', path.dirname(train), '--count', String(IMAGES)]);
  const files = (folder: string) =>
    readdirSync(folder)
      .sort()
      .map((name) => path.join(folder, name));
  if (!existsSync(unlabelled)) {
    mkdirSync(unlabelled, { recursive: true });
    const classes = files(test).map(files);
    for (let i = 0; i < NEW_IMAGES; i++) {
      const from = classes[i % classes.length]![(i * 7) % 90]!;
      cpSync(from, path.join(unlabelled, `photo-${String(i + 1).padStart(3, '0')}.png`));
    }
  }
  const rows = files(train).flatMap((folder) =>
    files(folder).map((file) => `${file},${TAGS[path.basename(folder)]}`),
  );
  if (!existsSync(tags)) writeFileSync(tags, `path,labels\n${rows.join('\n')}\n`);
}
