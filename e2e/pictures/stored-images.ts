/**
 * Made-up microscopy of six channels of 16 bits, slices of a scanner and a whole slide, for the pictures.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeSlide } from '../../engine/data/pixels/tiles/testing/slide.ts';
import { omeTiff } from '../../engine/images/tiff/testing/ome-tiff.ts';
import { RandomStream } from '../../engine/random/philox.ts';

const [FIELDS, FIELD_SIDE, CHANNELS, CELLS] = [36, 160, 6, 14];
/** Above the limit of images that are read whole. */
const SLIDE_SIDE = 20_000;
const [SLICES, SLICE_SIDE] = [24, 192];
/** Of a number of 12 bits: air is 24, water 1024. */
const [AIR, WATER] = [24, 1024];

export function writeStoredImages(cells: string, slices: string, slide: string): void {
  if (!existsSync(slide)) {
    mkdirSync(slide, { recursive: true });
    writeFileSync(path.join(slide, 'slide.tif'), writeSlide(SLIDE_SIDE, { copies: 5 }));
  }
  if (!existsSync(cells)) {
    mkdirSync(cells, { recursive: true });
    for (let i = 0; i < FIELDS; i++)
      writeFileSync(
        path.join(cells, `field-${String(i + 1).padStart(2, '0')}.ome.tif`),
        omeTiff(fieldOfCells(i), [CHANNELS, FIELD_SIDE, FIELD_SIDE]),
      );
  }
  if (!existsSync(slices)) {
    mkdirSync(slices, { recursive: true });
    for (let i = 0; i < SLICES; i++)
      writeFileSync(
        path.join(slices, `slice-${String(i + 1).padStart(2, '0')}.dcm`),
        dicom(headSlice(i / (SLICES - 1)), SLICE_SIDE),
      );
  }
}

/** Nuclei, nucleoli, reticulum, filaments at the rim, mitochondria and noise of background. */
function fieldOfCells(number: number): Uint16Array {
  const random = new RandomStream(number, 'scene');
  const plane = FIELD_SIDE * FIELD_SIDE;
  const values = new Uint16Array(CHANNELS * plane).map(() => 260 + random.integer(90));
  for (let cell = 0; cell < CELLS; cell++) {
    const [cx, cy] = [random.uniform() * FIELD_SIDE, random.uniform() * FIELD_SIDE];
    const [radius, angle, phase] = [
      15 + 9 * random.uniform(),
      random.uniform() * Math.PI,
      cell * 7,
    ];
    const bright = 0.6 + 0.4 * random.uniform();
    for (let i = 0; i < plane; i++) {
      const [dx, dy] = [(i % FIELD_SIDE) - cx, Math.floor(i / FIELD_SIDE) - cy];
      const [u, v] = [
        (dx * Math.cos(angle) + dy * Math.sin(angle)) / 1.25,
        dy * Math.cos(angle) - dx * Math.sin(angle),
      ];
      const distance = Math.hypot(u, v) / radius;
      if (distance > 1.2) continue;
      const rays = 0.5 + 0.5 * Math.sin(Math.atan2(v, u) * 17 + phase + 4 * distance);
      const dots = Math.max(0, Math.sin(dx * 0.9 + phase) * Math.sin(dy * 0.8 + phase) - 0.35);
      const inside = distance < 1 ? 1 - distance : 0;
      const nucleus = distance < 0.42 ? 1 - 0.35 * rays * distance : 0;
      const amounts = [
        5200 * nucleus,
        3600 * (nucleus > 0 ? Math.max(0, Math.sin(u * 0.8 + phase) * Math.sin(v * 0.9)) ** 3 : 0),
        2600 * inside * (1 - 0.8 * (nucleus > 0 ? 1 : 0)),
        3100 * Math.exp(-(((distance - 0.95) / 0.09) ** 2)) + 900 * inside * rays,
        4200 * (nucleus > 0 ? 0 : dots * Math.min(1, 2 * inside)),
        700 * inside * rays,
      ];
      for (const [channel, amount] of amounts.entries())
        values[channel * plane + i] = Math.min(
          65_535,
          values[channel * plane + i]! + bright * amount,
        );
    }
  }
  return values;
}

/** Ellipses of a head: skull, brain, ventricles and a round lesion. */
function headSlice(height: number): Uint16Array {
  const random = new RandomStream(Math.round(1000 * height), 'scene');
  const size = 0.55 + 0.4 * Math.sin(Math.PI * (0.12 + 0.76 * height));
  return Uint16Array.from({ length: SLICE_SIDE * SLICE_SIDE }, (_, i) => {
    const x = ((i % SLICE_SIDE) / SLICE_SIDE - 0.5) * 2;
    const y = (Math.floor(i / SLICE_SIDE) / SLICE_SIDE - 0.5) * 2;
    const within = (cx: number, cy: number, a: number, b: number) =>
      ((x - cx) / (a * size)) ** 2 + ((y - cy) / (b * size)) ** 2 < 1;
    let value = AIR;
    if (within(0, 0, 0.76, 0.95)) value = WATER + 40;
    if (within(0, 0, 0.72, 0.91)) value = WATER + 1100;
    if (within(0, 0, 0.65, 0.84)) {
      const folds = Math.sin(24 * x + 4 * Math.sin(9 * y)) * Math.sin(21 * y + 5 * Math.sin(8 * x));
      value = WATER + 34 + 5 * folds;
      const wide = 0.2 * Math.sin(Math.PI * height);
      if (within(-0.14, 0.02, 0.6 * wide, 1.9 * wide)) value = WATER + 4;
      if (within(0.14, 0.02, 0.6 * wide, 1.9 * wide)) value = WATER + 4;
      if (height > 0.4 && height < 0.7 && within(0.3, -0.35, 0.13, 0.13)) value = WATER + 62;
    }
    return Math.max(0, Math.round(value + 6 * (random.uniform() + random.uniform() - 1)));
  });
}

/** Explicit, little-endian; values of 12 bits with a rescaling and the window of a brain. */
function dicom(values: Uint16Array, side: number): Buffer {
  const number = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const elements = [
    element(0x0028, 0x0002, 'US', number(1)),
    element(0x0028, 0x0004, 'CS', Buffer.from('MONOCHROME2 ')),
    element(0x0028, 0x0010, 'US', number(side)),
    element(0x0028, 0x0011, 'US', number(side)),
    element(0x0028, 0x0100, 'US', number(16)),
    element(0x0028, 0x0101, 'US', number(12)),
    element(0x0028, 0x0102, 'US', number(11)),
    element(0x0028, 0x0103, 'US', number(0)),
    element(0x0028, 0x1050, 'DS', Buffer.from('40')),
    element(0x0028, 0x1051, 'DS', Buffer.from('80')),
    element(0x0028, 0x1052, 'DS', Buffer.from('-1024 ')),
    element(0x0028, 0x1053, 'DS', Buffer.from('1 ')),
    element(0x7fe0, 0x0010, 'OW', Buffer.from(values.buffer)),
  ];
  const syntax = element(0x0002, 0x0010, 'UI', Buffer.from('1.2.840.10008.1.2.1\0'));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(syntax.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', length),
    syntax,
    ...elements,
  ]);
}

function element(group: number, tag: number, type: string, value: Buffer): Buffer {
  const isLong = type === 'OW';
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(group);
  head.writeUInt16LE(tag, 2);
  head.write(type, 4, 'latin1');
  if (isLong) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}
