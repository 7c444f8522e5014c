/** JSON for Python, where transformers rejects 0 for 0.0, which JavaScript cannot write. */

/** A number that is written with a decimal point or an exponent. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): string {
    const text = String(this.value);
    return `${MARK}${/^-?\d+$/.test(text) ? `${text}.0` : text}`;
  }
}

const MARK = '\u0000float ';

export function pythonJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replaceAll(/"\\u0000float ([^"]+)"/g, '$1')}\n`;
}
