/** The position of a syntax error in JSON, without the parser's message, which quotes the text. */

/** The line, from 1, at which `text` becomes invalid JSON; its last one if it only ends early. */
export function lineOfJsonError(text: string): number {
  // Bisect for the longest prefix that can be completed to JSON.
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

/** Whether a prefix of JSON is only incomplete. */
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
