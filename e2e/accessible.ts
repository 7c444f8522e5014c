/** What axe finds on a page, in words. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Animations of the page take less than a second; they wait while nothing is painted. */
const LONGEST_ANIMATION_MS = 5_000;

const SCHEMES = ['light', 'dark'] as const;

/** Rules whose outcome depends on colours. All others see the same page in both schemes. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** @param scheme in which the page is shown; in dark colours the rules on colours alone are asked */
export async function violationsOn(
  page: Page,
  scheme: (typeof SCHEMES)[number] = 'light',
): Promise<string[]> {
  await page.evaluate(settled, LONGEST_ANIMATION_MS);
  const rules =
    scheme === 'light' ? {} : { runOnly: { type: 'rule', values: OF_COLOURS } as const };
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'], ...rules })
    .analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

/** What is open has no violations in either colour scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOn(page, colorScheme), `axe, ${colorScheme}`).toEqual([]);
  }
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
const WIDTHS = [390, 1024, 1440, 2560];
const USUAL = { width: 1440, height: 900 };
/** On either side of the widths at which parts of pages are left out or come. */
export const BOTH_LAYOUTS = [390, USUAL.width];

/**
 * Look at what is open at all widths, and in both colour schemes.
 *
 * @param checked widths at which axe is asked, too
 */
export async function expectUsable(
  page: Page,
  place: string,
  checked = [USUAL.width],
): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Colours take no place.
    for (const width of colorScheme === 'light' ? WIDTHS : checked) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${place} at ${width}, ${colorScheme}`;
      await expectNoSidewaysScrolling(page, where);
      if (checked.includes(width)) expect(await violationsOn(page, colorScheme), where).toEqual([]);
    }
  }
  await page.setViewportSize(USUAL);
}
