/** What is in a folder, and the way to it, in the dialog to choose a folder. */
import { Alert, Box, Breadcrumbs, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { IconArrowUp, IconFile, IconFolder } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isContainerName } from '../../engine/contract/container-names.ts';
import type { FolderListing } from '../../engine/contract/studio/index.ts';
import classes from './folder-picker.module.css';

/** `containers` are tar, zip and Parquet files, which are read like folders. */
export type ListedFiles = 'none' | 'containers' | 'all';

function isListed(name: string, files: ListedFiles): boolean {
  return files === 'all' || (files === 'containers' && isContainerName(name));
}

export function FolderPath(props: {
  readonly path: string;
  readonly onGo: (path: string) => void;
}) {
  return (
    <Breadcrumbs separatorMargin={4} className={classes['path']!} aria-label="Place">
      {pathParts(props.path).map(({ name, path }) => (
        <UnstyledButton key={path} className={classes['part']!} onClick={() => props.onGo(path)}>
          {name}
        </UnstyledButton>
      ))}
    </Breadcrumbs>
  );
}

export function FolderEntries(props: {
  readonly listing: FolderListing;
  /** Which files are listed too. */
  readonly files: ListedFiles;
  readonly isBusy: boolean;
  /** Lower, to leave room for an error. */
  readonly isShort?: boolean;
  readonly onGo: (folder: string) => void;
  readonly onPick: (file: string) => void;
}) {
  const { listing, files, isBusy, isShort = false, onGo, onPick } = props;
  const { parent } = listing;
  const entries = listing.entries.filter(
    ({ kind, name }) => kind === 'folder' || isListed(name, files),
  );
  return (
    <>
      <ScrollArea
        h={isShort ? 140 : 'min(280px, 30vh)'}
        type="auto"
        className={classes['list']!}
        aria-busy={isBusy}
      >
        <Box component="ul" className="plain-list" p={4}>
          {parent === undefined ? null : (
            <li>
              <Entry onClick={() => onGo(parent)} icon={<IconArrowUp size={18} aria-hidden />}>
                One folder up
              </Entry>
            </li>
          )}
          {entries.map(({ name, path, kind }) => (
            <li key={path}>
              <Entry
                onClick={() => (kind === 'folder' ? onGo(path) : onPick(path))}
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
        </Box>
        {entries.length === 0 ? (
          <Text c="dimmed" p="md">
            {files === 'all' ? 'This folder is empty.' : 'There is no folder in here.'}
          </Text>
        ) : null}
      </ScrollArea>
      {listing.cut ? (
        <Alert color="yellow">
          There is more in this folder than is listed here. Type the whole path above to go to a
          folder that is missing.
        </Alert>
      ) : null}
    </>
  );
}

function Entry(props: {
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <UnstyledButton className={classes['entry']!} onClick={props.onClick}>
      {props.icon}
      <span>{props.children}</span>
    </UnstyledButton>
  );
}

/** The parts of a path with their paths: `/data/images` gives `/`, `data`, `images`; drives and shares are parts too. */
function pathParts(path: string): { name: string; path: string }[] {
  const separator = path.includes('\\') ? '\\' : '/';
  const pieces = path.split(separator).filter((piece) => piece !== '');
  const start = path.startsWith('/') ? '/' : '';
  const parts = pieces.map((name, i) => ({
    name,
    path: `${start}${pieces.slice(0, i + 1).join(separator)}${i === 0 && /^[A-Za-z]:$/.test(name) ? separator : ''}`,
  }));
  return start === '' ? parts : [{ name: '/', path: '/' }, ...parts];
}
