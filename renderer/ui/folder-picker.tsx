/**
 * A dialog to choose a folder or file on the machine of the server, for browsers; the desktop application uses
 * the system's dialogs.
 */
import {
  Alert,
  Button,
  Group,
  Loader,
  Modal,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useState } from 'react';
import type { FolderListing } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { baseName } from './base-name.ts';
import { ErrorNotice } from './error-notice.tsx';
import { FolderEntries, FolderPath } from './folder-entries.tsx';
import classes from './folder-picker.module.css';
import { focusFirstField } from './form-dialog.tsx';
import { PictureStrip } from './picture-strip.tsx';

export interface FolderPickerProps {
  readonly opened: boolean;
  readonly title: string;
  /** Files are listed too and can be chosen. */
  readonly files?: boolean;
  readonly onPick: (path: string) => void;
  readonly onClose: () => void;
}

export function FolderPicker({ opened, title, files = false, onPick, onClose }: FolderPickerProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened ? <Walk files={files} onPick={onPick} onClose={onClose} /> : null}
    </Modal>
  );
}

/** Where the dialog is: the folder that was read last, and the one that is being read or was refused. */
function useWalk() {
  const [folder, setFolder] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState('');
  const [last, setLast] = useState<FolderListing | undefined>(undefined);
  const listed = useStudio('folders.list', folder === undefined ? {} : { path: folder });
  const own = listed.isPlaceholderData ? undefined : listed.data;
  if (own !== undefined && own !== last) {
    setLast(own);
    if (typed.trim() === folder) setTyped('');
  }
  const go = (path: string | undefined) => {
    if (path === folder) void listed.refetch();
    setFolder(path);
  };
  return {
    /** What is shown: the newest folder that could be read. */
    shown: own ?? last,
    /** Whether the shown folder is the one that was asked for. */
    isThere: own !== undefined && listed.error === null,
    error: listed.error,
    isReading: listed.isFetching && own === undefined,
    wanted: folder,
    typed,
    setTyped,
    goTyped: () => go(typed.trim()),
    go: (path: string) => {
      setTyped('');
      go(path);
    },
    /** Back to what is shown, or to where the dialog began. */
    back: () => go(last?.path),
  };
}

function Walk({ files, onPick, onClose }: Omit<Required<FolderPickerProps>, 'opened' | 'title'>) {
  const walk = useWalk();
  const { shown, typed, error } = walk;
  const hasTyped = typed.trim() !== '';
  return (
    <Stack gap="sm">
      <form
        ref={focusFirstField}
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (hasTyped) walk.goTyped();
          else if (walk.isThere) onPick(shown!.path);
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            label="Folder"
            placeholder={shown?.path ?? ''}
            value={typed}
            onChange={(event) => walk.setTyped(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button variant="default" disabled={!hasTyped} onClick={walk.goTyped}>
            Go
          </Button>
        </Group>
      </form>
      <ErrorNotice error={error} />
      {error === null ? null : <Places onGo={walk.go} onBack={walk.back} shown={shown} />}
      {walk.isReading ? (
        <Reading folder={walk.wanted} {...(shown === undefined ? {} : { onStop: walk.back })} />
      ) : null}
      {shown === undefined ? null : (
        <>
          <FolderPath path={shown.path} onGo={walk.go} />
          <PictureStrip
            paths={shown.pictures ?? []}
            label={`Some images of ${baseName(shown.path)}`}
          />
          <FolderEntries
            listing={shown}
            files={files}
            isBusy={walk.isReading}
            isShort={error !== null}
            onGo={walk.go}
            onPick={onPick}
          />
        </>
      )}
      {files && shown !== undefined ? (
        <Alert variant="light" color="gray">
          Click a file to take it, or take the whole folder.
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        {/* The previous folder is shown until the new one has been read. */}
        <Button disabled={!walk.isThere} onClick={() => onPick(shown!.path)}>
          Take this folder
        </Button>
      </Group>
    </Stack>
  );
}

/** A folder on a slow disk: what is waited for, and the way back. */
function Reading(props: { readonly folder: string | undefined; readonly onStop?: () => void }) {
  const { folder, onStop } = props;
  return (
    <Group gap="sm" wrap="nowrap">
      <Loader size="sm" aria-label="Reading the folder" />
      <Text size="sm" role="status" className={classes['wide']!}>
        Reading {folder ?? 'the folder'}…
      </Text>
      {onStop === undefined ? null : (
        <Button size="xs" variant="default" onClick={onStop}>
          Stop
        </Button>
      )}
    </Group>
  );
}

/** Ways on from a folder that cannot be read. */
function Places(props: {
  readonly shown: FolderListing | undefined;
  readonly onGo: (path: string) => void;
  readonly onBack: () => void;
}) {
  const { shown, onGo, onBack } = props;
  const { data } = useStudio('app.info', {});
  return (
    <Group gap="xs">
      {shown === undefined ? null : (
        <Button size="xs" variant="default" onClick={onBack}>
          Back to the folder below
        </Button>
      )}
      {(data?.roots ?? []).map((root) => (
        <UnstyledButton key={root} className={classes['part']!} onClick={() => onGo(root)}>
          {root}
        </UnstyledButton>
      ))}
    </Group>
  );
}
