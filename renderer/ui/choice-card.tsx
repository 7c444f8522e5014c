/** A card of a group of radio buttons. */
import { Group, Radio } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './choice-card.module.css';

export function ChoiceCard(props: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Radio.Card value={props.value} className={classes['card']!} withBorder>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator aria-hidden />
        <div>{props.children}</div>
      </Group>
    </Radio.Card>
  );
}
