/** What the smaller forms of this page share: a frame, and words for what is missing. */
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

/** The first thing that is missing, in words. */
export function missingOf(needs: readonly (readonly [boolean, string])[]): string | undefined {
  return needs.find(([there]) => !there)?.[1];
}
