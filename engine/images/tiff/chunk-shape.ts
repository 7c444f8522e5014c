/** Size of a strip or tile, and the numbers per pixel in it. */
export interface ChunkShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}
