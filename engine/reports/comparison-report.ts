/** The report of a comparison: its table, the gains in sentences, and a figure for each mode. */
import path from 'node:path';
import { countOf } from '../contract/number-text.ts';
import { scoreFacts, scoreValueText } from '../contract/scores.ts';
import type { Comparison } from '../downstream/comparison.ts';
import { comparisonFigure, comparisonTable, gainText } from '../downstream/comparison-files.ts';
import { citeSection } from '../insight/report/cite.ts';
import {
  bullets,
  facts,
  figureOnWhite,
  folded,
  paragraph,
  reportHtml,
  table,
} from '../insight/report/document.ts';

export interface ComparisonAbout {
  /** Where the network came from and the labelled images, as they were given. */
  readonly from?: string | undefined;
  readonly train?: string | undefined;
  readonly val?: string | undefined;
}

export function comparisonReport(
  comparison: Comparison,
  { from, train, val }: ComparisonAbout,
  madeAt: number,
): string {
  const { primary, images, rows, gains, cells, warnings = [] } = comparison;
  const modes = [...new Set(rows.map(({ mode }) => mode))];
  const base = (text: string | undefined) => (text === undefined ? undefined : path.basename(text));
  const { title } = scoreFacts(primary.name);
  return reportHtml({
    title: `Comparison of ${base(from) ?? 'a pre-trained network'} with a start from scratch`,
    about: `Fine-tuned with few labels and many, and evaluated on ${countOf(images, 'image')}.`,
    madeAt,
    sections: [
      {
        title: 'Results',
        parts: [
          table(comparisonTable(comparison), `${title}, with 95 % intervals`),
          bullets(gains.map((gain) => gainText(comparison, gain))),
          paragraph(
            'Intervals are by the bootstrap over images, of the mean over seeds. With one seed a gain may be chance.',
          ),
          ...modes.map((mode) => figureOnWhite(comparisonFigure(comparison, mode))),
          ...(warnings.length === 0 ? [] : [bullets(warnings)]),
        ],
      },
      {
        title: 'Setting',
        parts: [
          facts([
            ['Network', base(from)],
            ['Training set', base(train)],
            ['Validation set', base(val)],
            ['Trainings', String(cells.length)],
            ['Modes', modes.join(', ')],
          ]),
          folded('All trainings', [
            table(
              [
                ['Run', 'Labels', 'Images', 'Mode', 'Start', 'Seed', title],
                ...cells.map((cell) => [
                  cell.run,
                  `${Number((cell.fraction * 100).toPrecision(3))} %`,
                  String(cell.labelled),
                  cell.mode,
                  cell.start === 'scratch' ? 'from scratch' : 'pre-trained',
                  String(cell.seed),
                  scoreValueText(primary.name, cell.values[primary.name]!),
                ]),
              ],
              'All trainings',
            ),
          ]),
        ],
      },
      citeSection(),
    ],
  });
}
