/** What does not fit the shape of something a person wrote, in words. */
import type { z } from 'zod'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** Words for one fault, as they follow the name of the place; for `safeParse`. A schema's own words win over these. */
export function shapeWords(issue: Issue): string | undefined {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'is empty'
        : `must be at least ${issue.minimum}${partsOf(issue.origin)}`
    case 'too_big':
      return `must be at most ${issue.maximum}${partsOf(issue.origin)}`
    default:
      return undefined
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function partsOf(origin: string): string {
  return origin === 'string' ? ' characters long' : origin === 'array' ? ' long' : ''
}

/**
 * Every fault under the dotted path of its place.
 * @param whole what stands for the document itself
 */
export function shapeFaults(error: z.ZodError, whole: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    error.issues.flatMap((issue) => {
      const path = issue.path.map(String)
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [[...path, key].join('.'), 'is not known'])
        : [[path.join('.') || whole, issue.message]]
    }),
  )
}

/** The faults in one sentence, without its full stop. */
export function faultWords(faults: Readonly<Record<string, string>>): string {
  return Object.entries(faults)
    .map(([place, words]) => `${place}: ${words}`)
    .join('; ')
}
