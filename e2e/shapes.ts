/** Images with labelled objects for specs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';

const [WIDTH, HEIGHT, SIDE] = [56, 40, 16];

/** Bright squares and grey bars on a dark ground, with outlines in COCO's form. */
export function writeShapes(folder: string, count: number): void {
  mkdirSync(path.join(folder, 'images'), { recursive: true });
  const images: object[] = [];
  const annotations: object[] = [];
  for (let i = 0; i < count; i++) {
    const data = new Uint8Array(3 * WIDTH * HEIGHT).fill(30);
    for (const [kind, left] of [1 + ((i * 5) % 9), 30 + ((i * 7) % 9)].entries()) {
      const [top, height] = [2 + ((i * 3) % 18), kind === 0 ? SIDE : SIDE / 2];
      for (let y = top; y < top + height; y++)
        data.fill(kind === 0 ? 230 : 130, 3 * (y * WIDTH + left), 3 * (y * WIDTH + left + SIDE));
      const [right, bottom] = [left + SIDE, top + height];
      annotations.push({
        id: annotations.length + 1,
        image_id: i,
        category_id: kind + 1,
        bbox: [left, top, SIDE, height],
        area: SIDE * height,
        iscrowd: 0,
        segmentation: [[left, top, right, top, right, bottom, left, bottom]],
      });
    }
    const file_name = `${String(i).padStart(2, '0')}.png`;
    images.push({ id: i, file_name, width: WIDTH, height: HEIGHT });
    const png = encode({ width: WIDTH, height: HEIGHT, channels: 3, data });
    writeFileSync(path.join(folder, 'images', file_name), png);
  }
  const categories = ['square', 'bar'].map((name, i) => ({ id: i + 1, name }));
  const coco = JSON.stringify({ images, annotations, categories });
  writeFileSync(path.join(folder, 'objects.json'), coco);
}
