/**
 * Headers of JPEG XL codestreams: what a picture is, before anything of it is decoded.
 *
 * @source ISO/IEC 18181-1, annex D
 */
import { damagedBy, unsupported } from '../errors.ts';
import { HeaderBits } from './header-bits.ts';

export interface JxlHeader {
  /** of the upright picture */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** of a value, 1 to 16 */
  readonly bits: number;
}

const START = [0xff, 0x0a];
const GREY = 1;
const ALPHA = 0;
/** Kinds of further channels, by their numbers. */
const KINDS: Readonly<Record<number, string>> = {
  1: 'depth',
  2: 'a spot colour',
  3: 'a selection',
  4: 'black ink',
  5: 'raw values of a camera',
  6: 'temperatures',
};
/** Widths as parts of heights. */
const RATIOS = [undefined, [1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]] as const;

export function isCodestream(bytes: Uint8Array): boolean {
  return START.every((byte, i) => bytes[i] === byte);
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export function readHeader(codestream: Uint8Array): JxlHeader {
  if (!isCodestream(codestream)) throw damagedBy('its picture does not begin as JPEG XL does');
  const fields = new HeaderBits(codestream.subarray(START.length));
  const stored = readSize(fields);
  // All as usual: RGB of 8 bits, upright, without further channels.
  if (fields.flag()) return { ...stored, channels: 3, bits: 8 };
  const orientation = fields.flag() ? readExtra(fields) : 1;
  const bits = readDepth(fields);
  if (bits === undefined)
    throw unsupported(
      'it is JPEG XL with floating point numbers, which its decoder rounds and cuts',
    );
  if (bits > 16)
    throw unsupported(`it is JPEG XL with ${bits} bits, of which its decoder gives 16`);
  fields.flag();
  requireKnownChannels(fields);
  // Whether values were stored as colours of the eye, which the decoder undoes.
  fields.flag();
  const channels = readColours(fields);
  const { width, height } = stored;
  return orientation > 4
    ? { width: height, height: width, channels, bits }
    : { width, height, channels, bits };
}

function readSize(fields: HeaderBits): { width: number; height: number } {
  const isSmall = fields.flag();
  const side = () =>
    isSmall ? 8 * (1 + fields.bits(5)) : fields.number([1, 9], [1, 13], [1, 18], [1, 30]);
  const height = side();
  const ratio = RATIOS[fields.bits(3)];
  const width = ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side();
  return { width, height };
}

/** @returns orientation, as in Exif */
function readExtra(fields: HeaderBits): number {
  const orientation = 1 + fields.bits(3);
  if (fields.flag()) readSize(fields);
  if (fields.flag()) skipPreviewSize(fields);
  if (fields.flag()) throw unsupported('it is an animation in JPEG XL');
  return orientation;
}

function skipPreviewSize(fields: HeaderBits): void {
  const isSmall = fields.flag();
  const skipSide = () =>
    isSmall
      ? fields.number([16, 0], [32, 0], [1, 5], [33, 9])
      : fields.number([1, 6], [65, 8], [321, 10], [1345, 12]);
  skipSide();
  if (fields.bits(3) === 0) skipSide();
}

/** @returns undefined for floating point numbers */
function readDepth(fields: HeaderBits): number | undefined {
  if (!fields.flag()) return fields.number([8, 0], [10, 0], [12, 0], [1, 6]);
  fields.number([32, 0], [16, 0], [24, 0], [1, 6]);
  fields.bits(4);
  return undefined;
}

/** Transparency is dropped; other further channels would be lost. */
function requireKnownChannels(fields: HeaderBits): void {
  const count = fields.number([0, 0], [1, 0], [2, 4], [1, 12]);
  for (let i = 0; i < count; i++) {
    if (fields.flag()) continue;
    const kind = fields.choice();
    if (kind !== ALPHA)
      throw unsupported(
        `it is JPEG XL with a further channel: ${KINDS[kind] ?? 'of an unknown kind'}`,
      );
    readDepth(fields);
    fields.number([0, 0], [3, 0], [4, 0], [1, 3]);
    fields.skip(8 * fields.number([0, 0], [0, 4], [16, 5], [48, 10]));
    if (fields.flag())
      throw unsupported('it is JPEG XL whose colours are multiplied by transparency');
  }
}

function readColours(fields: HeaderBits): 1 | 3 {
  if (fields.flag()) return 3;
  // Whether a colour profile follows, which is not applied.
  fields.flag();
  return fields.choice() === GREY ? 1 : 3;
}
