/** The accuracy for each value of a setting, with intervals over seeds and the single trainings. */
import { scale, ticksOver } from '../../../engine/contract/axis-ticks.ts';
import type { SettingEffect } from '../../../engine/contract/study/summary.ts';
import { percentText } from '../../ui/format.ts';
import { TickLines } from '../../ui/tick-lines.tsx';
import classes from './studies.module.css';

const WIDTH = 460;
const HEIGHT = 250;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 32;
/** Distance of single trainings from the mean, pixels. */
const ASIDE = 10;

export function EffectFigure(props: {
  readonly effect: SettingEffect;
  /** Mean accuracy of the networks untrained. */
  readonly untrained: number;
}) {
  const { effect, untrained } = props;
  const { keys, points } = effect;
  const values = points.flatMap(({ score, scores }) => [
    score.low ?? score.value,
    score.high ?? score.value,
    ...scores,
  ]);
  const ticks = ticksOver(Math.min(untrained, ...values), Math.max(untrained, ...values));
  const y = scale([ticks[0]!, ticks.at(-1)!], [HEIGHT - BOTTOM, TOP]);
  const x = (i: number) => LEFT + ((i + 0.5) / points.length) * (WIDTH - LEFT - RIGHT);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={classes['figure']!}
      role="img"
      aria-label={`Accuracy by ${keys.join(', ')}; the table has the numbers`}
    >
      <TickLines
        ticks={ticks}
        text={(tick) => percentText(tick)}
        y={y}
        between={[LEFT, WIDTH - RIGHT]}
        fontSize={11}
      />
      <g className={classes['untrained']!}>
        <line
          x1={LEFT}
          x2={WIDTH - RIGHT}
          y1={y(untrained)}
          y2={y(untrained)}
          strokeDasharray="5 4"
        />
        <text x={WIDTH - RIGHT} y={y(untrained) - 5} textAnchor="end" fontSize={11}>
          untrained
        </text>
      </g>
      {points.map(({ value, score, scores }, i) => (
        <g key={value}>
          {score.low === undefined || score.high === undefined ? null : (
            <line
              className={classes['mean']!}
              x1={x(i)}
              x2={x(i)}
              y1={y(score.low)}
              y2={y(score.high)}
              strokeWidth={2}
            />
          )}
          <circle className={classes['mean']!} cx={x(i)} cy={y(score.value)} r={4.5} />
          {scores
            .map((single, n) => ({ key: `${value} ${n}`, single }))
            .map(({ key, single }) => (
              <circle
                key={key}
                cx={x(i) + ASIDE}
                cy={y(single)}
                r={2}
                fill="currentColor"
                opacity={0.6}
              />
            ))}
          <text x={x(i)} y={HEIGHT - 12} textAnchor="middle" fontSize={11} fill="currentColor">
            {value}
          </text>
        </g>
      ))}
    </svg>
  );
}
