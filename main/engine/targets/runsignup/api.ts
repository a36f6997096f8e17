/**
 * RunSignup's REST interface as we use it. Everything a site may have to correct is in this file.
 *
 * Known (runsignup.com/API and public clients): `format=json` on every call, else XML comes; errors are HTTP 200 with
 * `{"error":{…}}`; writes are form posts with the JSON document in one field, `request`; participants come as an array
 * with one element for each event, whose nested `event.participants` is empty, removed participants *inside*
 * `event.participants`; `modified_after_timestamp` is on or after, in seconds; at most 2,500 rows a page; at most 250
 * deletions a request; at most 2 requests in flight; the list of an add or edit is `participants`, with the person under
 * `user` as it is read, and of a deletion `registrations`.
 *
 * Unverified, and tolerated either way:
 * - whether a page of several events is counted over all of them or for each (the same)
 * - whether the server caps a page lower than asked without saying so: a list ends with an empty page
 * - what an add or edit answers for one bad participant among good ones: an entry with an error, or a refusal of all
 *   with `error_details`, with or without an `error` beside them
 * - what a deletion says of registrations that are not imported: here, whatever it does not list as removed is looked at
 * - `timezone` in a race (it is in the request that makes one), and whether chip numbers are taken as `chip_num`
 * - whether null clears a bib, a chip or a giveaway as it clears what is personal: bibs and chips are sent as null, an
 *   empty giveaway is not sent at all
 * - whether adding answers 517 for somebody already there only with `restrict_potential_dup=T`; the number it details is
 *   that of the registration
 */
import { z } from 'zod'
import type { Query } from '../kit/base-url.ts'

/** Requests in flight at most: more are answered with code 14. */
export const mostInFlight = 2

/** Rows in one page at most. */
export const largestPage = 2_500

/** Registrations in one deletion at most; also how many are added or edited in one request. */
export const mostInOneWrite = 250

/** Sent with every call. `supports_nb` makes gender X possible. */
export const everywhere: Query = [
  ['format', 'json'],
  ['supports_nb', 'T'],
]

/** The zone of all times but those of races and their events. */
export const siteZone = 'America/New_York'

/** What clears a date of birth; null would be taken as well, but not everywhere. */
export const clearedBirthDate = 'XXXX-XX-XX' // RunSignup's own word for a day nobody knows

export const parameters = {
  /** Ids of their events, comma separated. */
  events: 'event_id',
  after: 'after_registration_id',
  since: 'modified_after_timestamp',
  size: 'results_per_page',
  sort: 'sort',
} as const

export const byRegistration = 'registration_id ASC'

export const paths = {
  race: (raceId: string) => `/race/${raceId}`,
  participants: (raceId: string) => `/race/${raceId}/participants`,
  removed: (raceId: string) => `/race/${raceId}/removed-participants`,
  deletion: (raceId: string) => `/race/${raceId}/delete-participants`,
  /** Where OAuth 2 tokens are renewed; answers with real statuses. */
  renewal: '/v2/auth/refresh-token.json',
} as const

/** An id: an integer, also where it comes as text. */
const id = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
])

/**
 * `{"error": {"error_code": 14, "error_msg": "…"}}`, in place of any answer. A refused write may say no more than the
 * details: one for each participant, or for those at fault.
 */
export const errorAnswer = z.looseObject({
  error: z
    .looseObject({ error_code: z.coerce.number(), error_msg: z.string().optional() })
    .optional(),
  error_details: z.array(z.unknown()).optional(),
})

/** One participant's refusal, beside or instead of its registration id. */
export const participantError = z.looseObject({
  error_code: z.coerce.number(),
  error_msg: z.string().nullish(),
  detailed_desc: z.union([z.string(), z.number()]).nullish(),
})

/** Their event, our race. Times are in the race's own zone. */
export const siteEvent = z.looseObject({
  event_id: id,
  race_event_days_id: id.nullish(),
  name: z.string().nullish(),
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  distance: z.union([z.string(), z.number()]).nullish(),
})
export type SiteEvent = z.infer<typeof siteEvent>

/** Their race, our event. */
export const raceAnswer = z.looseObject({
  race: z.looseObject({
    race_id: id,
    name: z.string(),
    next_date: z.string().nullish(),
    timezone: z.string().nullish(),
    url: z.string().nullish(),
    address: z.looseObject({}).nullish(),
    events: z.array(siteEvent).default([]),
  }),
})
export type SiteRace = z.infer<typeof raceAnswer>['race']

const element = z.looseObject({
  event: z.looseObject({ event_id: id, participants: z.array(z.unknown()).nullish() }),
  participants: z.array(z.unknown()).nullish(),
})

/** A page of participants, present or removed: an array, or its one element alone. */
export const participantsAnswer = z.union([
  z.array(element, { error: 'an array of events was expected' }),
  element.transform((one) => [one]),
])
export type ParticipantsAnswer = z.infer<typeof participantsAnswer>

/** A registration as a row of `/participants`. What is not named here stays in it as it came. */
export const siteRow = z.looseObject({
  registration_id: id,
  event_id: id.nullish(),
  user: z.looseObject({ user_id: id }),
  bib_num: z.union([z.number(), z.string()]).nullish(),
  chip_num: z.union([z.number(), z.string()]).nullish(),
  giveaway: z.string().nullish(),
  last_modified: z.int().nullish(),
  imported: z.string().nullish(),
})
export type SiteRow = z.infer<typeof siteRow>

/** A registration that is no longer there. `last_modified` is Eastern wall time. */
export const removedRow = z.looseObject({
  registration_id: id,
  last_modified: z.string().nullish(),
  last_modified_ts: z.int().nullish(),
  removed_reason: z.string().nullish(),
  new_registration_id: id.nullish(),
})
export type RemovedRow = z.infer<typeof removedRow>

/** What an add, an edit or a deletion answers: one entry for each participant, in order. */
export const writeAnswer = z.looseObject({ participants: z.array(z.unknown()) })

/** An entry of it that worked. */
export const writtenRow = z.looseObject({ registration_id: id })
