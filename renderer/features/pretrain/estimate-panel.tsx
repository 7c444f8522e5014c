/** What a run will take, measured on this machine with these images. */
import { Alert, Button, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Estimate, RequestOf } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { bytesText, countText, durationText } from '../../ui/format.ts';

export function EstimatePanel(props: {
  readonly request: RequestOf<'pretrain'>;
  readonly ready: boolean;
  /** Settings that were taken over from what was measured. */
  readonly onSettings: (settings: Readonly<Record<string, string>>) => void;
}) {
  const { request, ready, onSettings } = props;
  const asked = JSON.stringify({ ...request, name: undefined });
  const measure = useMutation({
    mutationFn: async () => {
      const estimate = await call('pretrain.estimate', request);
      return { asked, estimate, at: new Date() };
    },
    networkMode: 'always',
  });
  const stale = measure.data !== undefined && measure.data.asked !== asked;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={720}>
          A few real steps on your images tell how long the whole run will take here, and whether
          memory and disk will do. It takes up to a minute.
        </Text>
        <Button
          variant="default"
          disabled={!ready}
          loading={measure.isPending}
          onClick={() => measure.mutate()}
        >
          {measure.data === undefined ? 'Measure' : 'Measure again'}
        </Button>
      </Group>
      {measure.error === null ? null : <ErrorNotice error={measure.error} />}
      {measure.data === undefined ? null : (
        <>
          <Text size="sm" role="status" fw={stale ? 600 : 400}>
            {stale
              ? 'The settings have changed since this was measured: measure again.'
              : `Measured on this machine at ${measure.data.at.toLocaleTimeString()}, with what else it was doing then.`}
          </Text>
          <Facts estimate={measure.data.estimate} onTake={stale ? undefined : onSettings} />
        </>
      )}
    </Stack>
  );
}

/** What makes a batch fit that does not, and one press to take it. */
function Remedy(props: {
  readonly remedy: NonNullable<Estimate['remedy']>;
  readonly onTake: (settings: Readonly<Record<string, string>>) => void;
}) {
  const { text, settings } = props.remedy;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
      <Group justify="space-between">
        <Text size="sm" maw={860} flex="1 1 14rem">
          {text}
        </Text>
        <Button
          variant="default"
          size="xs"
          miw="max-content"
          onClick={() => props.onTake(settings)}
        >
          Take it
        </Button>
      </Group>
    </Alert>
  );
}

function stepText(ms: number): string {
  return ms < 10_000 ? `${countText(Math.round(ms))} ms` : `${countText(Math.round(ms / 1000))} s`;
}

/** In hours too, since that is what people plan with. */
function hoursText(seconds: number): string {
  const hours = seconds / 3600;
  const text = durationText(seconds);
  return hours < 48 ? text : `${text} (${countText(Math.round(hours))} hours)`;
}

function Facts(props: {
  readonly estimate: Estimate;
  /** Undefined where it is no longer of the settings as they are. */
  readonly onTake: ((settings: Readonly<Record<string, string>>) => void) | undefined;
}) {
  const { estimate, onTake } = props;
  const { device, steps, stepMs, dataMs, seconds, fit, remedy, warnings } = estimate;
  const facts: [string, string, string][] = [
    ['Whole run', hoursText(seconds), `${countText(steps)} steps on ${device}`],
    [
      'One step',
      stepText(stepMs),
      dataMs > stepMs
        ? `reading its images takes longer, ${Math.round(dataMs)} ms: more workers may help`
        : `its images are read beside it, in ${Math.round(dataMs)} ms`,
    ],
    [
      'Memory',
      bytesText(estimate.memoryBytes),
      `of ${bytesText(estimate.machineMemoryBytes)} in this machine`,
    ],
    [
      'Disk',
      bytesText(estimate.diskBytes),
      `${bytesText(estimate.checkpointBytes)} a checkpoint; ${bytesText(estimate.freeDiskBytes)} free`,
    ],
  ];
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }} component="dl" m={0}>
        {facts.map(([name, value, more]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} fw={600} size="lg">
              {value}
            </Text>
            <Text component="dd" m={0} size="sm" c="dimmed">
              {more}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {fit === undefined ? null : <Text size="sm">{fit.text}</Text>}
      {remedy === undefined || onTake === undefined ? null : (
        <Remedy remedy={remedy} onTake={onTake} />
      )}
      {warnings.length === 0 ? null : (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title="Before you start"
        >
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}
