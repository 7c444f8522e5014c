/** Weights that are to be imported, asked for from elsewhere than the page of models. */
import { create } from 'zustand';

interface AskedImport {
  readonly file: string | undefined;
}

export const useAskedImport = create<AskedImport>(() => ({ file: undefined }));

/** Opens the dialog, with this file or folder in it, once the page of models is shown. */
export function askImport(file: string | undefined): void {
  useAskedImport.setState({ file });
}
