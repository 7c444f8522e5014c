/**
 * Where a command's words go.
 *
 * With `--json`, stdout carries one JSON object a line and nothing else, and everything for people goes
 * to stderr. Without it, results go to stdout and progress to stderr.
 */
import type { Host, Writer } from './host.ts';
import { terminalText } from './terminal-text.ts';

export class Output {
  readonly json: boolean;
  readonly #host: Host;

  constructor(host: Host, json: boolean) {
    this.#host = host;
    this.json = json;
  }

  /** A machine-readable line; nothing without `--json`. */
  record(value: object): void {
    if (this.json) this.#host.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A line of the result, for people. */
  result(text = ''): void {
    (this.json ? this.#host.stderr : this.#host.stdout).write(`${terminalText(text)}\n`);
  }

  /** Part of a table on stdout, as programs read it; nothing with `--json`. */
  document(text: string): void {
    const { stdout } = this.#host;
    if (!this.json) stdout.write(stdout.isTerminal ? terminalText(text) : text);
  }

  /** A line about what is going on, for people. */
  note(text: string): void {
    this.#host.stderr.write(`${terminalText(text)}\n`);
  }

  /** What is waited for before anything can begin. */
  waiting(text: string): void {
    this.record({ type: 'progress', done: 0, total: 1, text });
    this.note(text);
  }

  get progress(): Writer {
    return this.#host.stderr;
  }
}

/** Rows as aligned columns, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      (
        indent +
        row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ')
      ).trimEnd(),
    )
    .join('\n');
}

/** Words broken into lines of at most `width` characters. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines.join('\n');
}
