/** Images for specs: real photographs where available, otherwise generated ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const CLASSES = ['discs', 'stripes'] as const;

/**
 * Write different images of two classes: `<root>/<class>/<n>.png`.
 *
 * @param count images of each class
 */
export async function writePictures(root: string, count: number, seed = 0): Promise<string> {
  for (const [kind, name] of CLASSES.entries()) {
    const folder = path.join(root, name);
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < count; i++) {
      const file = path.join(folder, `${String(i).padStart(3, '0')}.png`);
      const number = seed * 1000 + i;
      writeFileSync(
        file,
        await sharp(Buffer.from(picture(kind, number)))
          .png()
          .toBuffer(),
      );
    }
  }
  return root;
}

function picture(kind: number, number: number): string {
  const hue = (number * 47) % 360;
  const [x, y, r] = [12 + ((number * 7) % 24), 12 + ((number * 11) % 24), 6 + (number % 8)];
  const ground = `<rect width="48" height="48" fill="hsl(${(hue + 120) % 360} 50% 70%)"/>`;
  const shape =
    kind === 0
      ? `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${hue} 70% 40%)"/>`
      : Array.from(
          { length: 6 },
          (_, i) =>
            `<rect x="${i * 8 + (number % 5)}" width="${3 + (number % 3)}" height="48" fill="hsl(${hue} 70% 40%)"/>`,
        ).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">${ground}${shape}</svg>`;
}
