/**
 * Why a value does not fit its field, as closed codes with their facts: the one answer for desk, forms, import, command
 * and targets. Words are made where they are read: `unfit-words-en.ts` for the command, the log and scripts,
 * `renderer/locales` for the window.
 */
import { z } from 'zod'
import { entityName } from './words.ts'

/**
 * - `missing`: the field must have a value · `rounded`: a number that lost digits before it came here
 * - `not-date`: no date like 1984-03-28; `value` where it may not be seen beside it
 * - `no-such-day`, `too-early` (before 1900), `future`: a date no birth date is
 * - `not-moment`: no time zone · `no-such-moment`: no point in time · `far-moment`: outside of the years `first` to `last`
 * - `not-a-field`: of this kind of record · `unknown-record`: no live record has this id
 */
export const unfit = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'missing',
      'rounded',
      'not-email',
      'not-phone',
      'not-url',
      'not-country',
      'not-number',
      'not-whole',
      'too-large',
      'not-answer',
      'not-moment',
    ]),
  }),
  z.object({ code: z.enum(['too-long', 'above']), most: z.number() }),
  z.object({ code: z.literal('below'), least: z.number() }),
  z.object({ code: z.literal('not-choice'), choices: z.array(z.string()).readonly() }),
  z.object({ code: z.literal('not-date'), value: z.string().optional() }),
  z.object({
    code: z.enum(['no-such-day', 'too-early', 'future', 'no-such-moment']),
    value: z.string(),
  }),
  z.object({
    code: z.literal('far-moment'),
    value: z.string(),
    first: z.number().int(),
    last: z.number().int(),
  }),
  z.object({ code: z.literal('not-a-field'), entity: entityName }),
  z.object({ code: z.literal('unknown-record'), entity: entityName, id: z.string() }),
])
export type Unfit = z.infer<typeof unfit>
export type UnfitCode = Unfit['code']
