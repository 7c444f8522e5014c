/** A device for training: its properties, the result of its check, and its speed. */
import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { Device, DeviceCheck } from '../../../engine/contract/studio/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { agoText, bytesText, countOf } from '../../ui/format.ts';
import { kindText, narrowTexts, precisionText } from './device-words.ts';
import { SelfTest } from './self-test.tsx';

export function DeviceCard(props: {
  readonly device: Device;
  readonly chosen: boolean;
  readonly check: DeviceCheck | undefined;
  /** Text of `speedText`. */
  readonly speed: string | undefined;
}) {
  const { device, chosen, check, speed } = props;
  const { id, name, detail, memoryBytes } = device;
  const facts: readonly [string, string | undefined][] = [
    ['Name in commands', id],
    ['Details', detail],
    ['Memory', memoryBytes === undefined ? undefined : bytesText(memoryBytes)],
    ['Precision', precisionText(device)],
    ['Speed', speed],
    ...(check === undefined ? [] : narrowTexts(check)),
    ['Accuracy', exactnessText(check)],
  ];
  return (
    <Card withBorder component="section" aria-label={`${name} (${id})`}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div>
            <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {kindText(device)}
            </Text>
          </div>
          <Group gap="xs" justify="flex-end">
            {chosen ? (
              <Badge miw="max-content" color="teal">
                automatic
              </Badge>
            ) : null}
            <CheckBadge check={check} />
          </Group>
        </Group>
        <Text component="div" size="sm">
          <Facts items={facts.filter(([, value]) => Boolean(value))} />
        </Text>
        {check !== undefined && !check.ok ? (
          <Text size="sm">
            It failed its self-test {agoText(check.checkedAt)}: {check.reason}. Install the newest
            driver, then check again. Automatic does not select it.
          </Text>
        ) : null}
        <SelfTest device={id} />
      </Stack>
    </Card>
  );
}

function CheckBadge({ check }: { readonly check: DeviceCheck | undefined }) {
  if (check === undefined)
    return (
      <Badge miw="max-content" color="gray">
        ready
      </Badge>
    );
  return check.ok ? (
    <Badge miw="max-content" color="teal" leftSection={<IconCheck size={12} aria-hidden />}>
      passed
    </Badge>
  ) : (
    <Badge miw="max-content" color="red" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
      fails
    </Badge>
  );
}

function exactnessText(check: DeviceCheck | undefined): string | undefined {
  if (check?.worst === undefined || !check.ok) return undefined;
  const { error, limit } = check.worst;
  return `${countOf(check.quantities, 'quantity matches', 'quantities match')} stored values; the largest error is ${error?.toExponential(1)}, the limit ${limit.toExponential(1)}`;
}
