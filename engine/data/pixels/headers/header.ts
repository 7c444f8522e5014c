/** Sizes of images from the first bytes of their files, without decoding. */

/** What a file says of its picture before it is decoded. */
export interface Header {
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp';
  /** pixels as stored, before orientation */
  readonly width: number;
  readonly height: number;
  /** 1 to 8; 1 where the picture is shown as it is stored */
  readonly orientation: number;
}

/** Bytes of a file; fewer than asked for where it ends. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
