/**
 * Sample scenes with masks, boxes and run lengths, composed of photographs of CIFAR-10. Scenes to
 * train on come from its training images, scenes to validate from its test images.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { makeFolder, onDisk } from '../../../disk/disk.ts';
import { runArea, runBounds } from '../../../geometry/run-length.ts';
import { runsToText } from '../../../geometry/run-length-text.ts';
import { RandomStream } from '../../../random/philox.ts';
import { fromPalette } from '../../targets/masks/voc-palette.ts';
import { SampleFolder } from '../sample-folder.ts';
import {
  CIFAR_CLASSES,
  type CifarPart,
  type CifarPhoto,
  type PackageSource,
  readPhotos,
  withSamplePackage,
} from '../sample-package.ts';
import { composeScene, type Scene } from './compose-scene.ts';

export interface SampleScenesOptions extends PackageSource {
  readonly out: string;
  /** scenes in all, one of six to validate */
  readonly count?: number | undefined;
  readonly seed?: number | undefined;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

export interface SampleScenesResult {
  readonly out: string;
  readonly train: number;
  /** scenes to validate on */
  readonly test: number;
}

const DEFAULT_COUNT = 1200;
const PARTS = ['images', 'masks', 'annotations', 'classes.json'];
const OWN = {
  folders: /^(train|val)$/,
  files: /^(\d{6}\.png|instances_(train|val)\.json)$/,
};
const PALETTE = Array.from({ length: CIFAR_CLASSES.length + 1 }, (_, i) => [...fromPalette(i)]);

/**
 * Write `images` and `masks` with `train` and `val` in them, `annotations/instances_*.json` and
 * `classes.json`. A complete folder of the same request stays; others are treated as those of
 * `sampleData`.
 *
 * @throws StudioError `sample-data-unavailable`, `sample-data-corrupt`, `sample-data-folder-in-use`
 */
export async function sampleScenes(options: SampleScenesOptions): Promise<SampleScenesResult> {
  const { count = DEFAULT_COUNT, seed = 0, onProgress } = options;
  const out = path.resolve(options.out);
  const test = Math.round(count / 6);
  const train = count - test;
  const folder = new SampleFolder(out, PARTS, isOwn);
  const result = { out, train, test };
  if (await folder.isComplete({ train, val: test, seed })) return result;
  folder.refuseForeign();
  await withSamplePackage(options, (scratch) =>
    onDisk(out, async () => {
      await folder.begin();
      let done = 0;
      const onScene = () => onProgress?.({ done: ++done, total: count });
      await writeClasses(out);
      await writePart({ out, split: 'train', scenes: train, seed, onScene }, scratch, 'train');
      await writePart({ out, split: 'val', scenes: test, seed, onScene }, scratch, 'test');
      await folder.complete({ train, val: test, seed });
    }),
  );
  return result;
}

/** Whether a part is missing or holds nothing but what is written here. */
function isOwn(part: string): boolean {
  if (!existsSync(part)) return true;
  if (!lstatSync(part).isDirectory()) return path.basename(part) === 'classes.json';
  return readdirSync(part, { withFileTypes: true }).every((entry) =>
    entry.isDirectory()
      ? OWN.folders.test(entry.name) &&
        readdirSync(path.join(part, entry.name)).every((name) => OWN.files.test(name))
      : OWN.files.test(entry.name),
  );
}

async function writeClasses(out: string): Promise<void> {
  const classes = ['background', ...CIFAR_CLASSES].map((name, id) => ({
    id,
    name,
    color: PALETTE[id],
  }));
  await writeFile(path.join(out, 'classes.json'), `${JSON.stringify(classes, null, 1)}\n`);
}

interface Part {
  readonly out: string;
  readonly split: 'train' | 'val';
  readonly scenes: number;
  readonly seed: number;
  readonly onScene: () => void;
}

/** For a seed, fewer scenes are the first of more. */
async function writePart(part: Part, scratch: string, source: CifarPart): Promise<void> {
  const { out, split, scenes, seed, onScene } = part;
  const [images, masks] = ['images', 'masks'].map((name) => path.join(out, name, split));
  for (const folder of [images!, masks!, path.join(out, 'annotations')]) await makeFolder(folder);
  const photos: CifarPhoto[] = [];
  for await (const some of readPhotos(scratch, source)) photos.push(...some);
  const photoOf = dealPhotos(photos, seed, split);
  const coco = new CocoWriter();
  for (let i = 0; i < scenes; i++) {
    const random = new RandomStream(seed, 'scene', split === 'train' ? 0 : 1, i + 1);
    const scene = composeScene(photoOf, photos, CIFAR_CLASSES.length, random);
    const name = `${String(i + 1).padStart(6, '0')}.png`;
    const { width, height, data } = scene.image;
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(path.join(images!, name), png);
    await writeFile(path.join(masks!, name), maskPng(scene));
    coco.add(name, scene);
    onScene();
  }
  await writeFile(path.join(out, 'annotations', `instances_${split}.json`), coco.text());
}

/** The photographs of each class in random order, again from the first when all were used. */
function dealPhotos(photos: readonly CifarPhoto[], seed: number, split: Part['split']) {
  const random = new RandomStream(seed, 'scene', split === 'train' ? 0 : 1, 0);
  const byClass = CIFAR_CLASSES.map((_, label) => {
    const own = photos.filter((photo) => photo.label === label);
    return random.shuffle(own.map((_photo, i) => i)).map((i) => own[i]!);
  });
  const used = CIFAR_CLASSES.map(() => 0);
  return (label: number): CifarPhoto => {
    const own = byClass[label]!;
    return own[used[label]!++ % own.length]!;
  };
}

/** Indices of classes with the colours of Pascal VOC, so that other programs show them. */
function maskPng({ image: { width, height }, mask }: Scene): Uint8Array {
  return encode({ width, height, data: mask, depth: 8, channels: 1, palette: PALETTE });
}

class CocoWriter {
  readonly #images: unknown[] = [];
  readonly #annotations: unknown[] = [];

  add(name: string, { image: { width, height }, objects }: Scene): void {
    const id = this.#images.length + 1;
    this.#images.push({ id, file_name: name, width, height });
    for (const { label, runs } of objects)
      this.#annotations.push({
        id: this.#annotations.length + 1,
        image_id: id,
        category_id: label + 1,
        iscrowd: 0,
        bbox: runBounds(runs),
        area: runArea(runs),
        segmentation: { size: [height, width], counts: runsToText(runs) },
      });
  }

  text(): string {
    const categories = CIFAR_CLASSES.map((name, i) => ({ id: i + 1, name }));
    const info = { description: 'Scenes composed of photographs of CIFAR-10' };
    const content = { info, images: this.#images, annotations: this.#annotations, categories };
    return `${JSON.stringify(content)}\n`;
  }
}
