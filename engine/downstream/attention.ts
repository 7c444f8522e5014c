/** Attention maps of the same images by several networks, side by side. */
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { divisionOf } from '../contract/settings/division.ts';
import { someImages } from '../data/given/some-images.ts';
import { type LeftOut, leftOutNotes } from '../data/sources/unreadable.ts';
import { loadEvalImages } from '../data/views/eval-images.ts';
import { type AttentionMaps, attentionMaps } from '../insight/attention/attention-maps.ts';
import type { Imported } from '../models/import/open-weights.ts';
import { divisionOfModel, imagesOfModel, type Model, type ModelImages } from '../models/model.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import { imageElements } from '../nn/image-shape.ts';
import { noImages, noneReadable } from './predicted-images.ts';
import { untrainedNetwork } from './untrained-network.ts';

export interface AttentionNetwork extends ModelReference {
  /** The same network as it was before training. */
  readonly untrained?: boolean;
}

export interface AttentionOrder {
  readonly workspace: string;
  /** At least one. */
  readonly networks: readonly AttentionNetwork[];
  /** Absolute paths of images, folders and lists; none for what the first network was trained on. */
  readonly images: readonly string[];
  /** Images that are taken of each folder and list, at most. */
  readonly count: number;
  readonly device?: string | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface NetworkAttention {
  /** What it is called where networks are compared. */
  readonly label: string;
  readonly origin: string;
  readonly step?: number;
  readonly untrained: boolean;
  readonly input: ModelImages;
  readonly maps: AttentionMaps;
}

export interface Attention {
  /** Paths of the images, in the order of the maps. */
  readonly images: readonly string[];
  readonly networks: readonly NetworkAttention[];
  /** for users */
  readonly notes: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

interface Opened extends Imported {
  readonly untrained: boolean;
}

/** @throws StudioError `no-images`, `too-many-broken-images`; errors of opening models and images */
export async function attention(order: AttentionOrder): Promise<Attention> {
  const { workspace, networks, count, device, onProgress } = order;
  const opened: Opened[] = [];
  for (const { untrained = false, reference, ...which } of networks)
    opened.push({ untrained, ...(await openModel(reference, { workspace, ...which })) });
  const given = order.images.length > 0 ? order.images : trainedOn(opened[0]!.model);
  const { stacks } = divisionOf(divisionOfModel(opened[0]!.model));
  const paths = await someImages(given, count, stacks);
  if (paths.length === 0) throw noImages(given);
  const leftOut: LeftOut[] = [];
  const total = networks.length * paths.length;
  const found: NetworkAttention[] = [];
  let kept = paths;
  for (const each of opened) {
    const input = imagesOfModel(each.model);
    const { pixels, broken } = await loadImages(kept, input);
    // The first network tells which images can be read; others are given these alone.
    if (found.length > 0 && broken.length > 0) throw noneReadable(broken.length, broken[0]!);
    leftOut.push(...broken);
    kept = kept.filter((path) => !broken.some((one) => one.path === path));
    if (kept.length === 0) throw noneReadable(broken.length, broken.at(-1)!);
    const before = found.length * paths.length;
    const onOne = ({ done }: { readonly done: number }) =>
      onProgress?.({ done: before + done, total });
    found.push(await attentionOf(each, { pixels, images: kept.length, device, onProgress: onOne }));
  }
  const notes = [
    ...opened.flatMap(({ report, model }) => [...report.notes, ...notesOf(model)]),
    ...leftOutNotes('Images that cannot be decoded', leftOut),
  ];
  return { images: kept, networks: found, notes: [...new Set(notes)], leftOut };
}

function trainedOn({ about, origin }: Model): readonly string[] {
  const folders = about.dataset?.folders ?? [];
  if (folders.length > 0) return folders;
  throw new StudioError('no-images', `${origin} does not say which images it was trained on.`, {
    advice: 'Name images or a folder of images.',
  });
}

interface LoadedImages {
  /** [images, C, H, W], without those that are broken */
  readonly pixels: Float32Array;
  readonly broken: readonly LeftOut[];
}

async function loadImages(paths: readonly string[], input: ModelImages): Promise<LoadedImages> {
  const size = imageElements(input);
  const broken = new Map<number, string>();
  const all = await loadEvalImages(
    paths.map((path) => ({ path })),
    input,
    (position, reason) => broken.set(position, reason),
  );
  const pixels = new Float32Array((paths.length - broken.size) * size);
  let at = 0;
  for (const i of paths.keys())
    if (!broken.has(i)) pixels.set(all.subarray(i * size, (i + 1) * size), size * at++);
  return {
    pixels,
    broken: [...broken].map(([i, reason]) => ({ path: paths[i]!, reason })),
  };
}

interface LoadedSource {
  readonly pixels: Float32Array;
  readonly images: number;
  readonly device: string | undefined;
  readonly onProgress: (progress: { readonly done: number }) => void;
}

async function attentionOf(
  { model, untrained }: Opened,
  { pixels, images, device, onProgress }: LoadedSource,
): Promise<NetworkAttention> {
  const start = untrained ? untrainedNetwork(model) : undefined;
  const size = imageElements(model.vit);
  const maps = await attentionMaps({
    vit: model.vit,
    tensors: start?.tensors ?? model.tensors,
    images,
    load: async (from, to) => pixels.subarray(from * size, to * size),
    onProgress,
    ...defined({ device }),
  });
  const { origin, about } = model;
  return {
    label: start === undefined ? origin : `untrained, seed ${start.seed}`,
    origin,
    untrained,
    ...defined({ step: untrained ? undefined : about.step }),
    input: imagesOfModel(model),
    maps,
  };
}

function notesOf({ detector, origin }: Model): string[] {
  if (detector === undefined) return [];
  return [`${origin}: maps are those of the patches without the queries of its last blocks.`];
}
