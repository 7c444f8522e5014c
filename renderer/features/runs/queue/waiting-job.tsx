/** A waiting job, which can be moved in the queue or removed. */
import { Card, Group, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { moveOf } from './queue.ts';

export function WaitingJob(props: {
  readonly job: Job;
  /** Ids of all waiting jobs. */
  readonly order: readonly string[];
  /** Called with a sentence for screen readers. */
  readonly onMoved: (said: string) => void;
}) {
  const { job, order, onMoved } = props;
  const { id, title } = job;
  const move = useStudioAction('jobs.move');
  const stop = useStudioAction('jobs.stop');
  const at = order.indexOf(id);
  const act = (by: -1 | 1, label: string, icon: typeof IconX) => {
    const wanted = moveOf(order, id, by);
    return (
      <IconButton
        label={label}
        icon={icon}
        disabled={wanted === undefined || move.unavailable}
        onClick={() =>
          wanted !== undefined &&
          move.mutate(wanted, {
            onError: notifyError,
            onSuccess: () => onMoved(`${title} is now number ${at + by + 1} of ${order.length}.`),
          })
        }
      />
    );
  };
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm">
          <Text fw={600}>{title}</Text>
          <StatusBadge status="waiting" word={`waiting, number ${at + 1}`} />
        </Group>
        <Group gap={4} wrap="nowrap">
          {act(-1, `Move ${title} up`, IconArrowUp)}
          {act(1, `Move ${title} down`, IconArrowDown)}
          <IconButton
            label={`Remove ${title} from the queue`}
            icon={IconX}
            disabled={stop.unavailable}
            onClick={() => stop.mutate({ id }, { onError: notifyError })}
          />
        </Group>
      </Group>
    </Card>
  );
}
