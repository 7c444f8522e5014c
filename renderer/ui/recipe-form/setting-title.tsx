/** The title of a setting with its key, which commands and files use. */

import { Code, Group } from '@mantine/core';
import { FieldLabel } from '../field-label.tsx';

export function SettingTitle(props: {
  readonly title: string;
  readonly name: string;
  /** Prefix of the ids of both parts. */
  readonly id?: string;
  /** What it does, for a tooltip on the label of its field. */
  readonly meaning?: string;
}) {
  const { title, name, id, meaning } = props;
  const titleId = id && `${id}-title`;
  return (
    <Group component="span" gap={6} wrap="wrap" display="inline-flex">
      {meaning === undefined ? (
        <span id={titleId}>{title}</span>
      ) : (
        <FieldLabel label={title} meaning={meaning} id={titleId} />
      )}
      <Code id={id && `${id}-key`} fz={11}>
        {name}
      </Code>
    </Group>
  );
}
