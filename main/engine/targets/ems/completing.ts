/** What EMS needs besides what Marshal has: ids for what we know by name, and what a new record must have. */
import type { RemoteBody } from '../kit/adapter.ts'
import type { EventEntity } from '../kit/event-collections.ts'
import { nested, nestedId } from '../kit/shape.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { NamedThings } from './named-things.ts'

/** What a site says about records that lack what EMS must have. */
export interface Defaults {
  /** ISO code of the country of persons without one. */
  readonly country: string
  /** Time zone of events without one. */
  readonly timezone: string
  /** Category of entrants without one; without it the only one of the event. */
  readonly category?: string | undefined
  /** Id of the organisation of events without an organiser; without it the only one the key can see. */
  readonly organisation?: number | undefined
}

/** All that EMS requires of an event and Marshal knows nothing about. */
const newEvent = {
  allDay: false,
  csaMembershipRequired: false,
  csaLicenseRequired: false,
  csaStrictRegistration: false,
  csaDayLicenseDisallow: false,
  customList1Required: false,
  customList2Required: false,
  customList3Required: false,
} as const

/** A new record with everything EMS requires. Throws `SyncError` `rejected` for what nobody but a person can know. */
export async function completed(
  entity: EventEntity,
  body: RemoteBody,
  defaults: Defaults,
  things: NamedThings,
): Promise<RemoteBody> {
  switch (entity) {
    case 'person':
      return {
        ...body,
        identityCountry: body['identityCountry'] ??
          body['nationality'] ?? { code: defaults.country },
      }
    case 'event': {
      const startDateTime = body['startDateTime'] ?? null
      if (startDateTime === null) throw needs('EMS needs the start of an event.')
      const organiser = body['organiser'] ?? {
        id: defaults.organisation ?? (await things.organiser()),
      }
      return {
        ...newEvent,
        ...body,
        timezone: body['timezone'] ?? defaults.timezone,
        endDateTime: body['endDateTime'] ?? startDateTime,
        organiser,
        sanctioningOrganisation: organiser,
      }
    }
    case 'race': {
      const parts = await things.raceParts(idIn(body, 'event'), String(body['name']))
      const references = Object.entries(parts).map(([name, id]) => [name, { id }] as const)
      const status = body['status'] ?? 'PLANNED'
      return {
        ...body,
        status,
        active: status !== 'CANCELLED',
        ...Object.fromEntries(references),
      }
    }
    case 'startGroup': {
      if ((body['startTime'] ?? null) !== null) return body
      const { startTime } = await things.one('race', idIn(body, 'race'))
      if (typeof startTime === 'string') return { ...body, startTime }
      throw needs('EMS needs the start of a start group, and its race has none either.')
    }
    case 'eventParticipant':
      if ((body['category'] ?? null) !== null) return body
      return (defaults.category ?? '') === ''
        ? { ...body, category: { id: await things.category(idIn(body, 'event'), null) } }
        : { ...body, category: { name: defaults.category } }
    case 'organisation':
    case 'tag':
    case 'startGroupParticipant':
      return body
  }
}

/** The same with ids in place of codes and names. The race number is `assignNumber`'s. */
export async function resolved(
  entity: EventEntity,
  body: RemoteBody,
  things: NamedThings,
): Promise<RemoteBody> {
  const result: Record<string, unknown> = { ...body }
  const resolve = async (name: string, by: string, find: (word: string) => Promise<number>) => {
    const word = nested(body[name], by)
    if (typeof word === 'string' && nestedId(body[name]) === null) {
      result[name] = { id: await find(word) }
    }
  }
  switch (entity) {
    case 'person':
      await resolve('identityCountry', 'code', (code) => things.country(code))
      await resolve('nationality', 'code', (code) => things.country(code))
      break
    case 'tag':
      await resolve('type', 'name', (name) => things.tagType(name))
      break
    case 'eventParticipant':
      await resolve('category', 'name', (name) => things.category(idIn(body, 'event'), name))
      break
    default:
      break
  }
  return result
}

/** The id of a reference a record cannot be without. */
export function idIn(body: RemoteBody, name: string): number {
  const id = nestedId(body[name])
  if (id === null) throw needs(`EMS needs the ${name} of this record.`)
  return Number(id)
}

function needs(message: string): SyncError {
  return new SyncError('rejected', message)
}
