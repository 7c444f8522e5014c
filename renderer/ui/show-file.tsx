/** Where a file or folder was written, and the way to it: the system's window, or a download. */
import { Button, Group, Text } from '@mantine/core';
import { downloadAddress } from '../../engine/contract/studio/index.ts';
import { desktop } from '../client/studio.ts';
import { useStudio } from '../client/use-studio.ts';
import { tellError } from './error-notice.tsx';

export function ShowFile({ path }: { readonly path: string }) {
  return (
    <Group gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {path}
      </Text>
      <ShowButton path={path} />
    </Group>
  );
}

/** @param label of the download */
export function ShowButton(props: { readonly path: string; readonly label?: string }) {
  const { path, label = 'Download' } = props;
  const { data } = useStudio('app.info', {});
  if (desktop !== undefined)
    return (
      <Button
        size="xs"
        variant="default"
        onClick={() => void desktop?.reveal(path).catch(tellError)}
      >
        Show in folder
      </Button>
    );
  // A server gives what lies in its workspace, and nothing else.
  if (data === undefined || !path.startsWith(data.workspace)) return null;
  return (
    <Button component="a" href={downloadAddress(path)} download size="xs" variant="default">
      {label}
    </Button>
  );
}
