/**
 * Image processing in configurations of transformers and timm. Scaling and normalisation are
 * adopted; resizing is done as in evaluation here, and differences are reported.
 *
 * Here a pixel x from 0 to 1 becomes (x - mean) / deviation. A processor of transformers computes
 * (255 · x · factor - offset - mean) / deviation, where each part can be disabled.
 *
 * @source transformers 4.49 image_processing_utils_fast.py, models/efficientnet, models/vivit; timm
 *   1.0.19 data/transforms_factory.py
 */

import { z } from 'zod';
import { defined } from '../../contract/defined.ts';
import { MOST_CHANNELS } from '../../contract/settings/setting.ts';
import { authorsCropRatio } from '../../data/views/eval-images.ts';
import { unsupportedNetwork } from './kinds.ts';

/** One number for all channels, or one for each. */
export type ChannelValues = readonly number[];

/** Resizing of images to the network's size; unknown fields are left out. */
export interface Resizing {
  readonly file: string;
  /** Name of the filter, such as `bilinear`. */
  readonly filter?: string;
  /** Pixels of the shorter side; `both` when both become the network's, `none` for no resizing. */
  readonly shorter?: number | 'both' | 'none';
  /** The network's side over the shorter side after resizing. */
  readonly cropRatio?: number;
}

export interface ImageHints {
  readonly mean?: ChannelValues;
  readonly std?: ChannelValues;
  readonly resizing?: Resizing;
  /** Problems of the configuration, one sentence each. */
  readonly notes: readonly string[];
}

const positive = z.number().positive();
function channels(schema: z.ZodNumber) {
  return z
    .union([schema, z.array(schema).min(1).max(MOST_CHANNELS)])
    .transform((value): ChannelValues => (typeof value === 'number' ? [value] : value));
}
const means = channels(z.number());
const deviations = channels(positive);
const side = z.int().positive();
const sideSchema = z.union([
  side.transform((value) => ({ shortest_edge: value })),
  z.object({ shortest_edge: side }),
  z.object({ height: side, width: side }),
  z.tuple([side, side]).transform(([height, width]) => ({ height, width })),
]);

/** By Pillow's numbers. */
const FILTERS = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** A reader of fields by schema, which reports invalid ones. */
function reader(fields: Fields, file: string, notes: string[]) {
  return <T extends z.ZodType>(name: string, schema: T): z.infer<T> | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    const { success, data } = schema.safeParse(value);
    if (success) return data;
    // Any folder may be imported, so the content of its file is not repeated.
    notes.push(`${file} has "${name}", which cannot be understood and is left out.`);
    return undefined;
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param config   content of `preprocessor_config.json` of transformers
 * @param isScaled whether images are scaled to 0..1 before the processor gets them
 * @throws StudioError `import-unsupported` when the network takes other colours
 */
export function processorHints(config: unknown, isScaled = false): ImageHints {
  if (!isFields(config)) return { notes: [] };
  const file = 'preprocessor_config.json';
  const notes: string[] = [];
  const read = reader(config, file, notes);
  const flag = (name: string) => {
    // The meaning of null depends on the class that reads it.
    if (config[name] === null)
      notes.push(`${file} has "${name}", which is null and counts as left out.`);
    return read(name, z.boolean());
  };
  requireColours(flag);
  const rescales = flag('do_rescale') !== false;
  const normalises = flag('do_normalize') !== false;
  const own = isScaled ? 1 / 255 : 1;
  const given = rescales ? (read('rescale_factor', positive) ?? 1 / 255) : own;
  const factor = Math.abs(255 * given - 1) < 1e-6 ? 1 : 255 * given;
  const offset = rescales && (flag('rescale_offset') ?? flag('offset')) === true ? 1 : 0;
  const mean = normalises ? read('image_mean', means) : [0];
  const std = normalises ? read('image_std', deviations) : [1];
  const scaled = {
    ...(mean === undefined ? {} : { mean: mean.map((value) => (value + offset) / factor) }),
    ...(std === undefined ? {} : { std: std.map((value) => value / factor) }),
  };
  if (normalises) {
    for (const [name, value] of [
      ['image_mean', mean],
      ['image_std', std],
    ] as const)
      if (value === undefined) notes.push(`${file} normalises images and tells no "${name}".`);
  }
  if (!normalises || factor !== 1 || offset !== 0) {
    const what = [
      ...(normalises ? [] : ['does not normalise images']),
      ...(rescales || isScaled ? [] : ['leaves pixels on their scale from 0 to 255']),
      ...(rescales && factor !== 1 ? [`multiplies pixels by ${given}`] : []),
      ...(offset === 0 ? [] : ['takes 1 off afterwards']),
    ].join(' and ');
    const found =
      scaled.mean && scaled.std
        ? `, which is a mean of ${channelText(scaled.mean)} and a standard deviation of ${channelText(scaled.std)} on the scale from 0 to 1`
        : '';
    notes.push(`${file} ${what}${found}.`);
  }
  return { ...scaled, resizing: processorResizing(file, read), notes };
}

function requireColours(flag: (name: string) => boolean | undefined): void {
  if (flag('do_flip_channel_order') === true)
    throw unsupportedNetwork(
      'colours in the order blue, green, red, by its preprocessor_config.json',
    );
  if (flag('do_grayscale') === true)
    throw unsupportedNetwork('grey images, by its preprocessor_config.json');
}

function processorResizing(file: string, read: ReturnType<typeof reader>): Resizing {
  const resample = read('resample', z.int().min(0).max(5));
  const size = read('size', sideSchema);
  const cropsByDefault = read('crop_size', z.unknown()) !== undefined;
  const crops = read('do_center_crop', z.boolean()) ?? cropsByDefault;
  const resizes = read('do_resize', z.boolean()) !== false;
  const forced = size !== undefined && 'height' in size;
  const shorter = forced
    ? crops
      ? Math.min(size.height, size.width)
      : 'both'
    : size?.shortest_edge;
  return {
    file,
    ...(resample === undefined || !resizes ? {} : { filter: FILTERS[resample]! }),
    ...(!resizes ? { shorter: 'none' as const } : shorter === undefined ? {} : { shorter }),
  };
}

/** @param config `pretrained_cfg` of timm's `config.json`; in its first versions the whole file */
export function timmHints(config: unknown): ImageHints {
  if (!isFields(config)) return { notes: [] };
  const file = 'config.json';
  const notes: string[] = [];
  const read = reader(config, file, notes);
  const [mean, std] = [read('mean', means), read('std', deviations)];
  const filter = read('interpolation', z.enum([...FILTERS, 'random']));
  const cropRatio = read('crop_pct', positive);
  const squashes = read('crop_mode', z.string()) === 'squash';
  const resizing: Resizing = {
    file,
    ...(filter === undefined ? {} : { filter }),
    ...(squashes ? { shorter: 'both' as const } : cropRatio === undefined ? {} : { cropRatio }),
  };
  return { ...defined({ mean, std }), resizing, notes };
}

/** A sentence about the configuration's resizing, where it differs from evaluation here. */
export function resizingNote(
  { file, filter, shorter, cropRatio }: Resizing,
  imageSize: readonly [height: number, width: number],
): string | undefined {
  const own = authorsCropRatio(imageSize);
  const network = Math.min(...imageSize);
  const target = Math.trunc(network / own);
  const asked = cropRatio === undefined ? shorter : Math.trunc(network / cropRatio);
  const differences = [
    ...(filter === undefined || filter === 'bicubic' ? [] : [`by ${filter} interpolation`]),
    ...(asked === 'both' ? ['to the whole size, whatever their proportions'] : []),
    ...(asked === 'none' ? ['not at all'] : []),
    ...(typeof asked === 'number' && asked !== target ? [`to a shorter side of ${asked}`] : []),
  ];
  if (differences.length === 0) return undefined;
  const cut = target === network ? '' : `to ${target} `;
  return `${file} resizes images ${differences.join(' and ')}; here the shorter side is resized ${cut}by bicubic interpolation and the centre is cut out, so answers differ a little.`;
}

function channelText(values: ChannelValues): string {
  return values.map((value) => Number(value.toPrecision(4))).join(', ');
}
