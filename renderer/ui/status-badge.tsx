/** The status of a run or job as a badge with a text, an icon and a colour. */
import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { JobState, RunSummary } from '../../engine/contract/studio/index.ts';

type Status = JobState | RunSummary['status'];

const LOOKS: Readonly<
  Record<
    Status,
    { word: string; color: string; icon: ComponentType<{ size: number; 'aria-hidden': boolean }> }
  >
> = {
  waiting: { word: 'waiting', color: 'gray', icon: IconClock },
  created: { word: 'starting', color: 'gray', icon: IconClock },
  running: { word: 'training', color: 'teal', icon: IconPlayerPlay },
  paused: { word: 'paused', color: 'yellow', icon: IconPlayerPause },
  stopped: { word: 'stopped', color: 'gray', icon: IconPlayerStop },
  done: { word: 'done', color: 'blue', icon: IconCheck },
  failed: { word: 'failed', color: 'red', icon: IconAlertTriangle },
  died: { word: 'exited unexpectedly', color: 'red', icon: IconAlertTriangle },
};

export function StatusBadge(props: {
  readonly status: Status;
  /** Whether it is a training, which runs by another word. */
  readonly trains?: boolean;
  readonly word?: string | undefined;
}) {
  const { status, trains = true, word } = props;
  const { word: usual, color, icon: Icon } = LOOKS[status];
  return (
    <Badge
      miw="max-content"
      variant="outline"
      color={color}
      tt="none"
      leftSection={<Icon size={12} aria-hidden />}
    >
      {word ?? (trains || status !== 'running' ? usual : status)}
    </Badge>
  );
}
