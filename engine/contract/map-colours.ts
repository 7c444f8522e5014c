/** Colours of groups on maps of images, readable on light and dark ground. */

const GOLDEN_ANGLE = 137.508;

/** Hues lie far apart for groups next to each other, and every third one is lighter. */
export function mapColour(group: number): [red: number, green: number, blue: number] {
  const lightness = [0.5, 0.42, 0.62][group % 3]!;
  return rgbOf((group * GOLDEN_ANGLE) % 360, 0.65, lightness);
}

/** From few (blue) to many (red). @param share 0 to 1 */
export function mapShade(share: number): [red: number, green: number, blue: number] {
  return rgbOf(230 - 230 * Math.min(1, Math.max(0, share)), 0.75, 0.5);
}

function rgbOf(hue: number, saturation: number, lightness: number): [number, number, number] {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
