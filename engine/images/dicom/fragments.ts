/** Where the frames of compressed pixel data lie. @source DICOM PS3.5, annex A.4 */

import type { Extent } from '../byte-source.ts';
import { viewOf } from '../byte-view.ts';
import { damagedBy } from '../errors.ts';
import type { ByteSource } from '../stored-image.ts';
import { Cursor } from './cursor.ts';

const [ITEM, END_OF_SEQUENCE] = [0xfffee000, 0xfffee0dd];
const MOST_FRAGMENTS = 1_000_000;

/** The fragments of each frame. @param offset of the pixel data's first item */
export async function framesIn(
  source: ByteSource,
  offset: number,
  frames: number,
  /** offsets of frames from the end of the first item, where the data set has them */
  stated?: readonly number[],
): Promise<readonly (readonly Extent[])[]> {
  const cursor = new Cursor(source, offset);
  const table = await nextItem(cursor);
  if (table === undefined) throw damagedBy('it has no picture');
  if (table.bytes > 4 * MOST_FRAGMENTS) throw damagedBy('its table of frames is too long');
  const words = await source.read(table.offset, table.bytes);
  const starts = stated ?? offsetsIn(words);
  cursor.skip(table.bytes);
  const begin = cursor.position;
  const fragments: Extent[] = [];
  for (;;) {
    const item = await nextItem(cursor);
    if (item === undefined) break;
    if (fragments.length === MOST_FRAGMENTS) throw damagedBy('its frames are in too many parts');
    fragments.push(item);
    cursor.skip(item.bytes);
  }
  if (frames === 1 && fragments.length > 0) return [fragments];
  if (starts.length === frames) return byOffsets(fragments, starts, begin);
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  return byMarkers(source, fragments, frames);
}

async function nextItem(cursor: Cursor): Promise<Extent | undefined> {
  const head = await cursor.take(8);
  const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
  const bytes = head.readUInt32LE(4);
  if (tag === END_OF_SEQUENCE) return undefined;
  if (tag !== ITEM || bytes === 0xffffffff) throw damagedBy('its pixel data are not in fragments');
  return { offset: cursor.position, bytes };
}

function offsetsIn(words: Uint8Array): number[] {
  const view = viewOf(words);
  return Array.from({ length: words.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

/** Offsets point at the items of the first fragments, whose heads have eight bytes. */
function byOffsets(fragments: readonly Extent[], starts: readonly number[], begin: number) {
  const heads = new Map(fragments.map(({ offset }, i) => [offset - 8 - begin, i]));
  const firsts = starts.map((start) => heads.get(start) ?? -1);
  const isRising = firsts.every((first, i) => first > (firsts[i - 1] ?? -1));
  if (!isRising || firsts[0] !== 0) throw damagedBy('its table of frames is wrong');
  return firsts.map((first, i) => fragments.slice(first, firsts[i + 1]));
}

/** Without a table, a frame ends with the fragment that has the marker of JPEG's end. */
async function byMarkers(source: ByteSource, fragments: readonly Extent[], frames: number) {
  const found: Extent[][] = [[]];
  for (const fragment of fragments) {
    found.at(-1)!.push(fragment);
    const tail = Math.min(4, fragment.bytes);
    const end = await source.read(fragment.offset + fragment.bytes - tail, tail);
    if (Buffer.from(end).includes(Buffer.from([0xff, 0xd9]))) found.push([]);
  }
  if (found.at(-1)!.length === 0) found.pop();
  if (found.length !== frames)
    throw damagedBy(`it states ${frames} frames, and ${found.length} can be told apart`);
  return found;
}

/** @param mostBytes more are refused, since no picture of the size needs them */
export async function bytesOfFrame(
  source: ByteSource,
  fragments: readonly Extent[],
  mostBytes: number,
): Promise<Uint8Array> {
  const bytes = fragments.reduce((sum, fragment) => sum + fragment.bytes, 0);
  if (bytes > mostBytes) throw damagedBy('a frame has far more bytes than its picture needs');
  const parts: Uint8Array[] = [];
  for (const { offset, bytes: length } of fragments) parts.push(await source.read(offset, length));
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes);
}
