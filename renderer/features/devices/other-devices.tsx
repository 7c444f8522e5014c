/** Devices that are not available, with advice, and devices for checks. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { Device } from '../../../engine/contract/studio/index.ts';
import { Section } from '../../ui/section.tsx';
import { kindText } from './device-words.ts';
import { SelfTest } from './self-test.tsx';

export function MissingDevices({ devices }: { readonly devices: readonly Device[] }) {
  if (devices.length === 0) return null;
  return (
    <Section title="Not available here">
      <Stack gap="md">
        {devices.map((device) => (
          <div key={device.id}>
            <Named device={device} about={device.id} />
            <Text size="sm">
              {device.reason ?? 'Nothing more is known.'} {device.advice}
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}

export function CheckDevices({ devices }: { readonly devices: readonly Device[] }) {
  if (devices.length === 0) return null;
  return (
    <Section title="For checks only">
      <Text size="sm" c="dimmed">
        Slower than the CPU: they serve to compare results, and no form offers them to compute on.
      </Text>
      <Stack gap="md">
        {devices.map((device) => (
          <Stack key={device.id} gap={4}>
            <Named device={device} about={`${kindText(device)} · ${device.id}`} />
            <Text size="sm">
              {device.available ? device.detail : `${device.reason ?? ''} ${device.advice ?? ''}`}
            </Text>
            {device.available ? <SelfTest device={device.id} /> : null}
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}

function Named({ device, about }: { readonly device: Device; readonly about: string }) {
  return (
    <Group gap="xs" align="baseline">
      <Title order={3} size="h6">
        {device.name}
      </Title>
      <Text size="sm" c="dimmed">
        {about}
      </Text>
    </Group>
  );
}
