/** The picture or tile of a file that a path names. */
import { damagedBy } from '../../../images/errors.ts';
import type { Level, StoredImage, StoredPixels } from '../../../images/stored-image.ts';
import type { Location, Tile } from '../../sources/locate.ts';
import type { Region } from '../image.ts';
import { tileSize } from '../tiles/tile-grid.ts';
import { requirePicture } from './require-picture.ts';

/**
 * @param region of the picture or tile that the location names; all of it without one
 * @throws StudioError `image-damaged` where the file does not have it
 */
export async function readPart(
  image: StoredImage,
  { picture = 0, tile }: Pick<Location, 'picture' | 'tile'>,
  region?: Region,
): Promise<StoredPixels> {
  requirePicture(image, picture);
  if (tile === undefined) return image.read(picture, region);
  const whole = { left: tile.x, top: tile.y, ...tileSize(tile, levelOf(image, tile)) };
  if (region === undefined) return image.read(picture, whole, tile.level);
  const [left, top] = [tile.x + region.left, tile.y + region.top];
  return image.read(picture, { ...region, left, top }, tile.level);
}

function levelOf({ levels }: StoredImage, { level, x, y, size }: Tile): Level {
  const found = levels[level];
  if (found !== undefined && size > 0 && x < found.width && y < found.height) return found;
  throw damagedBy(
    found === undefined
      ? `it has no copy of number ${level}`
      : `its copy ${level} of ${found.width} x ${found.height} pixels has no tile of ${size} at ${x},${y}`,
  );
}
