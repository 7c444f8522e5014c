/** Where the patches of a network lie in an image that it sees by its centre. */
import type { LookupAbout, Patch } from '../../contract/studio/lookup.ts';
import type { Size } from '../../data/pixels/decode.ts';
import { evalWindow } from '../../data/views/eval-images.ts';

type Box = Patch['box'];

/** The part of an image that the network sees, in shares of its sides. */
export function viewBox(image: Size, imageSize: LookupAbout['imageSize']): Box {
  const { resized, window } = evalWindow(image, imageSize);
  return {
    x: window.left / resized.width,
    y: window.top / resized.height,
    width: window.width / resized.width,
    height: window.height / resized.height,
  };
}

export function patchBox(
  image: Size,
  { imageSize, rows, cols }: Pick<LookupAbout, 'imageSize' | 'rows' | 'cols'>,
  row: number,
  col: number,
): Box {
  const view = viewBox(image, imageSize);
  return {
    x: view.x + (view.width / cols) * col,
    y: view.y + (view.height / rows) * row,
    width: view.width / cols,
    height: view.height / rows,
  };
}
