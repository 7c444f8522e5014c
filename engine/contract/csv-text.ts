/**
 * Fields of CSV files, as spreadsheets, pandas and R read them.
 *
 * A text that a spreadsheet would evaluate (it begins with = + - @, a tab or a line end) gets an
 * apostrophe in front, so that a file or class of such a name runs nothing. Numbers are not
 * changed.
 *
 * @source RFC 4180; OWASP, CSV Injection
 */

/** Null is written as an empty field. */
export type CsvField = string | number | boolean | null;

export interface CsvStyle {
  /** Whether texts that spreadsheets evaluate are written unchanged. */
  readonly keepFormulas?: boolean | undefined;
}

/** Leading apostrophes count too, so that removing one restores the text. */
const FORMULA = /^['\s]*[=+\-@＝＋－＠]|^'*[\t\r\n]/;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** One line without its line end. */
export function csvRow(fields: readonly CsvField[], { keepFormulas = false }: CsvStyle = {}) {
  return fields.map((field) => fieldText(field, keepFormulas)).join(',');
}

/** The original of a text that `csvRow` wrote: without the added apostrophe. */
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
