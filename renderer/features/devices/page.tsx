/** The Devices page: devices and their checks. */
import { SimpleGrid, Text, Title } from '@mantine/core';
import type { OutputOf } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { bytesText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { ChoicePanel } from './choice-panel.tsx';
import { DeviceCard } from './device-card.tsx';
import { groupDevices, speedText } from './device-words.ts';
import { CheckDevices, MissingDevices } from './other-devices.tsx';

export function DevicesPage() {
  const { data, error, refetch } = useStudio('devices.list', {});
  return (
    <Page title="Devices" about="Automatic selects the fastest device that passes its self-test.">
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data !== undefined ? (
        <Devices found={data} />
      ) : error === null ? (
        <Text role="status">Looking for devices…</Text>
      ) : null}
    </Page>
  );
}

function Devices({ found }: { readonly found: OutputOf<'devices.list'> }) {
  const { devices, checks, chosen, machine } = found;
  const { usable, missing, forChecks } = groupDevices(devices);
  return (
    <>
      <ChoicePanel chosen={chosen} checks={checks} />
      <section aria-labelledby="usable-devices">
        <Title order={2} size="h4" mb="sm" id="usable-devices">
          Available
        </Title>
        <SimpleGrid
          cols={{ base: 1, md: usable.length > 1 ? 2 : 1, xl: Math.min(3, usable.length) }}
        >
          {usable.map((device) => {
            const check = checks.find((one) => one.device === device.id);
            return (
              <DeviceCard
                key={device.id}
                device={device}
                chosen={device.id === chosen?.id}
                check={check}
                speed={check && speedText(check, checks, devices)}
              />
            );
          })}
        </SimpleGrid>
        <Text size="sm" c="dimmed" mt="sm">
          Free disk space where the workspace lies: {bytesText(machine.freeDiskBytes)}.
          <PreparedBytes />
        </Text>
      </section>
      <MissingDevices devices={missing} />
      <CheckDevices devices={forChecks} />
    </>
  );
}

/** What prepared images take of the disk. */
function PreparedBytes() {
  const sets = useStudio('prepared.list', {}).data ?? [];
  if (sets.length === 0) return null;
  const bytes = sets.reduce((sum, set) => sum + set.bytes, 0);
  return ` Prepared images take ${bytesText(bytes)}; they can be removed on the pages of their data sets.`;
}
