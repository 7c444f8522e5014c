/** Description of dropped paths by names and kinds; no file's content is returned. */
import { existsSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import type { DroppedThing } from '../../contract/studio/desktop.ts';
import { IMAGE_EXTENSIONS } from '../../data/sources/formats.ts';
import { errorCode } from '../../disk/disk.ts';
import { isSameFolder } from './same-folder.ts';

const TABLES: ReadonlySet<string> = new Set(['csv', 'tsv', 'txt', 'lst']);
/** Extensions of weights, or of files that people take for them; importing says what is wrong. */
const WEIGHTS: ReadonlySet<string> = new Set('safetensors pth pt bin ckpt onnx'.split(' '));
const ARCHIVES: ReadonlySet<string> = new Set('gz tgz bz2 xz zst 7z rar'.split(' '));
/** Most entries of a folder that are examined, since it may hold millions. */
const LOOKED_AT = 500;
/** Number of files that are examined concurrently. */
const AT_ONCE = 64;

/** @param open the current workspace */
export async function describePaths(
  paths: readonly string[],
  open: string,
): Promise<DroppedThing[]> {
  const things: DroppedThing[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE);
    things.push(
      ...(await Promise.all(some.map((dropped) => describe(path.resolve(dropped), open)))),
    );
  }
  return things;
}

type What = Omit<DroppedThing, 'path' | 'parent'>;

async function describe(dropped: string, open: string): Promise<DroppedThing> {
  const name = path.basename(dropped) || dropped;
  const what = await whatIs(dropped, name, open).catch(
    (error: unknown): What => ({
      kind: 'unusable',
      reason:
        errorCode(error) === 'ENOENT'
          ? `“${name}” is not there any more.`
          : `“${name}” cannot be read. Check its permissions, and whether the disk is connected.`,
    }),
  );
  return { path: dropped, parent: path.dirname(dropped), ...what };
}

async function whatIs(dropped: string, name: string, open: string): Promise<What> {
  const found = await stat(dropped);
  if (found.isDirectory()) return whatFolder(dropped, name, open);
  if (!found.isFile()) return unusable(`“${name}” is neither a file nor a folder.`);
  const kind = path.extname(name).slice(1).toLowerCase();
  if (isContainerName(name)) return { kind: 'folder' };
  if (IMAGE_EXTENSIONS.has(kind)) return { kind: 'picture' };
  if (TABLES.has(kind)) return { kind: 'table' };
  if (WEIGHTS.has(kind)) return { kind: 'weights' };
  if (ARCHIVES.has(kind))
    return unusable(
      `“${name}” is compressed as a whole. Unpack it and drop the folder, or drop a tar or zip file.`,
    );
  if (kind === 'lnk' || kind === 'desktop')
    return unusable(`“${name}” is a shortcut. Drop what it leads to.`);
  return unusable(`“${name}” is neither a picture, nor a list of labels, nor weights.`);
}

async function whatFolder(folder: string, name: string, open: string): Promise<What> {
  if (existsSync(path.join(folder, 'run.json')) && isRun(folder)) return whatRun(folder, open);
  if (isWorkspace(folder))
    return isSameFolder(folder, open)
      ? unusable(`“${name}” is the workspace that is open now.`)
      : { kind: 'workspace' };
  const { kinds, isWhole } = await kindsIn(folder);
  if (kinds.size === 0) return unusable(`The folder “${name}” is empty.`);
  const holds = (set: { has(kind: string): boolean }) => [...kinds].some((kind) => set.has(kind));
  const holdsContainers = [...kinds].some((kind) => isContainerName(`.${kind}`));
  if (kinds.has(FOLDER) || holdsContainers || holds(IMAGE_EXTENSIONS)) return { kind: 'folder' };
  if (holds(WEIGHTS)) return { kind: 'weights' };
  if (!isWhole) return { kind: 'folder' };
  const list = holds(TABLES) ? ' For labelled images, drop the list itself.' : '';
  return unusable(`The folder “${name}” holds no pictures.${list}`);
}

function isRun(folder: string): boolean {
  return ['events.jsonl', 'checkpoints'].some((part) => existsSync(path.join(folder, part)));
}

function whatRun(folder: string, open: string): What {
  const runs = path.dirname(folder);
  const workspace = path.dirname(runs);
  const lies = path.basename(runs) === 'runs';
  return {
    kind: 'run',
    run: path.basename(folder),
    ...(lies ? { workspace: { folder: workspace, open: isSameFolder(workspace, open) } } : {}),
  };
}

function isWorkspace(folder: string): boolean {
  const has = (part: string) => existsSync(path.join(folder, part));
  return has('runs') && ['jobs', 'datasets', 'settings.json', 'models'].some(has);
}

const FOLDER = '/';

/** Kinds of files by extension, and whether there are folders, among the first entries. */
async function kindsIn(folder: string): Promise<{ kinds: Set<string>; isWhole: boolean }> {
  const kinds = new Set<string>();
  let looked = 0;
  for await (const entry of await opendir(folder)) {
    const kind = path.extname(entry.name).slice(1).toLowerCase();
    kinds.add(entry.isDirectory() || entry.isSymbolicLink() ? FOLDER : kind);
    looked += 1;
    if (looked === LOOKED_AT) return { kinds, isWhole: false };
  }
  return { kinds, isWhole: true };
}

function unusable(reason: string): What {
  return { kind: 'unusable', reason };
}
