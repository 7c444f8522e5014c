/** Boxes of JP2 files. @source ITU-T T.800, annex I */
import { asBuffer } from '../codecs/jpeg-markers.ts';
import { damagedBy } from '../errors.ts';

export interface Box {
  readonly type: string;
  readonly body: Buffer;
}

/** The boxes that lie one after the other in some bytes. @throws StudioError `image-damaged` */
export function boxesIn(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1;
    if (isLong && at + 16 > bytes.length) throw damagedBy('one of its boxes is cut');
    const length = isLong
      ? Number(bytes.readBigUInt64BE(at + 8))
      : short === 0
        ? bytes.length - at
        : short;
    const head = isLong ? 16 : 8;
    if (length < head || at + length > bytes.length) throw damagedBy('one of its boxes is cut');
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + head, at + length),
    });
    at += length;
  }
  return boxes;
}

/** The codestream of a file, which may be one. @throws StudioError `image-damaged` */
export function codestreamOf(data: Uint8Array): Uint8Array {
  const bytes = asBuffer(data);
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xff4f) return bytes;
  const box = boxesIn(bytes).find(({ type }) => type === 'jp2c');
  if (box === undefined) throw damagedBy('it has no JPEG 2000 data');
  return box.body;
}
