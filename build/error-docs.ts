// Writes the tables of docs/errors.md from the registers of codes: node build/run.mjs build/error-docs.ts
import { ERROR_CODES } from '../engine/contract/error-codes.ts';
import { WARNING_CODES } from '../engine/runs/events.ts';
import { row, writeGenerated } from './generated-page.ts';

/** A field as people read it: `problems?: {field, value?}[]`. */
function fieldText(name: string, kind: unknown): string {
  const [item] = Array.isArray(kind) ? kind : [];
  if (item !== undefined) return `${fieldText(name, item)}[]`;
  if (typeof kind === 'object' && kind !== null)
    return `${name}: {${Object.keys(kind).join(', ')}}`;
  return `${name}: ${kind}`;
}

export function errorTables(): string {
  const errors = Object.entries(ERROR_CODES).map(([code, { meaning, fields }]) => {
    const details = Object.entries(fields).map(([name, kind]) => `\`${fieldText(name, kind)}\``);
    return row([`\`${code}\``, meaning, details.join(', ')]);
  });
  const warnings = Object.entries(WARNING_CODES).map(([code, meaning]) =>
    row([`\`${code}\``, meaning]),
  );
  return [
    '## Errors',
    '',
    row(['code', 'meaning', 'details']),
    row(['---', '---', '---']),
    ...errors,
    '',
    '## Warnings of runs',
    '',
    row(['code', 'meaning']),
    row(['---', '---']),
    ...warnings,
    '',
  ].join('\n');
}

export function main(): void {
  writeGenerated('errors.md', errorTables());
}
