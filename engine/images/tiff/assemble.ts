/** A region of a page from its strips or tiles; only those that it needs are read. */
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import type { StoredPixels, StoredRegion, StoredValues } from '../stored-image.ts';
import { type ChunkDecoder, hasRows, plainBytes } from './chunk.ts';
import type { ChunkShape } from './chunk-shape.ts';
import type { TiffFile } from './directory.ts';
import type { Chunks, TiffPage } from './page.ts';
import { COMPRESSION } from './tags.ts';
import { newValues, rowBytesOf } from './unpack.ts';

export interface Wanted {
  /** in pixels as they are stored */
  readonly region: StoredRegion;
  /** positions among the page's channels */
  readonly channels: readonly number[];
  readonly pixelLimit: number;
  /** value of parts that the file leaves out because nothing was measured there */
  readonly noData: number | undefined;
}

/** A chunk, or some rows of it, in pixels of the page; tiles may reach beyond the page. */
interface Place extends ChunkShape {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly skippedRows: number;
}

/** Limit of the compressed bytes of a strip or tile. */
const MOST_CODED_BYTES = 2 ** 30;

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export async function assemble(
  file: TiffFile,
  page: TiffPage,
  chunks: Chunks,
  decode: ChunkDecoder,
  wanted: Wanted,
): Promise<StoredPixels> {
  const { region, channels, noData } = wanted;
  const { width, height } = region;
  refuseMemory(page, wanted);
  const values = newValues(page, channels.length * width * height);
  const target = { width, height, channels: channels.length, values };
  const planes = page.isPlanar ? channels.map((channel) => [channel]) : [channels];
  let first = 0;
  for (const plane of planes) {
    for (const place of placesOf(page, chunks, region, page.isPlanar ? plane[0]! : 0)) {
      const chunk = await readChunk(file, page, chunks, decode, place, noData);
      plane.forEach((channel, i) => {
        const position = page.isPlanar ? 0 : channel;
        copyInto(target, first + i, region, place, chunk?.subarray(position), noData);
      });
    }
    first += plane.length;
  }
  return target;
}

/** Numbers of 64 bits in many channels need more memory than as many pixels of 8 bits. */
function refuseMemory(page: TiffPage, { region, channels, pixelLimit }: Wanted): void {
  const weight = (count: number) => Math.max(1, Math.ceil((count * page.bits) / 32));
  refuseTooLarge(region.width, region.height * weight(channels.length), pixelLimit, 'tiff');
  const { width, height } = page.chunk;
  const rows = hasRows(page) ? Math.min(height, region.height) : height;
  refuseTooLarge(width, rows * weight(page.isPlanar ? 1 : page.samples), pixelLimit);
}

/** Chunks of a plane that the region touches; of uncompressed strips only the rows in it. */
function placesOf(
  page: TiffPage,
  { across, down }: Chunks,
  region: StoredRegion,
  plane: number,
): Place[] {
  const { chunk, height, isTiled, isPlanar, samples } = page;
  const places: Place[] = [];
  const [right, bottom] = [region.left + region.width, region.top + region.height];
  const isByRow = hasRows(page);
  for (let y = Math.floor(region.top / chunk.height); y * chunk.height < bottom; y++)
    for (let x = Math.floor(region.left / chunk.width); x * chunk.width < right; x++) {
      const start = y * chunk.height;
      const end = isTiled ? start + chunk.height : Math.min(start + chunk.height, height);
      const top = isByRow ? Math.max(start, region.top) : start;
      places.push({
        index: (plane * down + y) * across + x,
        left: x * chunk.width,
        top,
        skippedRows: top - start,
        width: chunk.width,
        height: (isByRow ? Math.min(end, bottom) : end) - top,
        channels: isPlanar ? 1 : samples,
      });
    }
  return places;
}

/** @returns undefined for a part that the file leaves out */
async function readChunk(
  file: TiffFile,
  page: TiffPage,
  { offsets, lengths }: Chunks,
  decode: ChunkDecoder,
  place: Place,
  noData: number | undefined,
): Promise<StoredValues | undefined> {
  const { source } = file;
  const [offset = 0, length] = [offsets[place.index], lengths[place.index]];
  if (offset === 0 || length === 0) {
    if (noData !== undefined) return undefined;
    throw damagedBy('parts of its picture are missing');
  }
  const bytes = page.compression === COMPRESSION.none ? plainBytes(page, place) : length!;
  if (bytes > MOST_CODED_BYTES) throw unsupported(`a part of its picture has ${bytes} bytes`);
  const skipped = place.skippedRows * rowBytesOf(place.width, place.channels, page.bits);
  return decode(await source.read(offset + skipped, bytes), place);
}

/** @param chunk beginning at the channel's first number; undefined for "nothing was measured" */
function copyInto(
  target: StoredPixels,
  channel: number,
  region: StoredRegion,
  place: Place,
  chunk: StoredValues | undefined,
  noData = 0,
): void {
  const left = Math.max(place.left, region.left);
  const right = Math.min(place.left + place.width, region.left + region.width);
  const top = Math.max(place.top, region.top);
  const bottom = Math.min(place.top + place.height, region.top + region.height);
  const { values, width, height } = target;
  const step = place.channels;
  for (let y = top; y < bottom; y++) {
    const start = (channel * height + y - region.top) * width - region.left;
    if (chunk === undefined) {
      values.fill(noData, start + left, start + right);
      continue;
    }
    let from = ((y - place.top) * place.width + left - place.left) * step;
    for (let x = left; x < right; x++, from += step) values[start + x] = chunk[from]!;
  }
}
