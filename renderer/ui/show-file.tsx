/** The path of a written file or folder with a button to show it in the file manager or to download it. */
import { Button, Group, Text } from '@mantine/core';
import { downloadAddress } from '../../engine/contract/studio/index.ts';
import { desktop } from '../client/studio.ts';
import { useStudio } from '../client/use-studio.ts';
import { notifyError } from './error-notice.tsx';

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

/** @param label text of the download link */
export function ShowButton(props: { readonly path: string; readonly label?: string }) {
  const { path, label = 'Download' } = props;
  const { data } = useStudio('app.info', {});
  if (desktop !== undefined)
    return (
      <Button
        size="xs"
        variant="default"
        onClick={() => void desktop?.reveal(path).catch(notifyError)}
      >
        Show in folder
      </Button>
    );
  // The server offers downloads from its workspace only.
  if (data === undefined || !path.startsWith(data.workspace)) return null;
  return (
    <Button component="a" href={downloadAddress(path)} download size="xs" variant="default">
      {label}
    </Button>
  );
}
