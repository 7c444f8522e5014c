/** Checks that a path is an ordinary one: no device, stream or other machine. */

/** Longer paths cannot be opened; checking them would only take time. */
const MOST_CHARACTERS = { win32: 32_767, other: 4096 };

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;

/**
 * In Windows, `C:\a\NUL` is a device, `a.txt:b` a stream of `a.txt`, `b. ` means `b`, and `\\?\`
 * and `\\.\` disable parsing; on other systems these are ordinary names.
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
 * Whether even testing that a path exists contacts another machine, which learns of the user:
 * `\\host\share` in Windows. Paths within `folders` are contacted anyway.
 */
export function isNetworkShare(
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
