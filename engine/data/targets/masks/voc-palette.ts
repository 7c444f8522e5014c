/**
 * The palette of Pascal VOC, which many programs use to show classes: the bits of the index are
 * dealt to the high bits of red, green and blue.
 *
 * @source VOC2012 development kit, VOClabelcolormap.m
 */
import type { Rgb } from '../dense-types.ts';

export function fromPalette(index: number): Rgb {
  const colour = [0, 0, 0];
  let rest = index;
  for (let bit = 7; rest > 0; bit--, rest >>= 3)
    for (let channel = 0; channel < 3; channel++)
      colour[channel]! |= ((rest >> channel) & 1) << bit;
  return colour as unknown as Rgb;
}
