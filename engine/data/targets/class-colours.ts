/** The colours in which classes are shown. */
import type { DenseClass, Rgb } from './dense-types.ts';
import { fromPalette } from './masks/voc-palette.ts';

/** Of the set's own colours, else of the palette from 1 on, since its first colour is black. */
export function classColour(one: Pick<DenseClass, 'colour'> | undefined, label: number): Rgb {
  return one?.colour ?? fromPalette((label % 255) + 1);
}

/** `#rrggbb` */
export function colourText(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
