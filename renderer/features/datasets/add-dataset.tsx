/** Adding folders of images, with the system's dialog or the walk of a browser. */
import { Button, Group } from '@mantine/core';
import { IconFolderPlus, IconTags } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { call, desktop } from '../../client/studio.ts';
import { tellError } from '../../ui/error-notice.tsx';
import { FolderPicker } from '../../ui/folder-picker.tsx';

type Kind = 'images' | 'labelled';

function useAddDataset() {
  const [, navigate] = useLocation();
  return (kind: Kind, folders: readonly string[]) => {
    if (folders.length === 0) return;
    // The page is another one once its first data set is there, so nothing may hang on this component.
    call('datasets.add', { kind, folders: [...folders] })
      .then(({ id }) => navigate(`/datasets/${id}`))
      .catch(tellError);
  };
}

export function AddDataset({ primary = true }: { readonly primary?: boolean }) {
  const [picking, setPicking] = useState<Kind | undefined>(undefined);
  const add = useAddDataset();
  const pick = (kind: Kind) => {
    if (desktop === undefined) setPicking(kind);
    else
      desktop
        .pickFolders()
        .then((folders) => add(kind, kind === 'labelled' ? folders.slice(0, 1) : folders))
        .catch(tellError);
  };
  return (
    <Group gap="sm">
      <Button
        leftSection={<IconFolderPlus size={18} aria-hidden />}
        variant={primary ? 'filled' : 'default'}
        onClick={() => pick('images')}
      >
        Add images…
      </Button>
      <Button
        leftSection={<IconTags size={18} aria-hidden />}
        variant="default"
        onClick={() => pick('labelled')}
      >
        Add labelled images…
      </Button>
      <FolderPicker
        opened={picking !== undefined}
        title={
          picking === 'labelled'
            ? 'A folder with a folder for each class, or a CSV list'
            : 'A folder of images; folders in it are followed'
        }
        files={picking === 'labelled'}
        onPick={(path) => {
          add(picking!, [path]);
          setPicking(undefined);
        }}
        onClose={() => setPicking(undefined)}
      />
    </Group>
  );
}
