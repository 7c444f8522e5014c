/** The curve of partial fine-tuning as JSON, CSV and a picture. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scoreValueText } from '../contract/scores.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { csvLine } from '../formats/csv.ts';
import { rasterise, writePng } from '../insight/figures/png.ts';
import { scoreName } from './comparison-files.ts';
import type { PartialCurve, PartialPoint } from './partial-curve.ts';
import { startCurvesSvg } from './start-curves.ts';

/** @param folder that of the comparison, which nothing else writes to @returns paths of the files */
export async function writePartial(folder: string, curve: PartialCurve): Promise<string[]> {
  const at = (name: string) => path.join(folder, name);
  const texts = [
    [at('partial.json'), `${JSON.stringify(partialRecord(curve), undefined, 1)}\n`],
    [at('partial.csv'), partialCsv(curve)],
  ] as const;
  for (const [file, text] of texts)
    await writeFileAtomically(file, (beside) => writeFile(beside, text));
  await writePng(at('partial.png'), await rasterise(partialFigure(curve)));
  return [...texts.map(([file]) => file), at('partial.png')];
}

/** For programs: each estimate by the name of its score. */
export function partialRecord({ points, ...curve }: PartialCurve) {
  const named = ({ score, ...point }: PartialPoint) => ({ ...point, [curve.primary.name]: score });
  return { ...curve, points: points.map(named) };
}

export function partialCsv({ primary, labelled, points }: PartialCurve): string {
  const header = ['blocks', 'start', 'labelled', 'seeds', primary.name, 'low', 'high'];
  const lines = points.map(({ blocks, start, seeds, score: { value, low, high } }) => [
    blocks,
    start,
    labelled,
    seeds,
    ...[value, low, high].map((x) => x.toFixed(4)),
  ]);
  return [header, ...lines].map((line) => csvLine(line)).join('');
}

export function partialFigure({ primary, depth, points }: PartialCurve): string {
  const name = scoreName(primary);
  const at = ({ blocks }: Pick<PartialPoint, 'blocks'>) =>
    (blocks === 'all' ? depth : blocks) / depth;
  const places = new Map(points.map((point) => [point.blocks, at(point)]));
  return startCurvesSvg({
    title: `${name} by the number of blocks that are tuned`,
    about: `${name} by tuned blocks`,
    axis: `tuned blocks of ${depth}`,
    places: [...places].map(([blocks, x]) => ({ at: x, text: String(blocks) })),
    valueText: (value) => scoreValueText(primary.name, value),
    names: { pretrained: 'pre-trained', scratch: 'untrained' },
    points: points.map((point) => ({ at: at(point), start: point.start, score: point.score })),
  });
}
