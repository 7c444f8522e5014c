/** Every page opens, has a heading, and is accessible. */
import { violationsOn } from './accessible.ts';
import { expect, goTo, PAGES, test } from './fixtures.ts';

for (const scheme of ['light', 'dark'] as const) {
  test(`empty pages are accessible in ${scheme} colours`, async ({ studio }) => {
    const page = studio.page();
    await page.emulateMedia({ colorScheme: scheme });
    for (const name of PAGES) {
      await goTo(page, name);
      await page.waitForLoadState('networkidle');
      expect(await violationsOn(page), name).toEqual([]);
    }
  });
}
