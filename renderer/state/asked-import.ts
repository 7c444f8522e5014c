/** A request of another page to import weights. */
import { create } from 'zustand';

interface AskedImport {
  readonly file: string | undefined;
}

export const useAskedImport = create<AskedImport>(() => ({ file: undefined }));

/** The Models page opens its import dialog with this file or folder. */
export function askImport(file: string | undefined): void {
  useAskedImport.setState({ file });
}
