/**
 * Names of files and folders that systems, network disks and programs create beside the user's files:
 * thumbnails, trash, snapshots, histories. Images in them are copies or deleted, so they are not used for
 * training.
 */

/** Names are in lower case and compared without case, since file systems differ in that. */
// biome-ignore format: names of one origin stay together
const NAMES: ReadonlySet<string> = new Set([
  // Synology, QNAP and other network disks.
  '@eadir', '@sharebin', '@tmp', '@recycle', '#recycle', '@recently-snapshot', '@transcode',
  '.@__thumb', '.@upload_cache', '.@qnap', '.@qsync', '#snapshot', '@gmt', '.recycle',
  '.recycler', '.wdmc', '.synologyworkingdirectory',
  // Thumbnails and previews of file managers and photo programs.
  '.thumbnails', '.thumbnail', '.thumb', '.thumbs', '.sh_thumbnails', '.xvpics', '.pics',
  '.picasaoriginals', '.dtrash', '.lrdata', '.cache', '.comments', '.preview', '.previews',
  // Trash.
  '.trash', '.trashes', '.trashbin', '$recycle.bin', 'recycler', 'recycled', 'recycle.bin',
  '.globaltrash', '.recycle.bin',
  'lost+found', 'lost.dir', 'found.000', 'system volume information',
  // macOS.
  '__macosx', '.spotlight-v100', '.fseventsd', '.documentrevisions-v100', '.temporaryitems',
  '.appledouble', '.appledb', '.appledesktop', '.mobilebackups', '.ds_store', 'network trash folder',
  // Snapshots and synchronisation.
  '.snapshot', '.snapshots', '~snapshot', '.zfs', '.stversions', '.stfolder', '.sync',
  '.dropbox.cache', '.dropbox', '.owncloudsync', '.nextcloudsync', '.tmp.drivedownload',
  '.tmp.driveupload', '.nextcloud', '.syncthing', '.~tmp~', '.dvc',
  // Histories of programs, and what they install.
  '.git', '.hg', '.svn', '.bzr', '.ipynb_checkpoints', '__pycache__', '.idea', '.vscode',
  'node_modules', '.venv', '.tox', '.mypy_cache', '.pytest_cache',
]);

/** Patterns for names with a number or a user's name, trash and drafts of Android, and AppleDouble files such as `._name.jpg`. */
const PATTERNS = [
  /^\.trash-/,
  /^\.nfs[0-9a-f]+/,
  /^\._/,
  /\.lrdata$/,
  /^\.fuse_hidden/,
  /^\.goutputstream-/,
  /^\.(trashed|pending)-\d+-/,
  /@syno(eastream|resource)$/,
];

/** Whether a file or folder of this name belongs to a system or program. */
export function isSystemName(name: string): boolean {
  const lower = name.toLowerCase();
  return NAMES.has(lower) || PATTERNS.some((pattern) => pattern.test(lower));
}
