/** The classes in an image, with the colours in which they are drawn. */
import { ColorSwatch, Group, Text } from '@mantine/core';

export interface FoundClass {
  readonly label: number;
  /** In which it is drawn, as CSS; undefined for one that is not drawn. */
  readonly colour: string | undefined;
  readonly text: string;
}

export function FoundClasses({ found }: { readonly found: readonly FoundClass[] }) {
  return (
    <Group gap="sm">
      {found.map(({ label, colour, text }) => (
        <Group key={label} gap={4} wrap="nowrap">
          {colour === undefined ? null : (
            <ColorSwatch size={12} color={colour} withShadow={false} />
          )}
          <Text size="xs">{text}</Text>
        </Group>
      ))}
    </Group>
  );
}
