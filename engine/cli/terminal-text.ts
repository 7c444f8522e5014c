/**
 * Texts as a terminal may show them. Names of files, tensors and classes come from others, and with
 * control characters they could clear the screen, rename the window or show a line as another one.
 */

/** All control characters but tab and line feed, and the marks that turn the direction of writing. */
const STEERING = /(?![\t\n])[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** The same text with those written as `\u{…}`. */
export function terminalText(text: string): string {
  return text.replaceAll(STEERING, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
