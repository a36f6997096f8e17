/**
 * Things of EMS that Marshal knows by a word and EMS wants by id: countries, tag types, categories, race numbers, and what a
 * new race is made of. What is not there is refused with words that say where to add it; nothing is made up.
 */
import { foldLabel } from '../../model/folded-label.ts'
import type { ChoiceList } from '../kit/define-adapter.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { listFiltered, storedEntity, type StoredEntity } from '../kit/entity-collection.ts'
import { nested, nestedId } from '../kit/shape.ts'
import { SyncError } from '../kit/sync-error.ts'
import { collectionPath, lookedInto } from './api.ts'

/** Race numbers in these states are given to nobody. */
const unusable: ReadonlySet<unknown> = new Set(['UNFIT_FOR_SERVICE', 'DESTROYED'])

/** What a new race needs of its event. */
export interface RaceParts {
  readonly eventRaceType: number
  readonly eventCategory: number
  readonly course: number
}

/** The organisations there are, for the setting that names one. */
export const listOrganisations: ChoiceList = async ({ client }, _search, signal) => {
  const path = collectionPath('organisation')
  const all = await listFiltered(client, path, { filters: [] }, signal)
  return all.map(({ id, name }) => ({
    ...{ value: String(id), detail: String(id) },
    label: typeof name === 'string' ? name : String(id),
  }))
}

/** The categories of all events by their names, for the setting that names one. */
export const listCategories: ChoiceList = async ({ client }, _search, signal) => {
  const all = await listFiltered(client, lookedInto.eventCategory, { filters: [] }, signal)
  const names = all.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  return [...new Set(names)].toSorted().map((name) => ({ value: name, label: name }))
}

/** Look-ups of one batch: each thing is asked for once, and never longer remembered. */
export class NamedThings {
  readonly #client: HttpClient
  readonly #signal: AbortSignal
  readonly #answers = new Map<string, Promise<readonly StoredEntity[]>>()

  constructor(client: HttpClient, signal: AbortSignal) {
    this.#client = client
    this.#signal = signal
  }

  /** Id of a country by its ISO code. */
  async country(code: string): Promise<number> {
    const all = await this.#list(lookedInto.country, [['code.equals', code]])
    const [found] = all.filter((item) => fold(item['code']) === fold(code))
    if (found) return found.id
    throw missing(`EMS has no country with the code "${code}".`)
  }

  async tagType(name: string): Promise<number> {
    const all = await this.#list(lookedInto.tagType, [['name.equals', name]])
    const [found] = named(all, name)
    if (found) return found.id
    throw missing(`EMS has no tag type "${name}": add it there, or give the tag another type.`)
  }

  /** Id of a category of an event; without a name the only one there is. */
  async category(event: number, name: string | null): Promise<number> {
    const all = await this.#ofEvent(lookedInto.eventCategory, event)
    if (name === null) return only(all, 'category', 'Give the entrant one')
    const [found] = named(all, name)
    if (found) return found.id
    throw missing(`EMS has no category "${name}" in this event; it has ${wordsFor(all)}.`)
  }

  /** The part of its event's set-up with the race's own name, else the only one. */
  async raceParts(event: number, name: string): Promise<RaceParts> {
    const part = async (path: string, what: string): Promise<number> => {
      const all = await this.#ofEvent(path, event)
      const [found] = named(all, name)
      return found?.id ?? only(all, what, 'Create the race in EMS; it comes here by itself')
    }
    return {
      eventRaceType: await part(lookedInto.eventRaceType, 'race type'),
      eventCategory: await part(lookedInto.eventCategory, 'category'),
      course: await part(lookedInto.course, 'course'),
    }
  }

  /** Id of the race number that can be given out in an event. Leading zeros count. */
  async raceNumber(event: number, number: string): Promise<number> {
    const type = nestedId((await this.one('event', event))['numberType'])
    const all = await this.#list(lookedInto.raceNumber, [
      ['number.equals', number],
      ...(type === null ? [] : ([['typeId.equals', type]] as const)),
    ])
    const fitting = all.filter(
      (item) =>
        item['number'] === number &&
        !unusable.has(item['state']) &&
        (type === null || nestedId(item['type']) === type || nestedId(item['subType']) === type),
    )
    const [found] = fitting
    if (!found) {
      throw missing(
        `EMS has no race number ${number} to give out in this event: add it to the stock there, or choose another bib.`,
      )
    }
    if (fitting.length === 1) return found.id
    throw missing(
      `EMS has ${fitting.length} race numbers ${number}: tell it there which type this event uses.`,
    )
  }

  /** Id of the organisation that runs an event which names none. */
  async organiser(): Promise<number> {
    const all = await this.#list(collectionPath('organisation'), [])
    return only(
      all,
      'organisation',
      'Give the event an organiser, or set "Organisation of new events"',
    )
  }

  /** One record in full. */
  async one(entity: 'event' | 'race', id: number): Promise<StoredEntity> {
    const path = `${collectionPath(entity)}/${id}`
    return this.#once(path, async () => {
      const request = { method: 'GET', path, signal: this.#signal } as const
      try {
        return [(await this.#client.json(storedEntity, request)).value]
      } catch (error) {
        // The record at hand is not gone: what it belongs to is.
        if (error instanceof SyncError && error.code === 'gone') {
          throw missing(`EMS no longer has the ${entity} ${id} this record belongs to.`)
        }
        throw error
      }
    }).then(([found]) => found as StoredEntity)
  }

  async #ofEvent(path: string, event: number): Promise<readonly StoredEntity[]> {
    const all = await this.#list(path, [['eventId.equals', event]])
    return all.filter((item) => [null, String(event)].includes(nestedId(item['event'])))
  }

  #list(
    path: string,
    filters: readonly (readonly [string, string | number])[],
  ): Promise<readonly StoredEntity[]> {
    return this.#once(JSON.stringify([path, filters]), () =>
      listFiltered(this.#client, path, { filters }, this.#signal),
    )
  }

  #once(
    key: string,
    ask: () => Promise<readonly StoredEntity[]>,
  ): Promise<readonly StoredEntity[]> {
    const before = this.#answers.get(key)
    if (before) return before
    const answer = ask()
    this.#answers.set(key, answer)
    return answer
  }
}

function named(all: readonly StoredEntity[], name: string): readonly StoredEntity[] {
  const exact = all.filter((item) => item['name'] === name)
  return exact.length > 0 ? exact : all.filter((item) => label(item['name']) === foldLabel(name))
}

function only(all: readonly StoredEntity[], what: string, advice: string): number {
  const [found] = all
  if (found && all.length === 1) return found.id
  const there = found ? `there are ${wordsFor(all)}` : `EMS has none for it`
  throw missing(`EMS needs a ${what} here, and ${there}. ${advice}.`)
}

function wordsFor(all: readonly StoredEntity[]): string {
  const words = all.slice(0, 10).map((item) => String(nested(item, 'name') ?? item.id))
  return words.length === 0 ? 'none' : words.join(', ') + (all.length > 10 ? ', …' : '')
}

function fold(value: unknown): string | null {
  return typeof value === 'string' ? value.normalize('NFC').trim().toLowerCase() : null
}

function label(value: unknown): string | null {
  return typeof value === 'string' ? foldLabel(value) : null
}

function missing(message: string): SyncError {
  return new SyncError('rejected', message)
}
