/** The title of a setting with its key, which commands and files use. */
import { Code, Group } from '@mantine/core';

export function SettingTitle(props: {
  readonly title: string;
  readonly name: string;
  /** Prefix of the ids of both parts. */
  readonly id?: string;
}) {
  const { title, name, id } = props;
  return (
    <Group component="span" gap={6} wrap="wrap" display="inline-flex">
      <span id={id && `${id}-title`}>{title}</span>
      <Code id={id && `${id}-key`} fz={11}>
        {name}
      </Code>
    </Group>
  );
}
