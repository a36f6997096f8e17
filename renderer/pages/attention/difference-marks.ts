/** Which part of a text is different from another one. Pure. */

/** Equal beginning, what is different, equal end; together the whole text. */
export type MarkedText = readonly [before: string, differing: string, after: string]

/** Below this share of equal letters, marking single ones would only be noise. */
const alikeShare = 0.5

/** By whole code points, so that no letter with an accent is cut in half. */
export function markDifference(text: string, other: string): MarkedText {
  if (text === other) return [text, '', '']
  const [own, their] = [[...text], [...other]]
  const shorter = Math.min(own.length, their.length)
  let start = 0
  while (start < shorter && own[start] === their[start]) start++
  let end = 0
  while (end < shorter - start && own.at(-1 - end) === their.at(-1 - end)) end++
  const isAlike = start + end >= Math.max(own.length, their.length) * alikeShare
  // Nothing of it differs: the other one has something more, which is marked there.
  if (!isAlike || start + end === own.length) return ['', text, '']
  const stop = own.length - end
  return [own.slice(0, start).join(''), own.slice(start, stop).join(''), own.slice(stop).join('')]
}
