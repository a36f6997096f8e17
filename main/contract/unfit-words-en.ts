/** The English of the codes in `unfit.ts`: what follows the name of the field in a sentence, without a full stop. */
import { wordOf, type Words } from './coded-words.ts'
import type { Unfit } from './unfit.ts'
import { entityLabels } from './entity-labels.ts'

const notDate = 'is not a date like 1984-03-28'

/** Words for each code: tables that have more codes build on them. */
export const unfitWords: Words<Unfit> = {
  missing: () => 'is missing',
  rounded: () => 'is a number with more digits than can be kept; write it as text, in quotes',
  'not-email': () => 'is not an e-mail address',
  'not-phone': () => 'is not a phone number',
  'not-url': () => 'is not the address of a web page, like https://example.org',
  'not-country': () => 'is not a country in two or three letters, like DE or GER',
  'not-number': () => 'is not a number',
  'not-whole': () => 'is not a whole number',
  'too-large': () => 'is too large',
  'not-answer': () => 'is neither yes nor no',
  'not-moment': () => 'is not a moment with its time zone, like 2026-04-20T09:00:00Z',
  'too-long': ({ most }) => `is longer than ${most} characters`,
  above: ({ most }) => `is above ${most}`,
  below: ({ least }) => `is below ${least}`,
  'not-choice': ({ choices }) => `is not one of ${choices.join(', ')}`,
  'not-date': ({ value }) => (value === undefined ? notDate : `${notDate}: ${value}`),
  'no-such-day': ({ value }) => `is not a day of the calendar: ${value}`,
  'too-early': ({ value }) => `is before the year 1900: ${value}`,
  future: ({ value }) => `lies in the future: ${value}`,
  'no-such-moment': ({ value }) => `is not a point in time: ${value}`,
  'far-moment': ({ value, first, last }) => `is not between ${first} and ${last}: ${value}`,
  'not-a-field': ({ entity }) => `is not a field of ${entityLabels[entity]}`,
  'unknown-record': ({ entity, id }) =>
    `is unknown: no ${entityLabels[entity].toLowerCase()} has the id ${id}`,
}

/** Why a value does not fit: the end of a sentence that begins with the name of its field. */
export function unfitText(reason: Unfit): string {
  return wordOf<Unfit>(unfitWords, reason)(reason)
}
