// Writes the tables of docs/errors.md from the registers of codes: node build/run.mjs build/error-docs.ts
import { ERROR_CODES } from '../engine/contract/error-codes.ts';
import {
  COMMAND_WARNING_CODES,
  STOP_CODES,
  WARNING_CODES,
} from '../engine/contract/warning-codes.ts';
import { row, writeGenerated } from './generated-page.ts';

/** A field as text: `problems?: {field, value?}[]`. */
function fieldText(name: string, kind: unknown): string {
  const [item] = Array.isArray(kind) ? kind : [];
  if (item !== undefined) return `${fieldText(name, item)}[]`;
  if (typeof kind === 'object' && kind !== null)
    return `${name}: {${Object.keys(kind).join(', ')}}`;
  return `${name}: ${kind}`;
}

function table(title: string, columns: readonly string[], rows: readonly string[]): string {
  return [`## ${title}`, '', row(columns), row(columns.map(() => '---')), ...rows, ''].join('\n');
}

export function errorTables(): string {
  const errors = Object.entries(ERROR_CODES).map(([code, { meaning, fields }]) => {
    const details = Object.entries(fields).map(([name, kind]) => `\`${fieldText(name, kind)}\``);
    return row([`\`${code}\``, meaning, details.join(', ')]);
  });
  const meanings = (codes: Readonly<Record<string, string>>) =>
    Object.entries(codes).map(([code, meaning]) => row([`\`${code}\``, meaning]));
  return [
    table('Errors', ['code', 'meaning', 'details'], errors),
    table('Warnings of runs', ['code', 'meaning'], meanings(WARNING_CODES)),
    table('Warnings of commands', ['code', 'meaning'], meanings(COMMAND_WARNING_CODES)),
    table('Reasons of stopped runs', ['code', 'meaning'], meanings(STOP_CODES)),
  ].join('\n');
}

export function main(): void {
  writeGenerated('errors.md', errorTables());
}
