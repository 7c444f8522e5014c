/** The literals of a block. @source RFC 8878, section 3.1.1.3.1 */
import { damagedBy } from '../../errors.ts';
import { decodeStream, type HuffmanTable, readHuffman } from './huffman-table.ts';

const [RAW, RUN, TREELESS] = [0, 1, 3];
const STREAMS = 4;

/**
 * @param most  bytes of a block
 * @param known the codes of the block before
 * @returns the literals, the codes for the next block, and the position behind both
 * @throws StudioError `image-damaged`
 */
export function readLiterals(
  block: Uint8Array,
  most: number,
  known: HuffmanTable | undefined,
): { literals: Uint8Array; table: HuffmanTable | undefined; end: number } {
  const head = block[0] ?? 0;
  const [kind, form] = [head & 3, (head >> 2) & 3];
  if (kind === RAW || kind === RUN) {
    const bytes = form === 1 ? 2 : form === 3 ? 3 : 1;
    const size = Math.floor(numberAt(block, bytes) / (bytes === 1 ? 8 : 16));
    refuseBeyond(size, most);
    if (kind === RUN) {
      const literals = new Uint8Array(size).fill(block[bytes] ?? 0);
      return { literals, table: known, end: bytes + 1 };
    }
    const end = bytes + size;
    if (end > block.length) throw damagedBy('its ZSTD data are cut');
    return { literals: block.subarray(bytes, end), table: known, end };
  }
  const [bytes, width] = form < 2 ? [3, 10] : form === 2 ? [4, 14] : [5, 18];
  const sizes = Math.floor(numberAt(block, bytes!) / 16);
  const size = sizes % 2 ** width!;
  refuseBeyond(size, most);
  const end = bytes! + Math.floor(sizes / 2 ** width!);
  if (end > block.length) throw damagedBy('its ZSTD data are cut');
  const read = kind === TREELESS ? undefined : readHuffman(block.subarray(0, end), bytes!);
  const table = read?.table ?? known;
  if (table === undefined) throw damagedBy('its ZSTD data have no codes');
  const literals = new Uint8Array(size);
  const coded = block.subarray(read?.end ?? bytes!, end);
  if (form === 0) decodeStream(coded, table, literals);
  else decodeStreams(coded, table, literals);
  return { literals, table, end };
}

function decodeStreams(coded: Uint8Array, table: HuffmanTable, literals: Uint8Array): void {
  const each = (literals.length + STREAMS - 1) >> 2;
  let from = 2 * (STREAMS - 1);
  for (let stream = 0; stream < STREAMS; stream++) {
    const isLast = stream === STREAMS - 1;
    const length = (coded[2 * stream] ?? 0) | ((coded[2 * stream + 1] ?? 0) << 8);
    const to = isLast ? coded.length : from + length;
    if (to > coded.length || each * stream > literals.length)
      throw damagedBy('literals of its ZSTD data are cut');
    const part = literals.subarray(each * stream, isLast ? literals.length : each * (stream + 1));
    decodeStream(coded.subarray(from, to), table, part);
    from = to;
  }
}

/** The first bytes as one number. */
function numberAt(block: Uint8Array, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (block[i] ?? 0);
  return value;
}

function refuseBeyond(size: number, most: number): void {
  if (size > most) throw damagedBy('literals of its ZSTD data are longer than a block');
}
