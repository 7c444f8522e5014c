/** The events of a run, newest first, as a virtualised list. */
import { SegmentedControl, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunEvent } from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useItems } from '../../../client/use-items.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { countText } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import { useVirtualRows } from '../../../ui/use-virtual-rows.ts';
import { runEventText } from './event-text.ts';
import classes from './run-events.module.css';

const PAGE = 100;
const LINE = 46;

const SIGNS = {
  plain: { icon: IconInfoCircle, word: 'Note' },
  warning: { icon: IconAlertTriangle, word: 'Warning' },
  problem: { icon: IconX, word: 'Problem' },
} as const;

type Shown = 'all' | 'trouble';

export function RunEvents({ id }: { readonly id: string }) {
  const [shown, setShown] = useState<Shown>('all');
  const input = { id, offset: 0, count: PAGE };
  const all = useStudio('runs.events', input);
  const trouble = useStudio('runs.events', { ...input, trouble: true });
  const total = (shown === 'all' ? all : trouble).data?.total ?? 0;
  return (
    <Section
      title={termOf('events')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Which events"
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={[
            { value: 'all', label: `All (${countText(all.data?.total ?? 0)})` },
            { value: 'trouble', label: `Warnings (${countText(trouble.data?.total ?? 0)})` },
          ]}
        />
      }
    >
      {total === 0 ? (
        <Text c="dimmed">
          {shown === 'all' ? 'Nothing yet.' : 'No warnings, no unreadable images.'}
        </Text>
      ) : (
        <EventLines key={shown} id={id} total={total} trouble={shown === 'trouble'} />
      )}
    </Section>
  );
}

function EventLines(props: {
  readonly id: string;
  readonly total: number;
  readonly trouble: boolean;
}) {
  const { id, total, trouble } = props;
  const virtual = useVirtualRows(total, { height: LINE, overscan: 6 });
  const { scroller, rows: lines, visible } = virtual;
  const input = { id, ...(trouble ? { trouble } : {}) };
  const eventAt = useItems(['runs.events', input], virtual.range, { size: PAGE });
  return (
    <section
      ref={scroller}
      className={classes['events']!}
      aria-label="List of events"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without focus the keyboard could not scroll it
      tabIndex={0}
    >
      <ol className="plain-list" style={{ height: lines.getTotalSize() }}>
        {visible.map(({ index, start }) => (
          <li
            key={index}
            ref={lines.measureElement}
            data-index={index}
            className={classes['event']!}
            style={{ transform: `translateY(${start}px)` }}
            aria-setsize={total}
            aria-posinset={index + 1}
          >
            <EventLine event={eventAt(index)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function EventLine({ event }: { readonly event: RunEvent | undefined }) {
  if (event === undefined) return <Text size="sm">…</Text>;
  const { title, text, tone } = runEventText(event);
  const { icon: Icon, word } = SIGNS[tone];
  const { step, time } = event;
  const where = [
    ...(step === undefined ? [] : [`Step ${countText(step)}`]),
    ...(time === undefined ? [] : [timeText(time)]),
  ];
  return (
    <>
      <Icon size={18} role="img" aria-label={word} className={classes['sign']!} />
      <div>
        <Text size="sm" fw={tone === 'plain' ? 400 : 600}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {[...(text === undefined ? [] : [text]), where.join(', ')].join(' · ')}
        </Text>
      </div>
    </>
  );
}

function timeText(time: number): string {
  const date = new Date(time);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString();
}
