/** What a scan remembers of a file. */

import type { Look } from '../pixels/look.ts';
import type { TiledFacts } from '../pixels/tiles/tile-grid.ts';
import type { Sample } from '../sources/index-types.ts';

/** Facts of a file; `reason` is set when it cannot be used. */
export interface FileFacts extends Omit<Sample, 'path'> {
  readonly modifiedMs: number;
  /** orientation tag, 2 to 8; absent where the image is shown as it is stored */
  readonly orientation?: number;
  /** of a file that is read as tiles; its sizes are those of the whole picture */
  readonly tiles?: TiledFacts;
  /** of each picture of a file that has several */
  readonly looks?: readonly Look[];
  readonly reason?: string;
}
