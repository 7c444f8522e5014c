/** Paths that mean what they look like: nothing of them is a device, a stream or another machine. */

/** Longer ones no system opens; walking them would only take time. */
const MOST_CHARACTERS = { win32: 32_767, other: 4096 };

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;

/**
 * Under Windows, `C:\a\NUL` is a device, `a.txt:b` a stream of `a.txt`, `b. ` is `b`, and `\\?\` and
 * `\\.\` pass the rest on unread; elsewhere these are names as any other.
 */
export function isPlainPath(target: string, platform: NodeJS.Platform = process.platform): boolean {
  const isWindows = platform === 'win32';
  if (target.includes('\0')) return false;
  if (target.length > MOST_CHARACTERS[isWindows ? 'win32' : 'other']) return false;
  if (!isWindows) return true;
  if (/^[\\/]{2}[?.]([\\/]|$)/.test(target)) return false;
  const parts = target.replace(/^[A-Za-z]:(?=[\\/]|$)/, '').split(/[\\/]/);
  return parts.every(
    (part) =>
      part === '.' || part === '..' || !(/[:<>|"?*\p{Cc}]|[. ]$/u.test(part) || DEVICE.test(part)),
  );
}

/**
 * Whether merely looking at a path asks another machine, and so tells it who is asking: `\\host\share`
 * under Windows. Those that lie in `folders`, by their text, are asked anyway.
 */
export function isForeignShare(
  target: string,
  folders: readonly string[],
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform !== 'win32' || !/^[\\/]{2}/.test(target)) return false;
  const plain = (text: string) => text.replaceAll('/', '\\').toLowerCase();
  return !folders.some((folder) =>
    `${plain(target)}\\`.startsWith(`${plain(folder).replace(/\\+$/, '')}\\`),
  );
}
