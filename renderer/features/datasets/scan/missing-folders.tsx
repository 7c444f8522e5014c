/** Folders and lists of a data set that are not there, with what can be done. */
import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconFolderOff } from '@tabler/icons-react';

export function MissingFolders(props: {
  readonly folders: readonly string[];
  readonly onScan: () => void;
}) {
  const { folders, onScan } = props;
  const one = folders.length === 1;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconFolderOff aria-hidden />}
      title={one ? 'The folder of this data set is gone' : 'Folders of this data set are gone'}
    >
      <List size="sm">
        {folders.map((folder) => (
          <List.Item key={folder}>{folder}</List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        Connect its disk or move it back, and scan again. If it lies elsewhere now, add it from
        there and remove this data set; runs that used it are kept.
      </Text>
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={onScan}>
          Scan again
        </Button>
      </Group>
    </Alert>
  );
}
