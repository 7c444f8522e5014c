/** What axe finds on a page, in words. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Animations of the page take less than a second; they wait while nothing is painted. */
const LONGEST_ANIMATION_MS = 5_000;

export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(settled, LONGEST_ANIMATION_MS);
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

/**
 * Runs in the page until no colour or place is between two states. What turns for ever is left alone, and
 * so is what never ends, such as an animation that something restarts all the time.
 */
async function settled(longestMs: number): Promise<void> {
  const passing = document
    .getAnimations()
    .filter(
      ({ effect, playState }) =>
        playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime),
    );
  const ended = Promise.allSettled(passing.map(({ finished }) => finished));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, longestMs))]);
}

async function expectNoSidewaysScrolling(page: Page, place: string): Promise<void> {
  const over = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  // Charts take the new width some frames after the page.
  await expect.poll(over, { message: `${place} scrolls sideways` }).toBe(0);
}

/** Widths in CSS pixels: a phone, a tablet or half a screen, a laptop, a large screen. */
export const WIDTHS = [390, 1024, 1440, 2560];
const USUAL = { width: 1440, height: 900 };

/**
 * Look at what is open in both colour schemes and at all widths.
 *
 * @param checked widths at which axe is asked, too
 */
export async function expectUsable(
  page: Page,
  place: string,
  checked = [USUAL.width],
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${place} at ${width}, ${colorScheme}`;
      await expectNoSidewaysScrolling(page, where);
      if (checked.includes(width)) expect(await violationsOn(page), where).toEqual([]);
    }
  }
  await page.setViewportSize(USUAL);
}
