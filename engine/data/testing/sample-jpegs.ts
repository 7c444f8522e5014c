import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { RandomStream } from '../../random/philox.ts';

/** Write photograph-like JPEGs: smooth shapes, edges and grain, quality 90. */
export async function writeSampleJpegs(
  folder: string,
  count: number,
  { width, height } = { width: 500, height: 375 },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const random = new RandomStream(n, 'probe');
    const waves = Array.from({ length: 12 }, () => ({
      x: random.between(-0.08, 0.08),
      y: random.between(-0.08, 0.08),
      phase: random.between(0, 6.3),
      size: random.between(5, 40),
      channel: random.integer(3),
    }));
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at += 3) {
        const value = [128, 128, 128];
        for (const wave of waves) {
          const height_ = wave.size * Math.sin(wave.x * x + wave.y * y + wave.phase);
          value[wave.channel] = value[wave.channel]! + (height_ > 0 ? height_ : height_ / 4);
        }
        const grain = random.between(-8, 8);
        for (let c = 0; c < 3; c++)
          data[at + c] = Math.max(0, Math.min(255, Math.round(value[c]! + grain)));
      }
    const file = path.join(folder, `${String(n).padStart(4, '0')}.jpg`);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(file);
  }
}
