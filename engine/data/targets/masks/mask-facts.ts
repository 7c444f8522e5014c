/** What is known of a mask without its pixels. */
export interface MaskFacts {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** sha256 of the content, hex */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
  readonly isColour: boolean;
  /** pixels of each value as it is stored: an index, a grey value, or a colour as 0xRRGGBB */
  readonly counts: readonly (readonly [value: number, pixels: number])[];
  /** of a mask with a palette: the colours of the indices that occur */
  readonly palette?: readonly (readonly [index: number, colour: number])[];
}
