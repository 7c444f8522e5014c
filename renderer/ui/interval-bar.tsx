/** A share from 0 to 1 as a mark on a line, with an interval around it. */
import classes from './interval-bar.module.css';

export function IntervalBar(props: {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}) {
  const { value, low, high } = props;
  return (
    <div className={classes['scale']!} aria-hidden>
      <div
        className={classes['interval']!}
        style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }}
      />
      <div className={classes['mark']!} style={{ left: `calc(${value * 100}% - 1px)` }} />
    </div>
  );
}
