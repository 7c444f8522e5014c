/** Colours between the pixels of a photograph, by cubic interpolation (Catmull and Rom). */
import { CIFAR_SIDE } from '../sample-package.ts';

const weightsX = new Float64Array(4);
const weightsY = new Float64Array(4);

/** @param x of the centre of a pixel a whole number @param colour receives red, green and blue */
export function sampleBicubic(pixels: Uint8Array, x: number, y: number, colour: number[]): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  cubicWeights(x - left, weightsX);
  cubicWeights(y - top, weightsY);
  let [red, green, blue] = [0, 0, 0];
  for (let j = 0; j < 4; j++) {
    const row = within(top + j - 1) * CIFAR_SIDE;
    for (let i = 0; i < 4; i++) {
      const weight = weightsX[i]! * weightsY[j]!;
      const at = (row + within(left + i - 1)) * 3;
      red += weight * pixels[at]!;
      green += weight * pixels[at + 1]!;
      blue += weight * pixels[at + 2]!;
    }
  }
  colour[0] = red;
  colour[1] = green;
  colour[2] = blue;
}

function within(value: number): number {
  return Math.min(Math.max(value, 0), CIFAR_SIDE - 1);
}

function cubicWeights(t: number, weights: Float64Array): void {
  weights[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  weights[1] = (1.5 * t - 2.5) * t * t + 1;
  weights[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  weights[3] = (0.5 * t - 0.5) * t * t;
}
