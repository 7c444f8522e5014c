/** What will be trained, how long it takes, and Start; it stays in view at the end of the page. */
import { Box, Button, Group, Paper, Text } from '@mantine/core';
import type { Job, RequestOf } from '../../../engine/contract/studio/index.ts';
import { bytesText } from '../../ui/format.ts';
import { SubmitJob } from '../../ui/submit-job.tsx';
import { hoursText, type Measurement } from './estimate-panel.tsx';
import classes from './pretrain.module.css';

export function SummaryBar(props: {
  /** Name of what is trained. */
  readonly what: string;
  readonly request: RequestOf<'pretrain'>;
  /** A sentence that names what is missing. */
  readonly missing: string | undefined;
  /** Text of the length; undefined where the recipe is not known. */
  readonly length: string | undefined;
  readonly measurement: Measurement;
  readonly onStarted: (job: Job) => void;
}) {
  const { what, request, missing, length, measurement, onStarted } = props;
  return (
    <Paper component="section" aria-label="Summary" withBorder p="sm" className={classes['bar']!}>
      <Group justify="space-between" gap="sm">
        <Group flex="1 1 16rem" miw={0} style={{ gap: '2px var(--mantine-spacing-lg)' }}>
          <Text size="sm" fw={600} lineClamp={3}>
            {missing !== undefined || length === undefined ? what : `${what}: ${length}`}
          </Text>
          {missing === undefined ? <Cost measurement={measurement} /> : null}
        </Group>
        <Box>
          <SubmitJob
            request={missing === undefined ? request : undefined}
            label="Start"
            missing={missing}
            onSubmitted={onStarted}
          />
        </Box>
      </Group>
    </Paper>
  );
}

function Cost({ measurement }: { readonly measurement: Measurement }) {
  const { estimate, isStale, isPending, measure } = measurement;
  return estimate === undefined || isStale ? (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        Duration and memory are not measured.
      </Text>
      <Button variant="default" size="compact-xs" loading={isPending} onClick={measure}>
        Measure now
      </Button>
    </Group>
  ) : (
    <Text size="sm" c="dimmed" role="status">
      About {hoursText(estimate.seconds)} on {estimate.device}, {bytesText(estimate.memoryBytes)} of
      memory.
    </Text>
  );
}
