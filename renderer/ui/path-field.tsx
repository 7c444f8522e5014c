/** A path that can be typed, picked, or, on the desktop, dropped. */
import { ActionIcon, Group, TextInput } from '@mantine/core';
import { IconFileSearch, IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { desktop } from '../client/studio.ts';
import { tellError } from './error-notice.tsx';
import { FolderPicker } from './folder-picker.tsx';

export function PathField(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** A file, or a folder that holds one, instead of a folder alone. */
  readonly file?: { readonly title: string; readonly extensions: readonly string[] };
  readonly error?: string | undefined;
  readonly required?: boolean;
}) {
  const { label, description, value, onChange, file, error, required } = props;
  const [picking, setPicking] = useState(false);
  // Systems have one dialog for files and another for folders.
  const twoDialogs = desktop !== undefined && file !== undefined;
  const take = (picked: Promise<string | undefined>) =>
    void picked.then((path) => path !== undefined && onChange(path)).catch(tellError);
  const pickFolder = () =>
    desktop === undefined
      ? setPicking(true)
      : take(desktop.pickFolders().then(([folder]) => folder));
  return (
    <>
      <TextInput
        label={label}
        description={description}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        required={required ?? false}
        rightSection={
          <Group gap={2} wrap="nowrap">
            {twoDialogs ? (
              <ActionIcon
                variant="subtle"
                onClick={() => take(desktop!.pickFile(file))}
                aria-label={`Choose a file: ${label}`}
              >
                <IconFileSearch size={18} aria-hidden />
              </ActionIcon>
            ) : null}
            <ActionIcon
              variant="subtle"
              onClick={pickFolder}
              aria-label={twoDialogs ? `Choose a folder: ${label}` : `Choose: ${label}`}
            >
              <IconFolderOpen size={18} aria-hidden />
            </ActionIcon>
          </Group>
        }
        {...(twoDialogs ? { rightSectionWidth: 68 } : {})}
        onDrop={(event) => {
          const dropped = event.dataTransfer.files[0];
          if (desktop === undefined || dropped === undefined) return;
          event.preventDefault();
          onChange(desktop.pathOf(dropped));
        }}
      />
      <FolderPicker
        opened={picking}
        title={label}
        files={file !== undefined}
        onPick={(path) => {
          setPicking(false);
          onChange(path);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
