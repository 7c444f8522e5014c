/** Reports that are being printed, by an id that nobody can guess. */
import { randomUUID } from 'node:crypto';

const reports = new Map<string, string>();

export function printedReport(id: string): string | undefined {
  return reports.get(id);
}

/** Keep a report until `use` is done. */
export async function withReport<T>(html: string, use: (id: string) => Promise<T>): Promise<T> {
  const id = randomUUID();
  reports.set(id, html);
  try {
    return await use(id);
  } finally {
    reports.delete(id);
  }
}
