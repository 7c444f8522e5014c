/** A legend entry: the name of a curve with a sample of its line. */
import type { Curve } from './chart-data.ts';
import { isBand, type Stroke } from './chart-options.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Make a legend entry without React, since uPlot makes the legend. */
export function legendLabel(curve: Curve, { colour, dash }: Stroke): HTMLElement {
  const label = document.createElement('span');
  const sample = document.createElementNS(SVG, 'svg');
  set(sample, { width: '26', height: '10', 'aria-hidden': 'true' });
  if (isBand(curve.look)) {
    const area = document.createElementNS(SVG, 'rect');
    set(area, { x: '0', y: '0', width: '26', height: '10', fill: colour });
    sample.append(area);
    const words = document.createElement('span');
    words.textContent = curve.label;
    // The legend has the colours of curves, and that of a band is too pale for words.
    words.style.color = 'var(--mantine-color-text)';
    label.append(sample, ' ', words);
    return label;
  }
  const line = document.createElementNS(SVG, 'line');
  set(line, {
    x1: '0',
    x2: '26',
    y1: '5',
    y2: '5',
    stroke: colour,
    'stroke-width': '2',
    'stroke-dasharray': dash.join(' '),
  });
  sample.append(line);
  if (curve.look === 'points') {
    const dot = document.createElementNS(SVG, 'circle');
    set(dot, { cx: '13', cy: '5', r: '4', fill: colour });
    sample.append(dot);
  }
  label.append(sample, ` ${curve.label}`);
  return label;
}

function set(element: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
