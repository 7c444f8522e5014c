/** A label; where it is a term of the field, a tooltip explains it. */
import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { meaningOfLabel } from '../../engine/contract/terms.ts';
import classes from './explained.module.css';

/** @param props.label also an explained term when more follows after a comma, as in `Top-1 accuracy, k = 20` */
export function Explained({ label }: { readonly label: string }) {
  return meaningOfLabel(termIn(label)) === undefined ? (
    label
  ) : (
    <WithMeaning label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation is for the keyboard too */}
      <span className={classes['term']!} tabIndex={0}>
        {label}
      </span>
    </WithMeaning>
  );
}

/** The explanation of a label on what shows it, such as a button. */
export function WithMeaning(props: { readonly label: string; readonly children: ReactElement }) {
  const meaning = meaningOfLabel(termIn(props.label));
  if (meaning === undefined) return props.children;
  return (
    <Tooltip label={meaning} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {props.children}
    </Tooltip>
  );
}

const termIn = (label: string) => label.split(', ')[0]!;
