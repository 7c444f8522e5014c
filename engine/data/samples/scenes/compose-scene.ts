/**
 * A scene: cut-outs of photographs on photographic ground, in several sizes, some before others,
 * with the pixels of each that are seen.
 */
import { encodeMask, type RunLengths } from '../../../geometry/run-length.ts';
import type { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
import { CIFAR_SIDE, type CifarPhoto } from '../sample-package.ts';
import { drawGround } from './ground.ts';
import { findOutline, type Outline, radiusAt } from './outline.ts';
import { sampleBicubic } from './sample-pixels.ts';

export interface SceneObject {
  /** index of its class */
  readonly label: number;
  /** the pixels that are seen */
  readonly runs: RunLengths;
}

export interface Scene {
  readonly image: RgbImage;
  /** [height, width] row by row: 0 for ground, else the index of the class + 1 */
  readonly mask: Uint8Array;
  readonly objects: readonly SceneObject[];
}

/** Sides of scenes, in steps of 16 pixels. */
const SHORTEST = 128;
const LONGEST = 256;
const FEWEST = 2;
const MOST = 8;
/** Of the shorter side of the scene, for the width of a cut-out. */
const SMALLEST = 0.16;
const LARGEST = 0.55;
/** Of each object so much stays in sight; other places are tried where it would not. */
const LEAST_SEEN = 0.35;
const TRIES = 12;

interface Placement {
  readonly outline: Outline;
  readonly pixels: Uint8Array;
  readonly x: number;
  readonly y: number;
  /** pixels of the scene for one of the photograph */
  readonly scale: number;
  readonly angle: number;
  readonly mirrored: boolean;
}

/**
 * @param photoOf the next photograph of a class
 * @param photos from which ground is taken
 */
export function composeScene(
  photoOf: (label: number) => CifarPhoto,
  photos: readonly CifarPhoto[],
  classes: number,
  random: RandomStream,
): Scene {
  const side = () => SHORTEST + 16 * random.integer((LONGEST - SHORTEST) / 16 + 1);
  const [width, height] = [side(), side()];
  const image = drawGround(photos, width, height, random);
  /** Number of the object that is seen, from 1. */
  const seen = new Uint8Array(width * height);
  const labels: number[] = [];
  const sizes: number[] = [];
  const wanted = FEWEST + random.integer(MOST - FEWEST + 1);
  for (let i = 0; i < wanted; i++) {
    const label = random.integer(classes);
    const { pixels } = photoOf(label);
    const middle = CIFAR_SIDE / 2 - 0.5;
    const outline = findOutline(
      pixels,
      middle + random.between(-1, 1),
      middle + random.between(-1, 1),
    );
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const placement = place({ outline, pixels }, width, height, random);
      const cover = coverOf(placement, width, height);
      if (!fits(cover, seen, sizes)) continue;
      labels.push(label);
      sizes.push(cover.pixels.length);
      paint(image, placement, cover, seen, labels.length);
      break;
    }
  }
  const objects = labels.map((label, i): SceneObject => {
    const own = seen.map((number) => (number === i + 1 ? 1 : 0));
    return { label, runs: encodeMask(own, height, width) };
  });
  return {
    image,
    mask: seen.map((number) => (number === 0 ? 0 : labels[number - 1]! + 1)),
    objects,
  };
}

function place(
  cutOut: Pick<Placement, 'outline' | 'pixels'>,
  width: number,
  height: number,
  random: RandomStream,
): Placement {
  // Small ones are as frequent as large ones of a given ratio.
  const share = SMALLEST * (LARGEST / SMALLEST) ** random.uniform();
  const size = share * Math.min(width, height);
  const margin = 0.3 * size;
  return {
    ...cutOut,
    scale: size / (2 * Math.max(...cutOut.outline.radii)),
    x: random.between(margin, width - margin),
    y: random.between(margin, height - margin),
    angle: random.between(-0.4, 0.4),
    mirrored: random.uniform() < 0.5,
  };
}

/** The pixels of a placed cut-out with their shares of cover and places in the photograph. */
interface Cover {
  /** positions in the scene that it covers by half or more */
  readonly pixels: readonly number[];
  /** position, share of cover, place in the photograph across and down, for each pixel in turn */
  readonly all: readonly number[];
}

function coverOf(
  { outline, x, y, scale, angle, mirrored }: Placement,
  width: number,
  height: number,
): Cover {
  const reach = scale * (Math.max(...outline.radii) + 1);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const all: number[] = [];
  const pixels: number[] = [];
  const last = (value: number, size: number) => Math.min(size - 1, Math.ceil(value));
  for (let py = Math.max(0, Math.floor(y - reach)); py <= last(y + reach, height); py++)
    for (let px = Math.max(0, Math.floor(x - reach)); px <= last(x + reach, width); px++) {
      const [across, down] = [(px + 0.5 - x) / scale, (py + 0.5 - y) / scale];
      const u = (across * cos + down * sin) * (mirrored ? -1 : 1);
      const v = down * cos - across * sin;
      const inside = (radiusAt(outline, Math.atan2(v, u)) - Math.hypot(u, v)) * scale;
      // The border is a pixel wide, as of a photograph.
      const share = Math.min(1, inside + 0.5);
      if (share <= 0) continue;
      const at = py * width + px;
      all.push(at, share, outline.x + u, outline.y + v);
      if (share >= 0.5) pixels.push(at);
    }
  return { pixels, all };
}

/** Whether enough stays in sight of all objects that are there. */
function fits({ pixels }: Cover, seen: Uint8Array, sizes: readonly number[]): boolean {
  if (pixels.length === 0) return false;
  const left = new Uint32Array(sizes.length + 1);
  for (const number of seen) left[number]!++;
  for (const at of pixels) left[seen[at]!]!--;
  return sizes.every((size, i) => left[i + 1]! >= LEAST_SEEN * size);
}

function paint(
  { data }: RgbImage,
  { pixels }: Placement,
  { all }: Cover,
  seen: Uint8Array,
  number: number,
): void {
  const colour = [0, 0, 0];
  for (let i = 0; i < all.length; i += 4) {
    const [at, share] = [all[i]!, all[i + 1]!];
    sampleBicubic(pixels, all[i + 2]!, all[i + 3]!, colour);
    for (let channel = 0; channel < 3; channel++) {
      const value = (1 - share) * data[at * 3 + channel]! + share * colour[channel]!;
      data[at * 3 + channel] = Math.min(255, Math.max(0, Math.round(value)));
    }
    if (share >= 0.5) seen[at] = number;
  }
}
