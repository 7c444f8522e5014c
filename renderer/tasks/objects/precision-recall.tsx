/** Precision at each recall, for the overlaps 0.5 and 0.75, over all classes. */
import type { ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import { percentText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import classes from './objects.module.css';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 280, 48, 12, 12, 44];
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const DASHES = [undefined, '6 4'];

const x = (recall: number) => LEFT + recall * (WIDTH - LEFT - RIGHT);
const y = (precision: number) => HEIGHT - BOTTOM - precision * (HEIGHT - BOTTOM - TOP);

export function PrecisionRecall(props: {
  readonly of: string;
  readonly curves: ObjectsEvaluation['boxes']['curves'];
}) {
  const { of, curves } = props;
  return (
    <Section title="Precision and recall">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className={classes['figure']!}
        role="img"
        aria-label={`Precision by recall of ${of}, averaged over classes; curves.csv has the numbers`}
      >
        {TICKS.map((tick) => (
          <g key={tick} className={classes['grid']!}>
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <text x={x(0) - 6} y={y(tick) + 4} textAnchor="end">
              {percentText(tick, 0)}
            </text>
            <text x={x(tick)} y={y(0) + 18} textAnchor={tick === 1 ? 'end' : 'middle'}>
              {percentText(tick, 0)}
            </text>
          </g>
        ))}
        <text x={x(0.5)} y={HEIGHT - 6} textAnchor="middle" className={classes['axis']!}>
          Recall
        </text>
        {curves.map(({ iou, recall, precision }, i) => (
          <g key={iou}>
            <polyline
              className={classes['curve']!}
              strokeDasharray={DASHES[i]}
              points={recall.map((at, r) => `${x(at)},${y(precision[r]!)}`).join(' ')}
            />
            <line
              className={classes['curve']!}
              strokeDasharray={DASHES[i]}
              x1={x(1) - 150}
              x2={x(1) - 118}
              y1={TOP + 12 + 18 * i}
              y2={TOP + 12 + 18 * i}
            />
            <text x={x(1) - 110} y={TOP + 16 + 18 * i} className={classes['axis']!}>
              Precision, IoU {iou}
            </text>
          </g>
        ))}
      </svg>
    </Section>
  );
}
