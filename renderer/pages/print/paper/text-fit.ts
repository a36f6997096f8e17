/** How wide text becomes in the window's font, near enough to choose its size. Pure: nothing is measured. */

/** Widths in parts of the size of the text; whatever is not named is a small letter. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[mwMW@%—]/u, 0.92],
  [/[iljIft.,:;'’!|()[\]-]/u, 0.36],
  [/\s/u, 0.3],
  [/\d/u, 0.64],
  [/[\u1100-\uD7AF\uF900-\uFAFF\uFF00-\uFF60]|\p{Extended_Pictographic}/u, 1.02],
  [/\p{Lu}/u, 0.72],
  [/\p{M}/u, 0],
]

/** Width of one line, in the unit of `size`. */
export function textWidth(text: string, size: number): number {
  let sum = 0
  for (const letter of text) sum += widths.find(([of]) => of.test(letter))?.[1] ?? 0.59
  return sum * size
}

/** The largest size between `least` and `most` at which a line is no wider than `width`; `least` where none is. */
export function fitSize(
  text: string,
  width: number,
  { most, least }: { readonly most: number; readonly least: number },
): number {
  const wide = textWidth(text, 1)
  return wide === 0 ? most : Math.max(least, Math.min(most, width / wide))
}
