/** Whether two recipes train alike. */
import type { Settings, SettingValues } from './settings/setting.ts';

/** Apart from the seed and other incidental settings, and from those without effect beside the others. */
export function isSameRecipe(settings: Settings, a: SettingValues, b: SettingValues): boolean {
  return Object.entries(settings).every(
    ([key, { incidental, noEffect }]) =>
      incidental ||
      JSON.stringify(a[key]) === JSON.stringify(b[key]) ||
      (noEffect(a) !== undefined && noEffect(b) !== undefined),
  );
}
