/** The bytes of the pixels in a strip or tile, for compressions that do not know of pixels. */
import { unpackBits } from '../codecs/pack-bits.ts';
import { unzstd } from '../codecs/unzstd.ts';
import { decodeXz } from '../codecs/xz/xz.ts';
import { damagedBy } from '../errors.ts';
import { inflate } from './inflate.ts';
import { decodeLzw } from './lzw.ts';
import { COMPRESSION } from './tags.ts';

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array | Promise<Uint8Array>;

const METHODS: Readonly<Record<number, Decompress>> = {
  [COMPRESSION.none]: (bytes) => bytes,
  [COMPRESSION.lzw]: decodeLzw,
  [COMPRESSION.deflate]: inflate,
  [COMPRESSION.oldDeflate]: inflate,
  [COMPRESSION.packBits]: (bytes, length) => {
    const decoded = new Uint8Array(length);
    unpackBits(bytes, decoded);
    return decoded;
  },
  [COMPRESSION.lzma]: decodeXz,
  [COMPRESSION.zstd]: unzstd,
  [COMPRESSION.oldZstd]: unzstd,
};

export function isOfBytes(compression: number): boolean {
  return compression in METHODS;
}

/**
 * @param length bytes of the pixels; what follows is ignored
 * @returns an array of its own of that length
 * @throws StudioError `image-damaged`
 */
export async function decompress(
  coded: Uint8Array,
  compression: number,
  length: number,
  isLowBitFirst: boolean,
): Promise<Uint8Array> {
  const bytes = isLowBitFirst ? coded.map((byte) => REVERSED[byte]!) : coded;
  const decoded = await METHODS[compression]!(bytes, length);
  if (decoded.length < length) throw damagedBy('parts of its picture are cut');
  // Predictors are undone in place, and the bytes of a source are not to be changed.
  return decoded === coded
    ? new Uint8Array(coded.subarray(0, length))
    : decoded.subarray(0, length);
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) reversed |= 0x80 >> bit;
  return reversed;
});
