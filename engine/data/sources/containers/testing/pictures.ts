import sharp from 'sharp';

/** A small PNG file with a gradient that begins at this value. */
export function grey(value: number): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: 16 * 16 }, (_, i) => (value + i) % 256));
  return sharp(data, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toBuffer();
}
