/** Headers of the JPEG family: JPEG, lossless JPEG and JPEG-LS. @source ITU-T T.81, annex B */
import { damagedBy } from '../errors.ts';

export interface JpegComponent {
  readonly id: number;
  readonly sampling: number;
  /** number of its quantisation table */
  readonly quantisation: number;
}

export interface JpegFrame {
  /** of the frame, such as 0xc0 for baseline */
  readonly marker: number;
  readonly bits: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
  /** whether the file states how its three components are to be understood */
  readonly statesColours: boolean;
}

export interface JpegSegment {
  readonly marker: number;
  readonly body: Buffer;
  /** position after the segment */
  readonly next: number;
}

export const MARKER = {
  extended: 0xc1,
  lossless: 0xc3,
  ls: 0xf7,
  tables: 0xc4,
  scan: 0xda,
  end: 0xd9,
  restart: 0xdd,
};
const [ADOBE, JFIF] = [0xee, 0xe0];
/** Of the range of frames: Huffman tables, an extension, arithmetic conditioning. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/** The next segment with a length, from a position in the file; undefined at the end of the image. */
export function nextSegment(bytes: Buffer, from: number): JpegSegment | undefined {
  for (let at = from; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw damagedBy('its JPEG data are not well formed');
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at++;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === MARKER.end) return undefined;
    else {
      const next = at + 2 + bytes.readUInt16BE(at + 2);
      if (next < at + 4 || next > bytes.length) break;
      return { marker, body: bytes.subarray(at + 4, next), next };
    }
  }
  throw damagedBy('its JPEG data end too early');
}

/** @throws StudioError `image-damaged` */
export function readJpegFrame(data: Uint8Array): JpegFrame {
  const bytes = asBuffer(data);
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8)
    throw damagedBy('its picture does not begin as JPEG data do');
  let statesColours = false;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined || segment.marker === MARKER.scan) break;
    const { marker, body } = segment;
    const name = body.toString('latin1', 0, 5);
    statesColours ||=
      (marker === ADOBE && name === 'Adobe') || (marker === JFIF && name === 'JFIF\0');
    const isFrame =
      (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) || marker === MARKER.ls;
    if (isFrame) return { marker, statesColours, ...frameOf(body) };
    at = segment.next;
  }
  throw damagedBy('its JPEG data have no frame');
}

function frameOf(body: Buffer) {
  const count = body[5] ?? 0;
  if (body.length < 6 + 3 * count || count === 0) throw damagedBy('its JPEG frame is cut');
  const components = Array.from({ length: count }, (_, i) => ({
    id: body[6 + 3 * i]!,
    sampling: body[7 + 3 * i]!,
    quantisation: body[8 + 3 * i]!,
  }));
  return { bits: body[0]!, height: body.readUInt16BE(1), width: body.readUInt16BE(3), components };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
