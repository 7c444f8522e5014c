/**
 * OME-TIFF: which page holds which channel, slice and time.
 *
 * @source OME-TIFF specification 6.3 (openmicroscopy.org)
 */
import sax from 'sax';
import { damagedBy, unsupported } from '../errors.ts';
import type { ReadChoices } from '../stored-image.ts';
import { axesStack, type Stack } from './stack.ts';

const MOST_PLANES = 65_536;

/** Pixels of one image, as the description has them. */
interface OmePixels {
  readonly order: string;
  readonly sizes: Readonly<Record<Axis, number>>;
  readonly channels: { readonly samples: number; readonly name: string | undefined }[];
  readonly blocks: OmeBlock[];
}

type Axis = 'C' | 'Z' | 'T';

/** Planes that follow each other in pages of the file. */
interface OmeBlock {
  readonly first: Readonly<Record<Axis, number>>;
  readonly page: number;
  /** all that are left, without a count */
  readonly planes: number | undefined;
  isElsewhere: boolean;
}

/** @returns undefined for a description that is not of OME */
export function omeStack(
  description: string | undefined,
  pages: number,
  choice: ReadChoices['pages'],
): Stack | undefined {
  if (description === undefined || !/<(\w+:)?OME[\s>]/.test(description)) return undefined;
  const images = parse(description);
  const [pixels] = images;
  if (pixels === undefined) throw unsupported('its OME description is in another file');
  if (images.length > 1 && choice !== 'first')
    throw unsupported(
      `it holds ${images.length} OME images; they are read one by one after they are split`,
    );
  const { sizes, channels } = pixels;
  // A channel of several samples, such as RGB, is one page.
  const perPage = channels[0]?.samples ?? 1;
  if (channels.some(({ samples }) => samples !== perPage))
    throw unsupported('its OME channels have different numbers of samples');
  const planes = sizes.C / perPage;
  if (!Number.isInteger(planes)) throw damagedBy('its OME channels do not divide into samples');
  const pageOf = placePlanes(pixels, planes, pages);
  const names = channels.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const hasNames = perPage === 1 && names.length === planes;
  const stack = axesStack(
    { C: planes, Z: sizes.Z, T: sizes.T },
    ({ C, Z, T }) => pageOf(C, Z, T),
    choice,
  );
  // Several slices or times of a channel have one name.
  const isNamed = hasNames && (choice === 'C' || choice === 'first');
  return isNamed ? { ...stack, channelNames: names } : stack;
}

/** @returns the page of a plane; of planes in other files an error */
function placePlanes(
  { order, sizes, blocks }: OmePixels,
  channels: number,
  pages: number,
): (c: number, z: number, t: number) => number {
  const counts = { C: channels, Z: sizes.Z, T: sizes.T };
  const total = counts.C * counts.Z * counts.T;
  if (!(total >= 1 && total <= MOST_PLANES))
    throw unsupported(`its OME description has ${total} planes`);
  const axes = [...order.replace(/^XY/, '')] as Axis[];
  if (axes.length !== 3 || !(['C', 'Z', 'T'] as const).every((axis) => axes.includes(axis)))
    throw damagedBy(`its OME order of dimensions is "${order}"`);
  const indexOf = (at: Readonly<Record<Axis, number>>) => {
    let [index, step] = [0, 1];
    for (const axis of axes) {
      index += at[axis] * step;
      step *= counts[axis];
    }
    return index;
  };
  const page = new Map<number, number>();
  const elsewhere = new Set<number>();
  const whole = { first: { C: 0, Z: 0, T: 0 }, page: 0, planes: undefined, isElsewhere: false };
  for (const block of blocks.length === 0 ? [whole] : blocks) {
    const start = indexOf(block.first);
    const end = Math.min(total, start + (block.planes ?? total));
    for (let index = start; index < end; index++) {
      if (block.isElsewhere) elsewhere.add(index);
      else page.set(index, block.page + index - start);
    }
  }
  if (elsewhere.size > 0)
    throw unsupported(
      `${elsewhere.size} of its ${total} OME planes are in other files; save it as one file`,
    );
  for (let index = 0; index < total; index++) {
    const at = page.get(index);
    if (at === undefined || at >= pages)
      throw damagedBy(`its OME description has ${total} planes, and plane ${index} is missing`);
  }
  return (C, Z, T) => page.get(indexOf({ C, Z, T }))!;
}

/** Images with pixels. A description that only refers to another file has none. */
function parse(text: string): OmePixels[] {
  const images: OmePixels[] = [];
  const parser = sax.parser(true);
  let block: OmeBlock | undefined;
  let file: string | undefined;
  parser.onerror = (error) => {
    throw damagedBy('its OME description is not XML', error);
  };
  parser.onopentag = ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    const pixels = images.at(-1);
    switch (name.replace(/^\w+:/, '')) {
      case 'OME':
        file = given['UUID'];
        break;
      case 'Pixels':
        images.push(pixelsOf(given));
        break;
      case 'Channel':
        pixels?.channels.push({
          samples: integer(given['SamplesPerPixel'], 1),
          name: given['Name'],
        });
        break;
      case 'TiffData': {
        block = blockOf(given);
        pixels?.blocks.push(block);
        break;
      }
    }
  };
  parser.ontext = (uuid) => {
    // Planes of a file of a set carry its UUID.
    if (block === undefined || uuid.trim() === '') return;
    file ??= uuid.trim();
    block.isElsewhere = uuid.trim() !== file;
  };
  parser.onclosetag = (name) => {
    if (/(^|:)TiffData$/.test(name)) block = undefined;
  };
  parser.write(text).close();
  return images;
}

function pixelsOf(given: Readonly<Record<string, string>>): OmePixels {
  const size = (axis: Axis) => integer(given[`Size${axis}`], 1);
  return {
    order: given['DimensionOrder'] ?? 'XYCZT',
    sizes: { C: size('C'), Z: size('Z'), T: size('T') },
    channels: [],
    blocks: [],
  };
}

function blockOf(given: Readonly<Record<string, string>>): OmeBlock {
  const first = (axis: Axis) => integer(given[`First${axis}`], 0);
  const count = given['PlaneCount'];
  // With a page and without a count it is one plane.
  const planes =
    count === undefined ? (given['IFD'] === undefined ? undefined : 1) : integer(count, 1);
  return {
    first: { C: first('C'), Z: first('Z'), T: first('T') },
    page: integer(given['IFD'], 0),
    planes,
    isElsewhere: false,
  };
}

function integer(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw damagedBy(`its OME description has the number "${text.slice(0, 20)}"`);
}
