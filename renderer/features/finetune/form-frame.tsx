/** What the forms of this page share: a frame, the mode, the missing words. */
import { Card, NumberInput, Radio, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export function FormFrame({
  about,
  children,
}: {
  readonly about: string;
  readonly children: ReactNode;
}) {
  return (
    <Card withBorder>
      <Stack>
        <Text size="sm" maw={720}>
          {about}
        </Text>
        {children}
      </Stack>
    </Card>
  );
}

/** The first thing that is missing, in words. */
export function missingOf(needs: readonly (readonly [boolean, string])[]): string | undefined {
  return needs.find(([there]) => !there)?.[1];
}

export function ModeChoice(props: {
  readonly value: string;
  readonly onChange: (mode: string) => void;
}) {
  const { value, onChange } = props;
  const kind = value.startsWith('partial') ? 'partial' : value;
  const blocks = Number(/:(\d+)/.exec(value)?.[1] ?? 1);
  return (
    <Radio.Group
      label="What learns"
      value={kind}
      onChange={(chosen) => onChange(chosen === 'partial' ? `partial:${blocks}` : chosen)}
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="full"
          label="The whole network"
          description="The best when there are some hundred labels or more for each class."
        />
        <Radio
          value="partial"
          label="Its last blocks"
          description="Steadier with few labels, about twenty or fewer for each class; and quicker."
        />
        {kind === 'partial' ? (
          <NumberInput
            label="Blocks that learn"
            min={1}
            max={48}
            value={blocks}
            onChange={(count) => onChange(`partial:${Math.max(1, Number(count) || 1)}`)}
            maw={200}
            ml={28}
          />
        ) : null}
        <Radio
          value="linear"
          label="Only a new last layer (linear probe)"
          description="The network stays as it is: a quick measure of how good its features are."
        />
      </Stack>
    </Radio.Group>
  );
}
