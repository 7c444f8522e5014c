/** Names of pictures for people: of a file, or of a part of one. */
import { baseName } from './base-name.ts';

const PICTURE = /^(.+)#(frame|page|slice)=(\d+)$/s;
const TILE = /^(.+)#tile=(\d+),(\d+),(\d+),\d+$/s;

/** Which dimensions are channels is the same for a whole data set. */
const STACK = /#channels=(?:[CZT]{1,3}|none)(?=$|#)/;

/** `cat.jpg`; `tile 512,1024 of slide.tif`, with the number of a smaller copy; `slice 3 of scan.nii`. */
export function pictureName(path: string): string {
  const name = baseName(path).replace(STACK, '');
  const picture = PICTURE.exec(name);
  if (picture !== null) return `${picture[2]} ${picture[3]} of ${picture[1]}`;
  const tile = TILE.exec(name);
  if (tile === null) return name;
  const copy = tile[2] === '0' ? '' : `, copy ${tile[2]}`;
  return `tile ${tile[3]},${tile[4]} of ${tile[1]}${copy}`;
}
