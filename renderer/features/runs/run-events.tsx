/** What a run said, newest first. */
import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useStudio } from '../../client/use-studio.ts';
import { countText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { type EventText, eventText } from './event-text.ts';
import classes from './runs.module.css';

const STEP = 100;

const SIGNS = {
  plain: { icon: IconInfoCircle, word: 'Note' },
  warning: { icon: IconAlertTriangle, word: 'Warning' },
  problem: { icon: IconX, word: 'Problem' },
} as const;

export function RunEvents({ id }: { readonly id: string }) {
  const [count, setCount] = useState(STEP);
  const { data } = useStudio('runs.events', { id, offset: 0, count });
  const items = data?.items ?? [];
  return (
    <Card withBorder component="section" aria-label="Events">
      <Title order={2} size="h4">
        What happened
      </Title>
      {items.length === 0 ? (
        <Text c="dimmed">Nothing yet.</Text>
      ) : (
        <ScrollRegion label="List of events">
          <ol className={classes['plain']!}>
            <Stack gap="xs">
              {items.map((event, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: events have no names of their own
                <li key={`${event.time} ${i}`}>
                  <EventLine step={event.step} time={event.time} said={eventText(event)} />
                </li>
              ))}
            </Stack>
          </ol>
          {(data?.total ?? 0) > items.length && count < 1000 ? (
            <button type="button" onClick={() => setCount((shown) => Math.min(1000, shown + 300))}>
              Show more of {countText(data?.total ?? 0)}
            </button>
          ) : null}
        </ScrollRegion>
      )}
    </Card>
  );
}

function EventLine(props: {
  readonly step: number | undefined;
  readonly time: number | undefined;
  readonly said: EventText;
}) {
  const { step, time, said } = props;
  const { icon: Icon, word } = SIGNS[said.tone];
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon size={18} aria-label={word} />
      <div>
        <Text size="sm" fw={said.tone === 'plain' ? 400 : 600}>
          {said.title}
        </Text>
        <Text size="xs" c="dimmed">
          {said.text === undefined ? '' : `${said.text} `}
          {step === undefined ? '' : `Step ${countText(step)}`}
          {time === undefined ? '' : `, ${new Date(time).toLocaleTimeString()}`}
        </Text>
      </div>
    </Group>
  );
}
