/** A path that can be typed, picked, or, on the desktop, dropped. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
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
  const pick = () => {
    if (desktop === undefined) return setPicking(true);
    const picked =
      file === undefined
        ? desktop.pickFolders().then(([folder]) => folder)
        : desktop.pickFile(file);
    picked.then((path) => path !== undefined && onChange(path)).catch(tellError);
  };
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
          <ActionIcon variant="subtle" onClick={pick} aria-label={`Choose: ${label}`}>
            <IconFolderOpen size={18} aria-hidden />
          </ActionIcon>
        }
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
