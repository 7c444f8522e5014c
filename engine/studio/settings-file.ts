/** The settings of the application, `<workspace>/settings.json`. */
import path from 'node:path';
import type { InputOf } from '../contract/studio/api.ts';
import { type AppSettings, settingsSchema } from '../contract/studio/settings.ts';
import { readJsonFile, writeJsonFile } from '../disk/json-file.ts';

export class SettingsFile {
  readonly #file: string;

  constructor(workspace: string) {
    this.#file = path.join(workspace, 'settings.json');
  }

  /** Defaults where there is no file, or a damaged one. */
  async read(): Promise<AppSettings> {
    return (await readJsonFile(this.#file, settingsSchema)) ?? settingsSchema.parse({});
  }

  /** Write the settings with some of them changed. @returns all of them */
  async change(change: InputOf<'settings.write'>): Promise<AppSettings> {
    const settings = settingsSchema.parse({ ...(await this.read()), ...change });
    await writeJsonFile(this.#file, settings);
    return settings;
  }
}
