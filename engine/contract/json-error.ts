/** Where a text stops being JSON, without the parser's own words, which quote the text. */

/**
 * The line, from 1, of the first character with which `text` is no JSON any more; its last line where it
 * only ends early.
 */
export function lineOfJsonError(text: string): number {
  // The longest beginning that something could still make whole.
  let [good, bad] = [0, text.length];
  if (!endsEarly(text)) {
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (endsEarly(text.slice(0, middle))) good = middle;
      else bad = middle;
    }
  } else good = text.trimEnd().length;
  return text.slice(0, good).split('\n').length;
}

/** Whether what is wrong with a beginning of JSON is only that it ends. */
function endsEarly(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    if (/end of JSON|Unterminated/.test(message)) return true;
    const at = /position (\d+)/.exec(message)?.[1];
    return at !== undefined && Number(at) >= start.length;
  }
}
