/** A chart as a PNG: larger than on the page, on white, with its legend. */
import uPlot from 'uplot';
import type { AxisRange } from './chart-axis.ts';
import { alignCurves, isBand, type LookOptions, lookOf, PALE, strokeOf } from './chart-options.ts';

const WIDTH = 1400;
const HEIGHT = 640;
const SCALE = 1.7;
const HEAD = 64;
const LINE = 36;
const MARGIN = 28;

type PictureOptions = Omit<LookOptions, 'title' | 'dark' | 'width' | 'height' | 'scale'> & {
  readonly range: AxisRange | undefined;
};

export async function chartPicture(title: string, options: PictureOptions): Promise<Blob> {
  const { curves } = options;
  const chart = await drawn(options);
  const scale = chart.width / WIDTH;
  const named = curves
    .map((curve, i) => ({ curve, i }))
    .filter(({ curve }) => curve.look !== 'lower');
  const image = document.createElement('canvas');
  image.width = chart.width;
  image.height = Math.round((HEAD + HEIGHT + LINE * named.length + MARGIN) * scale);
  const context = image.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, WIDTH, image.height);
  context.fillStyle = '#212529';
  context.font = '600 28px system-ui, sans-serif';
  context.fillText(title, MARGIN, 42);
  context.drawImage(chart, 0, HEAD, WIDTH, HEIGHT);
  context.font = '20px system-ui, sans-serif';
  for (const [row, { curve, i }] of named.entries()) {
    const y = HEAD + HEIGHT + LINE * row + LINE / 2;
    const { colour, dash } = strokeOf(curve, i, false);
    context.strokeStyle = colour;
    context.globalAlpha = curve.look === 'pale' ? PALE : 1;
    context.lineWidth = isBand(curve.look) ? 18 : 4;
    context.setLineDash(dash.map((length) => length * SCALE));
    context.beginPath();
    context.moveTo(MARGIN, y);
    context.lineTo(MARGIN + 60, y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = '#212529';
    context.fillText(curve.label, MARGIN + 76, y + 7);
  }
  return new Promise((resolve, reject) =>
    image.toBlob((blob) =>
      blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob),
    ),
  );
}

/** Draw a separate chart outside of the page. */
function drawn({ range, ...shown }: PictureOptions): Promise<HTMLCanvasElement> {
  const { curves, logarithmic } = shown;
  const look = lookOf({ ...shown, dark: false, width: WIDTH, height: HEIGHT, scale: SCALE });
  return new Promise((resolve) => {
    const plot = new uPlot(
      {
        ...look,
        legend: { show: false },
        cursor: { show: false },
        ...(range === undefined
          ? {}
          : { scales: { ...look.scales, x: { time: false, range: [...range] } } }),
        hooks: {
          draw: [
            (made) => {
              const copy = document.createElement('canvas');
              copy.width = made.ctx.canvas.width;
              copy.height = made.ctx.canvas.height;
              copy.getContext('2d')!.drawImage(made.ctx.canvas, 0, 0);
              resolve(copy);
              queueMicrotask(() => made.destroy());
            },
          ],
        },
      },
      alignCurves(curves, logarithmic, uPlot.join),
      document.createElement('div'),
    );
    void plot;
  });
}
