/** The colours of a map, a pixel for each patch. */
import { factsOfMap } from '../../../../engine/contract/attention.ts';
import { heatColour } from '../../../../engine/contract/heat-colours.ts';
import type { ShownMap } from './shown-attention.ts';

/** Colours run from 0 to the highest value of the map. */
export function mapColours({ rows, cols, values }: ShownMap): ImageData {
  const { highest } = factsOfMap(values);
  const colours = new ImageData(cols, rows);
  for (const [i, value] of values.entries()) {
    const [red, green, blue] = heatColour(highest > 0 ? value / highest : 0);
    colours.data.set([red, green, blue, 255], i * 4);
  }
  return colours;
}
