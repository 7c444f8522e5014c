/** The estimate of a run, measured on this machine with these images. */
import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Estimate, RequestOf } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { bytesText, countOf, countText, durationText } from '../../ui/format.ts';
import { Notes } from '../../ui/notes.tsx';

export type Measurement = ReturnType<typeof useMeasurement>;

/** The newest estimate of a request, and how to measure it again. */
export function useMeasurement(request: RequestOf<'pretrain'>) {
  const asked = JSON.stringify({ ...request, name: undefined });
  const { data, isPending, error, mutate } = useMutation({
    mutationFn: async () => {
      const estimate = await call('pretrain.estimate', request);
      return { asked, estimate, at: new Date() };
    },
    networkMode: 'always',
  });
  return {
    /** Undefined before the first measurement. */
    estimate: data?.estimate,
    at: data?.at,
    /** Whether the request has changed since. */
    isStale: data !== undefined && data.asked !== asked,
    isPending,
    error,
    measure: () => mutate(),
  };
}

export function EstimatePanel(props: {
  readonly measurement: Measurement;
  readonly ready: boolean;
  /** Called with settings to apply from the estimate. */
  readonly onSettings: (settings: Readonly<Record<string, string>>) => void;
}) {
  const { measurement, ready, onSettings } = props;
  const { estimate, at, isStale, isPending, error, measure } = measurement;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" maw={720}>
          Runs a few steps on your images to estimate duration, memory and disk. Takes up to a
          minute.
        </Text>
        <Button variant="default" disabled={!ready} loading={isPending} onClick={measure}>
          {estimate === undefined ? 'Measure' : 'Measure again'}
        </Button>
      </Group>
      <ErrorNotice error={error} />
      {estimate === undefined ? null : (
        <>
          <Text size="sm" role="status" fw={isStale ? 600 : 400}>
            {isStale
              ? 'The settings have changed: measure again.'
              : `Measured at ${at!.toLocaleTimeString()}.`}
          </Text>
          <Facts estimate={estimate} onTake={isStale ? undefined : onSettings} />
        </>
      )}
    </Stack>
  );
}

/** Settings that make the batch fit into memory, with a button to apply them. */
function Remedy(props: {
  readonly remedy: NonNullable<Estimate['remedy']>;
  readonly onTake: (settings: Readonly<Record<string, string>>) => void;
}) {
  const { text, settings } = props.remedy;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
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
          Apply
        </Button>
      </Group>
    </Alert>
  );
}

function stepText(ms: number): string {
  return ms < 10_000 ? `${countText(Math.round(ms))} ms` : `${countText(Math.round(ms / 1000))} s`;
}

/** A duration that is also given in hours when it is long. */
export function hoursText(seconds: number): string {
  const hours = seconds / 3600;
  const text = durationText(seconds);
  return hours < 48 ? text : `${text} (${countOf(Math.round(hours), 'hour')})`;
}

function Facts(props: {
  readonly estimate: Estimate;
  /** Undefined when the settings have changed since the estimate. */
  readonly onTake: ((settings: Readonly<Record<string, string>>) => void) | undefined;
}) {
  const { estimate, onTake } = props;
  const { device, steps, stepMs, dataMs, seconds, fit, remedy, warnings } = estimate;
  const facts: [string, string, string][] = [
    ['Whole run', hoursText(seconds), `${countOf(steps, 'step')} on ${device}`],
    [
      'One step',
      stepText(stepMs),
      dataMs > stepMs
        ? `data loading takes longer, ${Math.round(dataMs)} ms: more workers may help`
        : `data loading runs in parallel, ${Math.round(dataMs)} ms`,
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
      <Notes items={warnings} title="Before you start" icon={<IconAlertTriangle aria-hidden />} />
    </>
  );
}
