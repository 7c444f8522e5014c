/** What this machine can compute on, whether it computes right, and the application's settings. */
import { Badge, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Device } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { bytesText, countText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { SelfTest } from './self-test.tsx';
import { SettingsPanel } from './settings-panel.tsx';

export function DevicesPage() {
  const { data, error, refetch } = useStudio('devices.list', {});
  return (
    <Page
      title="Devices"
      about="What training can run on here. Automatic takes the fastest that computes right."
    >
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null ? (
          <Text role="status">Looking…</Text>
        ) : null
      ) : (
        <>
          {data.chosen === undefined ? null : <Text>Automatic takes {data.chosen.reason}.</Text>}
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            {data.devices.map((device) => (
              <DeviceCard key={device.id} device={device} chosen={device.id === data.chosen?.id} />
            ))}
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            This machine: {data.machine.cpu}, {countText(data.machine.cores)} cores,{' '}
            {bytesText(data.machine.memoryBytes)} of memory, {bytesText(data.machine.freeDiskBytes)}{' '}
            free where the workspace lies.
          </Text>
        </>
      )}
      <SettingsPanel />
    </Page>
  );
}

function DeviceCard({ device, chosen }: { readonly device: Device; readonly chosen: boolean }) {
  const { id, name, available, reason, detail } = device;
  return (
    <Card withBorder component="section" aria-label={id}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {id}
          </Title>
          <Group gap="xs">
            {chosen ? <Badge>taken by automatic</Badge> : null}
            <Badge
              color={available ? 'teal' : 'gray'}
              leftSection={
                available ? <IconCheck size={12} aria-hidden /> : <IconX size={12} aria-hidden />
              }
            >
              {available ? 'ready' : 'not available'}
            </Badge>
          </Group>
        </Group>
        <Text>{name}</Text>
        {detail === undefined ? null : (
          <Text size="sm" c="dimmed">
            {detail}
          </Text>
        )}
        {available || reason === undefined ? null : <Text size="sm">{reason}</Text>}
        {available ? <SelfTest device={id} /> : null}
      </Stack>
    </Card>
  );
}
