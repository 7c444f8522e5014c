/** Every page opens, has a heading, and is accessible. */
import AxeBuilder from '@axe-core/playwright';
import { expect, goTo, test } from './fixtures.ts';

const PAGES = [
  'Data sets',
  'Pre-train',
  'Runs',
  'Fine-tune',
  'Predict',
  'Models',
  'Devices',
  'Help',
];

for (const scheme of ['light', 'dark'] as const) {
  test(`empty pages are accessible in ${scheme} colours`, async ({ studio }) => {
    const page = studio.page();
    await page.emulateMedia({ colorScheme: scheme });
    for (const name of PAGES) {
      await goTo(page, name);
      await page.waitForLoadState('networkidle');
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(
        violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`,
        ),
        name,
      ).toEqual([]);
    }
  });
}
