/** A text field for a path, with a dialog and, in the desktop application, drops. */
import { ActionIcon, Group, TextInput } from '@mantine/core';
import { IconFileSearch, IconFolderOpen } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { StudioError } from '../../engine/contract/errors.ts';
import { desktop } from '../client/studio.ts';
import { dropField } from './drop-field.ts';
import { notifyError } from './error-notice.tsx';
import { FolderPicker } from './folder-picker.tsx';

/** `folder` takes folders alone, `file` also lists; an image stands for its folder there. */
type Taken = 'folder' | 'file' | 'picture';

/**
 * @throws StudioError `drop-unusable`
 */
async function droppedPath(files: readonly File[], taken: Taken): Promise<string> {
  const paths = files.map((file) => desktop!.pathOf(file)).filter((path) => path !== '');
  const [thing] = paths.length === 1 ? await desktop!.describePaths(paths) : [];
  if (thing === undefined)
    throw unusable(
      files.length > 1
        ? `This field takes one path, but ${files.length} items were dropped on it.`
        : `“${files[0]!.name}” is not in a folder of this machine.`,
    );
  if (thing.kind === 'unusable') throw unusable(thing.reason ?? 'This cannot be used.');
  if (taken === 'picture') {
    if (thing.kind === 'picture') return thing.path;
    throw unusable(`This field takes one image, and “${files[0]!.name}” is none.`);
  }
  if (thing.kind === 'picture') return thing.parent;
  if (taken === 'folder' && thing.kind === 'table')
    throw unusable('This field takes a folder, but a list was dropped on it.');
  return thing.path;
}

function unusable(reason: string): StudioError {
  return new StudioError('drop-unusable', reason, {
    advice: 'Drop one folder or file that this field asks for.',
  });
}

export function PathField(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** Accept a file, or a folder that contains one, instead of folders only. */
  readonly file?: { readonly title: string; readonly extensions: readonly string[] };
  /** One image is meant, not its folder. */
  readonly picture?: boolean;
  readonly error?: string | undefined;
  readonly required?: boolean;
}) {
  const { label, description, value, onChange, file, picture, error, required } = props;
  const [picking, setPicking] = useState(false);
  // Most systems have separate dialogs for files and folders.
  const twoDialogs = desktop !== undefined && file !== undefined;
  const take = (picked: Promise<string | undefined>) =>
    void picked.then((path) => path !== undefined && onChange(path)).catch(notifyError);
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
            {twoDialogs && picture ? null : (
              <ActionIcon
                variant="subtle"
                onClick={pickFolder}
                aria-label={twoDialogs ? `Choose a folder: ${label}` : `Choose: ${label}`}
              >
                <IconFolderOpen size={18} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        }
        {...(twoDialogs && !picture ? { rightSectionWidth: 68 } : {})}
        title={value}
        wrapperProps={{
          ...dropField(label),
          onDrop: (event: DragEvent) => {
            const files = [...event.dataTransfer.files];
            if (desktop === undefined || files.length === 0) return;
            event.preventDefault();
            take(droppedPath(files, picture ? 'picture' : file === undefined ? 'folder' : 'file'));
          },
        }}
      />
      <FolderPicker
        opened={picking}
        title={label}
        files={file === undefined ? 'none' : 'all'}
        onPick={(path) => {
          setPicking(false);
          onChange(path);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
