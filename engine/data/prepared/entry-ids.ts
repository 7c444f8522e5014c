/**
 * How a prepared picture is found: by the content of its image, or, where contents are not known
 * because files were scanned by their headers alone, by path and size.
 */
import { createHash } from 'node:crypto';

export const ID_BYTES = 16;

/** Facts of an image as scans have them. */
export interface IdentifiedImage {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly bytes?: number;
  /** of its content; empty or absent where that is not known */
  readonly hash?: string;
}

/** Of one of several pictures of a file, or a part of one. */
const MARK = /#(?:frame|page|slice|tile)=[\d,]+$/;

export function contentId({ hash, path, width, height }: IdentifiedImage): Uint8Array | undefined {
  if (hash === undefined || hash === '') return undefined;
  return idOf(`${hash}\0${MARK.exec(path)?.[0] ?? ''}\0${width}x${height}`);
}

export function placeId({ path, bytes = 0, width, height }: IdentifiedImage): Uint8Array {
  return idOf(`${path}\0${bytes}\0${width}x${height}`);
}

function idOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, ID_BYTES);
}
