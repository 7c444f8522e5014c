/**
 * A dialog to choose a folder or file on the machine of the server, for browsers; the desktop application uses
 * the system's dialogs.
 */
import {
  Button,
  Group,
  Loader,
  Modal,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useEffect, useState } from 'react';
import type { FolderListing } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { baseName } from './base-name.ts';
import { ErrorNotice } from './error-notice.tsx';
import { FolderEntries, FolderPath, type ListedFiles } from './folder-entries.tsx';
import classes from './folder-picker.module.css';
import { focusFirstField } from './form-dialog.tsx';
import { PictureStrip } from './picture-strip.tsx';

export interface FolderPickerProps {
  readonly opened: boolean;
  readonly title: string;
  /** Files that are listed too and can be chosen. */
  readonly files?: ListedFiles;
  readonly onPick: (path: string) => void;
  /** A second way to take the folder. */
  readonly also?: PickAction | undefined;
  readonly onClose: () => void;
}

interface PickAction {
  readonly label: string;
  readonly onPick: (path: string) => void;
}

export function FolderPicker(props: FolderPickerProps) {
  const { opened, title, files = 'none', onPick, also, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {opened ? <Walk files={files} onPick={onPick} also={also} onClose={onClose} /> : null}
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
    /** Whether a path is typed that was not asked for yet. */
    isTyped: typed.trim() !== '' && typed.trim() !== folder,
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

/**
 * The buttons that take a folder: that of the typed path, once it has been read, or else the shown one.
 */
function TakeButtons(props: {
  readonly walk: ReturnType<typeof useWalk>;
  /** The main one last. */
  readonly actions: readonly PickAction[];
}) {
  const { walk, actions } = props;
  const { shown, isThere, isTyped, error, wanted } = walk;
  const [waiting, setWaiting] = useState<PickAction & { readonly path: string }>();
  useEffect(() => {
    if (waiting === undefined) return;
    if (error !== null || isTyped || wanted !== waiting.path) setWaiting(undefined);
    else if (isThere) waiting.onPick(shown!.path);
  }, [waiting, error, isTyped, isThere, wanted, shown]);
  const take = (action: PickAction) => {
    if (!isTyped) return action.onPick(shown!.path);
    walk.goTyped();
    setWaiting({ ...action, path: walk.typed.trim() });
  };
  return actions.map((action, i) => (
    <Button
      key={action.label}
      variant={i === actions.length - 1 ? 'filled' : 'default'}
      // The previous folder is shown until the new one has been read.
      disabled={!isTyped && !isThere}
      loading={waiting?.label === action.label}
      onClick={() => take(action)}
    >
      {action.label}
    </Button>
  ));
}

function Walk(props: Omit<FolderPickerProps, 'opened' | 'title'>) {
  const { files = 'none', onPick, also, onClose } = props;
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
      {files === 'none' || shown === undefined ? null : (
        <Text size="sm">
          {files === 'all'
            ? 'Click a file to take it, or take the whole folder.'
            : 'Take the whole folder, or click a tar, zip or Parquet file to take it.'}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <TakeButtons
          walk={walk}
          actions={[...(also === undefined ? [] : [also]), { label: 'Take this folder', onPick }]}
        />
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
