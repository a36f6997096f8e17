import { ProblemError } from '../../../contract/problem.ts'

/** The one of this name. Throws `ProblemError` `not-found` that tells the names there are. */
export function targetNamed<Named extends { readonly name: string }>(
  all: readonly Named[],
  name: string,
): Named {
  const found = all.find((one) => one.name === name)
  if (found) return found
  throw new ProblemError({
    code: 'not-found',
    message: `There is no target named ${name}.`,
    fix:
      all.length > 0
        ? `Use one of: ${all.map((one) => one.name).join(', ')}.`
        : 'Add a target first.',
  })
}
