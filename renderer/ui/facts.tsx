/** Names and their values, one a line. */
import { Fragment, type ReactNode } from 'react';
import classes from './facts.module.css';

export function Facts(props: {
  readonly items: readonly (readonly [key: string, value: ReactNode, shown?: ReactNode])[];
}) {
  return (
    <dl className={classes['facts']!}>
      {props.items.map(([key, value, shown = key]) => (
        <Fragment key={key}>
          <dt>{shown}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
