/** The columns of the table of runs. */
import { Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { primaryText } from '../../../../engine/contract/scores.ts';
import {
  RUN_SORTS,
  type RunSort,
  type RunSummary,
} from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { agoText, countText, durationText, numberText, percentText } from '../../../ui/format.ts';
import { StatusBadge } from '../../../ui/status-badge.tsx';

export interface RunColumn {
  readonly label: string;
  /** Pixels; undefined for the name, which takes the rest. */
  readonly width?: number;
  readonly number?: boolean;
  readonly cell: (run: RunSummary) => ReactNode;
}

const textOf = (value: number | undefined, text: (value: number) => string) =>
  value === undefined ? '–' : text(value);

/** Seconds from the start to the last change, or until now. */
function secondsOf({ status, createdAt, updatedAt }: RunSummary): number {
  const end = status === 'running' || status === 'paused' ? Date.now() : Date.parse(updatedAt);
  return Math.max(0, (end - Date.parse(createdAt)) / 1000);
}

export const RUN_COLUMNS: Readonly<Record<RunSort, RunColumn>> = {
  name: { label: 'Name', cell: ({ name }) => name },
  status: {
    label: 'Status',
    width: 208,
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  task: {
    label: termOf('task'),
    width: 104,
    cell: (run) => pagesOfRun(run).training.toLowerCase(),
  },
  steps: { label: 'Steps', width: 116, cell: (run) => <Steps run={run} /> },
  loss: {
    label: termOf('loss'),
    width: 84,
    number: true,
    cell: ({ last }) => textOf(last?.loss, (value) => numberText(value, 4)),
  },
  match: {
    label: termOf('tokenMatch'),
    width: 112,
    number: true,
    cell: ({ last }) => textOf(last?.match, percentText),
  },
  score: {
    label: termOf('primaryScore'),
    width: 124,
    number: true,
    cell: ({ best }) => (best === undefined ? '–' : primaryText(best)),
  },
  throughput: {
    label: 'Images/s',
    width: 96,
    number: true,
    cell: ({ last }) => textOf(last?.imagesPerSecond, (value) => numberText(value, 3)),
  },
  duration: {
    label: 'Duration',
    width: 88,
    number: true,
    cell: (run) => durationText(secondsOf(run)),
  },
  device: { label: termOf('device'), width: 96, cell: ({ device }) => device },
  tags: { label: 'Tags', width: 150, cell: ({ tags }) => tags?.join(', ') ?? '' },
  images: { label: 'Images', width: 96, number: true, cell: ({ images }) => countText(images) },
  started: { label: 'Started', width: 116, cell: ({ createdAt }) => agoText(createdAt) },
};

/** Columns that can be chosen, in the order of the table. */
export const CHOICES: readonly RunSort[] = RUN_SORTS.filter((key) => key !== 'name');

export const USUAL_COLUMNS: readonly RunSort[] = [
  'status',
  'task',
  'steps',
  'loss',
  'match',
  'score',
  'duration',
  'started',
];

function Steps({ run: { name, step, totalSteps } }: { readonly run: RunSummary }) {
  return (
    <>
      <Text size="xs" className="digits">
        {countText(step)} of {countText(totalSteps)}
      </Text>
      <Progress
        value={(step / Math.max(1, totalSteps)) * 100}
        size="sm"
        aria-label={`${name}, progress`}
      />
    </>
  );
}
