/** A made-up whole slide: glass with noise, and a disc of tissue in the middle. */
import { RandomStream } from '../../../../random/philox.ts';
import { tileContent, writePyramid } from './write-pyramid.ts';

/** Share of the sides that the disc has. */
const DISC = 0.5;

/** Glass is tile content 0. */
export function writeSlide(
  side: number,
  { copies = 0, tile = 256 }: { readonly copies?: number; readonly tile?: number } = {},
): Buffer {
  const random = new RandomStream(1, 'test');
  const glass = [243, 241, 244];
  const tissue = (phase: number) =>
    tileContent(tile, 3, (x, y, channel) => {
      const cell = Math.sin((x + 7 * phase) / 9) * Math.cos((y + 5 * phase) / 11);
      return Math.max(
        0,
        Math.min(255, [190, 120, 170][channel]! + 45 * cell + 8 * random.normal()),
      );
    });
  const contents = [
    tileContent(tile, 3, (_x, _y, channel) => glass[channel]! + 2.5 * random.normal()),
    ...[1, 2, 3].map(tissue),
  ];
  return writePyramid({
    width: side,
    height: side,
    copies,
    side: tile,
    channels: 3,
    contents,
    contentAt: (x, y) =>
      Math.hypot(x - 0.5, y - 0.5) > DISC / 2 ? 0 : 1 + (Math.floor(97 * x + 61 * y) % 3),
  });
}
