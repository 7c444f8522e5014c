/** Buttons to add folders of images, with the system dialog or the folder picker. */
import { Button, Group } from '@mantine/core';
import { IconFolderPlus, IconPolygon, IconTable, IconTags } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { call, desktop } from '../../../client/studio.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { FolderPicker } from '../../../ui/folder-picker.tsx';
import { AddDense } from './add-dense.tsx';
import { AddTable } from './add-table.tsx';

type Kind = 'images' | 'labelled';

function useAddDataset() {
  const [, navigate] = useLocation();
  /** @param page the page of the data set, or the one to train on it */
  return (kind: Kind, folders: readonly string[], page: 'datasets' | 'pretrain' = 'datasets') => {
    if (folders.length === 0) return;
    // This component may be unmounted when the first data set is added, so it keeps no state of the call.
    call('datasets.add', { kind, folders: [...folders] })
      .then(({ id }) => navigate(`/${page}/${id}`))
      .catch(notifyError);
  };
}

export function AddDataset({ primary = true }: { readonly primary?: boolean }) {
  const [picking, setPicking] = useState<Kind | undefined>(undefined);
  const [addsTable, setAddsTable] = useState(false);
  const [addsDense, setAddsDense] = useState(false);
  const add = useAddDataset();
  const pick = (kind: Kind) => {
    if (desktop === undefined) setPicking(kind);
    else
      desktop
        .pickFolders()
        .then((folders) => add(kind, kind === 'labelled' ? folders.slice(0, 1) : folders))
        .catch(notifyError);
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
      <Button
        leftSection={<IconTable size={18} aria-hidden />}
        variant="default"
        onClick={() => setAddsTable(true)}
      >
        Add a table of labels…
      </Button>
      <Button
        leftSection={<IconPolygon size={18} aria-hidden />}
        variant="default"
        onClick={() => setAddsDense(true)}
      >
        Add masks or boxes…
      </Button>
      {addsDense ? <AddDense opened onClose={() => setAddsDense(false)} /> : null}
      {addsTable ? <AddTable opened onClose={() => setAddsTable(false)} /> : null}
      <FolderPicker
        opened={picking !== undefined}
        title={
          picking === 'labelled'
            ? 'A folder with a folder for each class, or a CSV list'
            : 'A folder of images, with its subfolders'
        }
        files={picking === 'labelled' ? 'all' : 'containers'}
        onPick={(path) => {
          add(picking!, [path]);
          setPicking(undefined);
        }}
        also={
          picking === 'images'
            ? {
                label: 'Take and pre-train',
                onPick(path) {
                  add('images', [path], 'pretrain');
                  setPicking(undefined);
                },
              }
            : undefined
        }
        onClose={() => setPicking(undefined)}
      />
    </Group>
  );
}
