/** Images for specs, drawn without native code: a process of specs has nothing that could stop it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';

const CLASSES = ['discs', 'stripes'] as const;
const SIDE = 48;

type Colour = readonly [red: number, green: number, blue: number];

/**
 * Write different images of two classes: `<root>/<class>/<n>.png`.
 *
 * @param count images of each class
 */
export function writePictures(root: string, count: number, seed = 0): string {
  for (const [kind, name] of CLASSES.entries()) {
    const folder = path.join(root, name);
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < count; i++) {
      const colourAt = picture(kind, seed * 1000 + i);
      writePng(path.join(folder, `${String(i).padStart(3, '0')}.png`), [SIDE, SIDE], colourAt);
    }
  }
  return root;
}

/** @param size width and height in pixels */
export function writePng(
  file: string,
  [width, height]: readonly [width: number, height: number],
  colourAt: (x: number, y: number) => Colour,
): void {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    data.set(colourAt(i % width, Math.floor(i / width)), i * 3);
  writeFileSync(file, encode({ width, height, data, channels: 3 }));
}

function picture(kind: number, number: number): (x: number, y: number) => Colour {
  const hue = (number * 47) % 360;
  const [centreX, centreY, radius] = [
    12 + ((number * 7) % 24),
    12 + ((number * 11) % 24),
    6 + (number % 8),
  ];
  const ground = colour((hue + 120) % 360, 0.5, 0.7);
  const shape = colour(hue, 0.7, 0.4);
  const isInside =
    kind === 0
      ? (x: number, y: number) => Math.hypot(x - centreX, y - centreY) < radius
      : (x: number) => (x + 8 - (number % 5)) % 8 < 3 + (number % 3);
  return (x, y) => (isInside(x, y) ? shape : ground);
}

/** @param hue in degrees, with saturation and lightness from 0 to 1 */
function colour(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const [red, green, blue] = [0, 8, 4].map((offset) => {
    const sector = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(sector - 3, 9 - sector, 1));
    return Math.round(value * 255);
  });
  return [red!, green!, blue!];
}
