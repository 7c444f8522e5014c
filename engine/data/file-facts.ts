/** What a scan remembers of a file. */
import type { Sample } from './index-types.ts';
import type { Look } from './look.ts';

/** Facts of a file; `reason` is set when it cannot be used. */
export interface FileFacts extends Omit<Sample, 'path'> {
  readonly modifiedMs: number;
  /** orientation tag, 2 to 8; absent where the image is shown as it is stored */
  readonly orientation?: number;
  /** of each picture of a file that has several */
  readonly looks?: readonly Look[];
  readonly reason?: string;
}
