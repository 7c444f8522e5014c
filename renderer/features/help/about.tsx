/** Information about the program: version, components and licences. */
import { Button, Group, Image, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import icon from '../../../assets/icons/icon.svg';
import { desktop } from '../../client/studio.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';

export function About() {
  const info = useStudio('app.info', {});
  const about = useQuery({
    queryKey: ['about'],
    queryFn: async () => (await desktop?.about()) ?? null,
  });
  const { electron, chromium, node, licence, notices } = about.data ?? {};
  const reveal = (file: string) => void desktop?.reveal(file).catch(notifyError);
  return (
    <Stack align="flex-start">
      <Group wrap="nowrap" gap="lg">
        <Image src={icon} alt="ConMIM Studio" w={96} h={96} />
        <div>
          <Title order={2} size="h3">
            ConMIM Studio
          </Title>
          <Text>Version {info.data?.version ?? '…'}</Text>
          <Text c="dimmed" size="sm">
            Pre-train vision transformers on your own images, on your own machine. Nothing leaves
            this machine.
          </Text>
        </div>
      </Group>
      <ErrorNotice error={about.error} />
      {electron === undefined ? null : (
        <Text size="sm">
          This window: Electron {electron}, Chromium {chromium}, Node {node}.
        </Text>
      )}
      <Text size="sm">
        Under the Apache License 2.0. The parts that it is made of have licences of their own, which
        are collected in the file LICENCES.txt of an installation.
      </Text>
      <Group>
        {licence === undefined ? null : (
          <Button variant="default" onClick={() => reveal(licence)}>
            Show the licence
          </Button>
        )}
        {notices === undefined ? null : (
          <Button variant="default" onClick={() => reveal(notices)}>
            Show the licences of all parts
          </Button>
        )}
      </Group>
    </Stack>
  );
}
