/**
 * A dialog to choose a folder or file on the machine of the server, for browsers; the desktop application uses
 * the system's dialogs.
 */
import {
  Alert,
  Breadcrumbs,
  Button,
  Group,
  Loader,
  Modal,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconArrowUp, IconFile, IconFolder } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useStudio } from '../client/use-studio.ts';
import { ErrorNotice } from './error-notice.tsx';
import classes from './folder-picker.module.css';

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
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {opened ? <Walk files={files} onPick={onPick} onClose={onClose} /> : null}
    </Modal>
  );
}

function Walk({ files, onPick, onClose }: Omit<Required<FolderPickerProps>, 'opened' | 'title'>) {
  const [folder, setFolder] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState('');
  const listed = useStudio('folders.list', folder === undefined ? {} : { path: folder });
  const { error, isFetching, isPlaceholderData } = listed;
  // If a folder cannot be read, the previous one stays visible and the typed path can be corrected.
  const last = useRef(listed.data);
  useEffect(() => {
    if (listed.data === undefined || isPlaceholderData) return;
    last.current = listed.data;
    setTyped((now) => (now.trim() === folder ? '' : now));
  }, [listed.data, isPlaceholderData, folder]);
  const data = listed.data ?? last.current;
  const go = (path: string) => {
    setFolder(path);
    setTyped('');
  };
  const entries = (data?.entries ?? []).filter(({ kind }) => files || kind === 'folder');
  return (
    <Stack gap="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') setFolder(typed.trim());
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            label="Folder"
            placeholder={data?.path ?? ''}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button type="submit" variant="default" disabled={typed.trim() === ''}>
            Go
          </Button>
        </Group>
      </form>
      {error === null ? null : <ErrorNotice error={error} />}
      {data === undefined ? (
        error === null ? (
          <Loader aria-label="Reading the folder" />
        ) : null
      ) : (
        <>
          <Breadcrumbs separatorMargin={4} className={classes['path']!} aria-label="Place">
            {pathParts(data.path).map(({ name, path }) => (
              <UnstyledButton key={path} className={classes['part']!} onClick={() => go(path)}>
                {name}
              </UnstyledButton>
            ))}
          </Breadcrumbs>
          <ScrollArea
            h="min(320px, 35vh)"
            type="auto"
            className={classes['list']!}
            aria-busy={isFetching}
          >
            <ul className={classes['entries']!}>
              {data.parent === undefined ? null : (
                <li>
                  <Entry
                    onClick={() => go(data.parent!)}
                    icon={<IconArrowUp size={18} aria-hidden />}
                  >
                    One folder up
                  </Entry>
                </li>
              )}
              {entries.map(({ name, path, kind }) => (
                <li key={path}>
                  <Entry
                    onClick={() => (kind === 'folder' ? go(path) : onPick(path))}
                    icon={
                      kind === 'folder' ? (
                        <IconFolder size={18} aria-hidden />
                      ) : (
                        <IconFile size={18} aria-hidden />
                      )
                    }
                  >
                    {name}
                  </Entry>
                </li>
              ))}
            </ul>
            {entries.length === 0 ? (
              <Text c="dimmed" p="md">
                {files ? 'This folder is empty.' : 'There is no folder in here.'}
              </Text>
            ) : null}
          </ScrollArea>
          {data.cut ? (
            <Alert variant="light" color="yellow">
              There is more in this folder than is listed here. Type the whole path above to go to a
              folder that is missing.
            </Alert>
          ) : null}
          {files ? (
            <Alert variant="light" color="gray">
              Click a file to take it, or take the whole folder.
            </Alert>
          ) : null}
        </>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        {/* The previous folder is shown until the new one has been read. */}
        <Button
          disabled={data === undefined || error !== null || isPlaceholderData}
          onClick={() => onPick(data!.path)}
        >
          Take this folder
        </Button>
      </Group>
    </Stack>
  );
}

function Entry(props: {
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <UnstyledButton className={classes['entry']!} onClick={props.onClick}>
      {props.icon}
      <span>{props.children}</span>
    </UnstyledButton>
  );
}

/** The parts of a path with their paths: `/data/images` gives `/`, `data`, `images`; drives and shares are parts too. */
export function pathParts(path: string): { name: string; path: string }[] {
  const separator = path.includes('\\') ? '\\' : '/';
  const pieces = path.split(separator).filter((piece) => piece !== '');
  const start = path.startsWith('/') ? '/' : '';
  const parts = pieces.map((name, i) => ({
    name,
    path: `${start}${pieces.slice(0, i + 1).join(separator)}${i === 0 && /^[A-Za-z]:$/.test(name) ? separator : ''}`,
  }));
  return start === '' ? parts : [{ name: '/', path: '/' }, ...parts];
}
