/** Scores of networks that start pre-trained and anew, as curves with intervals in an SVG picture. */
import type { IntervalEstimate } from '../evaluation/bootstrap.ts';
import type { Start } from './comparison.ts';

export interface StartCurves {
  readonly title: string;
  /** The title of the file. */
  readonly about: string;
  /** What is along the horizontal axis. */
  readonly axis: string;
  /** Places along it, from 0 to 1, with their labels. */
  readonly places: readonly { readonly at: number; readonly text: string }[];
  valueText(value: number): string;
  readonly names: Readonly<Record<Start, string>>;
  readonly points: readonly StartPoint[];
}

export interface StartPoint {
  /** from 0 to 1 */
  readonly at: number;
  readonly start: Start;
  readonly score: IntervalEstimate;
}

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { top: 48, right: 24, bottom: 56, left: 56 };
/** Colours are readable on light and dark grounds; the dash distinguishes lines without colours. */
const STYLE: Readonly<Record<Start, { colour: string; dash: string }>> = {
  scratch: { colour: '#c2410c', dash: '6 4' },
  pretrained: { colour: '#2563eb', dash: '' },
};

export function startCurvesSvg({ title, about, axis, places, points, ...texts }: StartCurves) {
  const values = points.flatMap(({ score }) => [score.low, score.high]);
  const ticks = ticksOver(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const x = (at: number) => MARGIN.left + 24 + at * (WIDTH - MARGIN.left - MARGIN.right - 48);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 24, title, 'middle', 15),
    ...ticks.flatMap((tick) => [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e5e7eb"/>`,
      text(MARGIN.left - 8, y(tick) + 4, texts.valueText(tick), 'end', 11),
    ]),
    ...places.map((place) =>
      text(x(place.at), HEIGHT - MARGIN.bottom + 20, place.text, 'middle', 11),
    ),
    text(WIDTH / 2, HEIGHT - 12, axis, 'middle', 12),
    ...(['scratch', 'pretrained'] as const).flatMap((start, i) => {
      const own = points.filter((point) => point.start === start);
      return own.length === 0 ? [] : [...curve(own, x, y), ...legend(start, texts.names[start], i)];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">\n<title>${about}</title>\n${parts.join('\n')}\n</svg>\n`;
}

const TICK_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST_TICKS = 7;

/** Round numbers that span from `low` to `high`. */
function ticksOver(low: number, high: number): number[] {
  const over = (step: number) => {
    const first = Math.floor(low / step);
    const count = Math.max(2, Math.ceil(high / step) - first + 1);
    return Array.from({ length: count }, (_, i) => (first + i) * step);
  };
  const step = TICK_STEPS.find((each) => over(each).length <= MOST_TICKS) ?? TICK_STEPS.at(-1)!;
  return over(step);
}

function curve(
  points: readonly StartPoint[],
  x: (at: number) => number,
  y: (value: number) => number,
): string[] {
  const { colour, dash } = STYLE[points[0]!.start];
  const placed = points.map(({ at, score }) => ({ at: x(at), score }));
  const bar = (at: number, { low, high }: IntervalEstimate) =>
    `<line x1="${at}" x2="${at}" y1="${y(low)}" y2="${y(high)}" stroke="${colour}" stroke-width="2"/>`;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${placed.map(({ at, score }) => `${at},${y(score.value)}`).join(' ')}"/>`,
    ...placed.map(({ at, score }) => bar(at, score)),
    ...placed.map(
      ({ at, score }) => `<circle cx="${at}" cy="${y(score.value)}" r="4" fill="${colour}"/>`,
    ),
  ];
}

function legend(start: Start, name: string, place: number): string[] {
  const { colour, dash } = STYLE[start];
  const [left, top] = [MARGIN.left + 16, MARGIN.top + 8 + place * 18];
  return [
    `<line x1="${left}" x2="${left + 28}" y1="${top}" y2="${top}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    text(left + 36, top + 4, name, 'start', 12),
  ];
}

function text(x: number, y: number, words: string, anchor: string, size: number): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="#1f2937">${words}</text>`;
}
