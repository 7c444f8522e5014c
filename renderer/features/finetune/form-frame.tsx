/** Shared parts of the smaller forms: a frame, and the message for missing input. */
import { Card, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export function FormFrame(props: { readonly about: string; readonly children: ReactNode }) {
  return (
    <Card withBorder>
      <Stack>
        <Text maw={720}>{props.about}</Text>
        {props.children}
      </Stack>
    </Card>
  );
}

/** The message for the first missing input. */
export function missingOf(needs: readonly (readonly [boolean, string])[]): string | undefined {
  return needs.find(([there]) => !there)?.[1];
}
