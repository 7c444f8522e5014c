/** The outlines of controls can be seen: WCAG 2.2, 1.4.11, a contrast of 3 to 1. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

pageOnly();

const LEAST = 3;

/** Runs in the page: visible controls whose outline and surface are both hard to tell from what is behind. */
function weakControls(least: number): { controls: number; weak: string[] } {
  type Colour = readonly [number, number, number, number];
  const read = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = (top: Colour, under: Colour): Colour => [
    top[0] * top[3] + under[0] * (1 - top[3]),
    top[1] * top[3] + under[1] * (1 - top[3]),
    top[2] * top[3] + under[2] * (1 - top[3]),
    1,
  ];
  const backgroundOf = (element: Element | null): Colour => {
    if (element === null) return read(getComputedStyle(document.body).backgroundColor);
    const own = read(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
  };
  const luminance = ([r, g, b]: Colour) => {
    const linear = (value: number) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const contrast = (one: Colour, other: Colour) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const controls = [
    ...document.querySelectorAll(
      'input, select, textarea, button[data-variant="default"], .mantine-Switch-track, [class*="SegmentedControl-root"], [class*="RadioIndicator-indicator"]',
    ),
  ].filter((control) => {
    const { width, height } = control.getBoundingClientRect();
    const { opacity, visibility, borderTopWidth } = getComputedStyle(control);
    const isShown = width > 8 && height > 8 && opacity !== '0' && visibility === 'visible';
    return isShown && borderTopWidth !== '0px' && !control.matches(':disabled, [data-disabled]');
  });
  const weak = controls.flatMap((control) => {
    const behind = backgroundOf(control.parentElement);
    const border = over(read(getComputedStyle(control).borderTopColor), behind);
    const found = Math.max(contrast(border, behind), contrast(backgroundOf(control), behind));
    if (found >= least) return [];
    return [`${control.className} ${control.textContent}: ${found.toFixed(2)}`];
  });
  return { controls: controls.length, weak };
}

async function expectStrong(page: Page, place: string): Promise<number> {
  let controls = 0;
  // Colours of a control that was just switched are between two states for some frames.
  const weak = async () => {
    const found = await page.evaluate(weakControls, LEAST);
    controls = found.controls;
    return found.weak;
  };
  await expect.poll(weak, { message: place }).toEqual([]);
  return controls;
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`outlines of controls have a contrast of 3 to 1 in ${colorScheme} colours`, async ({
    studio,
    home,
  }) => {
    const page = studio.page();
    const folder = writePictures(path.join(home, 'pictures'), 3);
    await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
    await page.emulateMedia({ colorScheme });
    let controls = 0;
    for (const name of ['Devices', 'Data sets', 'Pre-train', 'Runs', 'Fine-tune', 'Models']) {
      await goTo(page, name);
      await page.waitForLoadState('networkidle');
      controls += await expectStrong(page, name);
    }
    await goTo(page, 'Pre-train');
    const box = page.getByRole('checkbox', { name: 'pictures' });
    for (const checked of [true, false]) {
      await box.setChecked(checked);
      controls += await expectStrong(page, `Pre-train, box ${checked}`);
    }
    await goTo(page, 'Data sets');
    await page.getByRole('button', { name: 'Add a table of labels…' }).click();
    controls += await expectStrong(page, 'Add a table');
    expect(controls).toBeGreaterThan(30);
  });
