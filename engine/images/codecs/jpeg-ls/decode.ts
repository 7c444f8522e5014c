/**
 * JPEG-LS, lossless and near-lossless, 2 to 16 bits.
 *
 * @source ITU-T T.87
 */
import { damagedBy, unsupported } from '../../errors.ts';
import { type Decoded, type Expected, requireExpected } from '../decoded.ts';
import { asBuffer, type JpegFrame, MARKER, nextSegment, readJpegFrame } from '../jpeg-markers.ts';
import { type Coding, defaultCoding } from './coding.ts';
import { ScanReader } from './read-scan.ts';
import { ScanBits } from './scan-bits.ts';

/** Preset parameters, and the segment of a vendor that states a transform of colours. */
const [PRESETS, VENDOR] = [0xf8, 0xe8];

interface Scan {
  /** components in the scan, as positions in the frame */
  readonly channels: readonly number[];
  readonly near: number;
  readonly interleave: 'none' | 'rows' | 'pixels';
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export function decodeJpegLs(data: Uint8Array, expected: Expected): Decoded {
  const bytes = asBuffer(data);
  const frame = readJpegFrame(bytes);
  const { marker, width, height, bits, components } = frame;
  const channels = components.length;
  if (marker !== MARKER.ls) throw damagedBy('its picture is not JPEG-LS');
  requireExpected({ width, height, channels }, expected);
  if (bits < 2 || bits > 16) throw damagedBy(`its JPEG-LS values have ${bits} bits`);
  if (components.some(({ sampling }) => sampling !== components[0]!.sampling))
    throw unsupported('it is JPEG-LS with components of different sizes');
  const size = width * height * channels;
  const values = bits > 8 ? new Uint16Array(size) : new Uint8Array(size);
  readScans(bytes, frame, values);
  return { width, height, channels, bits, isSigned: false, values };
}

function readScans(bytes: Buffer, frame: JpegFrame, values: Uint8Array | Uint16Array): void {
  const missing = new Set(frame.components.map((_, channel) => channel));
  let presets: Buffer | undefined;
  for (let at = 2; missing.size > 0; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined) throw damagedBy('its JPEG-LS data end too early');
    const { marker, body, next } = segment;
    at = next;
    if (marker === PRESETS) presets = presetsOf(body);
    if (marker === MARKER.restart && body.some((byte) => byte !== 0))
      throw unsupported('it is JPEG-LS with restarts');
    if (marker === VENDOR && body.toString('latin1', 0, 4) === 'mrfx' && body[4] !== 0)
      throw unsupported('it is JPEG-LS with a transform of colours');
    if (marker !== MARKER.scan) continue;
    const scan = scanOf(body, frame);
    const input = new ScanBits(bytes, at);
    readScan(input, frame, scan, codingOf(presets, frame, scan), values);
    at = input.position;
    for (const channel of scan.channels)
      if (!missing.delete(channel)) throw damagedBy('its JPEG-LS data have a component twice');
  }
}

function presetsOf(body: Buffer): Buffer {
  if (body[0] !== 1) throw unsupported('it is JPEG-LS with tables of values');
  if (body.length < 11) throw damagedBy('its JPEG-LS parameters are cut');
  return body;
}

function scanOf(body: Buffer, { components }: JpegFrame): Scan {
  const count = body[0] ?? 0;
  if (count === 0 || count > components.length || body.length < 4 + 2 * count)
    throw damagedBy('its JPEG-LS scan is wrong');
  const channels = Array.from({ length: count }, (_, i) => {
    if (body[2 + 2 * i] !== 0) throw unsupported('it is JPEG-LS with tables of values');
    return components.findIndex(({ id }) => id === body[1 + 2 * i]);
  });
  const [near, mode, shift] = [body[1 + 2 * count]!, body[2 + 2 * count]!, body[3 + 2 * count]!];
  if (channels.includes(-1) || mode > 2 || (mode === 0 && count > 1))
    throw damagedBy('its JPEG-LS scan is wrong');
  if (shift !== 0) throw unsupported('it is JPEG-LS with values that are shifted');
  return { channels, near, interleave: mode === 2 ? 'pixels' : mode === 1 ? 'rows' : 'none' };
}

/** A parameter of 0 has its default. */
function codingOf(presets: Buffer | undefined, { bits }: JpegFrame, { near }: Scan): Coding {
  const stated = (i: number) => presets?.readUInt16BE(1 + 2 * i) || undefined;
  const maximum = stated(0) ?? 2 ** bits - 1;
  if (maximum >= 2 ** bits || near > Math.min(255, maximum >> 1))
    throw damagedBy('its JPEG-LS parameters are wrong');
  const usual = defaultCoding(maximum, near);
  const [first, second, third] = usual.thresholds.map((value, i) => stated(1 + i) ?? value);
  const reset = stated(4) ?? usual.reset;
  const isRising = near < first! && first! <= second! && second! <= third! && third! <= maximum;
  if (!isRising || reset < 3) throw damagedBy('its JPEG-LS parameters are wrong');
  return { ...usual, thresholds: [first!, second!, third!], reset };
}

function readScan(
  input: ScanBits,
  { width, height }: JpegFrame,
  { channels, interleave }: Scan,
  coding: Coding,
  values: Uint8Array | Uint16Array,
): void {
  const reader = new ScanReader(input, coding, width);
  let above = channels.map(() => new Int32Array(width + 2));
  let rows = channels.map(() => new Int32Array(width + 2));
  const together =
    interleave === 'pixels' ? [channels.map((_, i) => i)] : channels.map((_, i) => [i]);
  const runs = together.map(() => 0);
  for (let y = 0; y < height; y++) {
    together.forEach((parts, group) => {
      const these = parts.map((part) => rows[part]!);
      const before = parts.map((part) => above[part]!);
      runs[group] = reader.readRow(these, before, runs[group]!);
    });
    channels.forEach((channel, i) => {
      values.set(rows[i]!.subarray(1, width + 1), (channel * height + y) * width);
    });
    [above, rows] = [rows, above];
  }
}
