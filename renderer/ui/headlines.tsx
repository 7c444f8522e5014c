/** Metrics with their intervals as text and as a line. */
import { Box, Card, SimpleGrid, Text } from '@mantine/core';
import { z } from 'zod';
import { type TermKey, termOf } from '../../engine/contract/terms.ts';
import { Explained } from './explained.tsx';
import { percentText } from './format.ts';
import { IntervalBar } from './interval-bar.tsx';

export interface Headline {
  readonly name: string;
  readonly value: number;
  readonly interval?: readonly [number, number] | undefined;
  readonly text?: string;
}

/** @param estimate a score with its interval */
export function headlineOf(
  name: string,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
): Headline {
  return { name, value, interval: [low, high] };
}

const intervalSchema = z.tuple([z.number(), z.number()]);

/** The scores that the last record of a command has, each with its interval. */
export function recordedHeadlines(
  record: Readonly<Record<string, unknown>>,
  names: readonly TermKey[],
): Headline[] {
  return names.flatMap((name): Headline[] => {
    const value = record[name];
    if (typeof value !== 'number') return [];
    const interval = intervalSchema.safeParse(record[`${name}Interval`]).data;
    return [{ name: termOf(name), value, interval }];
  });
}

export function Headlines({ items }: { readonly items: readonly Headline[] }) {
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} component="dl" m={0}>
      {items.map(({ name, value, interval, text }) => (
        <Card key={name} withBorder padding="sm">
          <Text component="dt" size="sm" c="dimmed">
            <Explained label={name} />
          </Text>
          <Text component="dd" m={0} fw={700} size="xl">
            {text ?? percentText(value)}
          </Text>
          {interval === undefined ? null : (
            <dd style={{ margin: 0 }}>
              <Text size="sm" c="dimmed" component="span">
                {termOf('interval')}: {percentText(interval[0])} to {percentText(interval[1])}
              </Text>
              <Box mt={6}>
                <IntervalBar value={value} low={interval[0]} high={interval[1]} />
              </Box>
            </dd>
          )}
        </Card>
      ))}
    </SimpleGrid>
  );
}
