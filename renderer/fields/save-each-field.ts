/** Saving what fits although something else is refused: one bad bib does not keep a good tag from being given out. */
import type { ShownProblem } from '../connection/shown-problem.ts'

export type Sent<Saved> = { readonly saved: Saved } | { readonly problem: ShownProblem }

export interface EachField<Saved, Value> {
  /** Null when nothing could be saved. */
  readonly saved: Saved | null
  /** What was saved. */
  readonly taken: Readonly<Record<string, Value>>
  /** Field → why it was not. */
  readonly refused: Readonly<Record<string, ShownProblem>>
  /** What has nothing to do with a single field: nothing was saved. */
  readonly whole: ShownProblem | null
}

/**
 * Sends all fields at once; where the answer names fields, they are set aside and the others sent again. So what goes
 * together is saved together, with as few requests as there are refusals.
 */
export async function saveEachField<Saved, Value>(
  fields: Readonly<Record<string, Value>>,
  send: (fields: Readonly<Record<string, Value>>) => Promise<Sent<Saved>>,
): Promise<EachField<Saved, Value>> {
  const refused: Record<string, ShownProblem> = {}
  let left = fields
  while (Object.keys(left).length > 0) {
    const answer = await send(left)
    if ('saved' in answer) return { saved: answer.saved, taken: left, refused, whole: null }
    const { problem } = answer
    const named = Object.keys(problem.fields ?? {}).filter((name) => name in left)
    if (named.length === 0) return { saved: null, taken: {}, refused, whole: problem }
    for (const name of named) refused[name] = problem
    left = Object.fromEntries(Object.entries(left).filter(([name]) => !named.includes(name)))
  }
  return { saved: null, taken: {}, refused, whole: null }
}
