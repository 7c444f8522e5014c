/**
 * Cells of comma-separated tables, as spreadsheets, pandas and R read them.
 *
 * A text that a spreadsheet would compute (it begins with = + - @, a tab or a line end) gets an
 * apostrophe before it, so that a file or class with such a name runs nothing. Numbers stay as they are.
 *
 * @source RFC 4180; OWASP, CSV Injection
 */

/** An empty field stands for null. */
export type CsvField = string | number | boolean | null;

export interface CsvStyle {
  /** Whether texts that spreadsheets take for formulas are written as they are. */
  readonly keepFormulas?: boolean | undefined;
}

/** Apostrophes in front count as well, so that taking one away gives back what was written. */
const FORMULA = /^['\s]*[=+\-@＝＋－＠]|^'*[\t\r\n]/;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** One line without its end. */
export function csvRow(fields: readonly CsvField[], { keepFormulas = false }: CsvStyle = {}) {
  return fields.map((field) => fieldText(field, keepFormulas)).join(',');
}

/** A text as it was before `csvRow` wrote it: without the apostrophe that keeps it from computing. */
export function withoutFormulaMark(text: string): string {
  return text.startsWith("'") && looksLikeFormula(text.slice(1)) ? text.slice(1) : text;
}

function looksLikeFormula(text: string): boolean {
  return FORMULA.test(text) && !NUMBER.test(text);
}

function fieldText(field: CsvField, keepFormulas: boolean): string {
  if (field === null) return '';
  const given = String(field);
  const computes = typeof field === 'string' && !keepFormulas && looksLikeFormula(given);
  const text = computes ? `'${given}` : given;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
