/** `61.0 %`, of a share from 0 to 1. */
export function percentText(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}
