/**
 * Which form of a message stands for a number where the language counts otherwise than English. A message has two
 * forms (one, several) or three (none, one, several).
 */

/** French has the singular for nothing, too: 0 fiche, 1 fiche, 2 fiches. @returns the form's place, from 0 */
export function frenchForm(count: number, forms: number): number {
  if (forms > 2) return Math.min(count, 2)
  return Math.abs(count) < 2 ? 0 : forms - 1
}
