/**
 * The number at a place of the sorted values, without sorting them.
 *
 * @source Hoare, "Algorithm 65: find" (CACM 1961)
 */

/**
 * @param values not changed; NaN counts as the largest, as in `Float64Array.prototype.sort`
 * @param n      below the number of values
 */
export function nthSmallest(values: Float64Array, n: number): number {
  const rest = values.filter((value) => !Number.isNaN(value));
  if (n >= rest.length) return Number.NaN;
  let [low, high] = [0, rest.length - 1];
  while (low < high) {
    const pivot = rest[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (rest[left]! < pivot) left++;
      while (rest[right]! > pivot) right--;
      if (left > right) break;
      const value = rest[left]!;
      rest[left++] = rest[right]!;
      rest[right--] = value;
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else break;
  }
  return rest[n]!;
}
