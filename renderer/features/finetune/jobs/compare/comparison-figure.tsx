/** The compared score with intervals against the number of labelled images, on a logarithmic axis. */
import type { Primary } from '../../../../../engine/contract/scores.ts';
import { countOf } from '../../../../ui/format.ts';
import { StartFigure } from '../start-figure.tsx';
import type { ComparedRow } from './comparison-text.ts';

const NAMES = { pretrained: 'pre-trained', scratch: 'from scratch' } as const;

export function ComparisonFigure(props: {
  readonly primary: Primary;
  /** Name of the training mode. */
  readonly label: string;
  /** Rows of one training mode. */
  readonly rows: readonly ComparedRow[];
}) {
  const { primary, label, rows } = props;
  const counts = [...new Set(rows.map(({ labelled }) => labelled))].sort((a, b) => a - b);
  const span = Math.log((counts.at(-1) ?? 1) / (counts[0] ?? 1));
  const at = (labelled: number) => (span === 0 ? 0.5 : Math.log(labelled / counts[0]!) / span);
  return (
    <StartFigure
      primary={primary}
      label={`number of labels, ${label}`}
      places={counts.map((count) => ({ at: at(count), text: countOf(count, 'label') }))}
      names={NAMES}
      points={rows.map(({ start, labelled, score }) => ({ start, at: at(labelled), score }))}
    />
  );
}
