/** Parts of paths, which may have slashes or backslashes. */

/** The last part of a path; a root is returned unchanged. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) || path
  );
}

const separatorOf = (path: string) => (path.includes('\\') ? '\\' : '/');

/** Join parts to a folder, in the way that its own path is written. */
export function joinPath(folder: string, ...parts: readonly string[]): string {
  return [folder, ...parts].join(separatorOf(folder));
}

/** Whether a path is a folder itself or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  const separator = separatorOf(folder);
  const start = folder.endsWith(separator) ? folder : folder + separator;
  return path === folder || path.startsWith(start);
}
