/** What other people do at the servers, by the servers' clocks: edit, create, delete, withdraw consent. */
import type { EntityName } from '../../main/contract/words.ts'
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { wordFields } from './desk-work.ts'
import type { Dice } from './dice.ts'
import type { Ledger } from './ledger.ts'
import type { MockSide } from './other-side.ts'
import type { World } from './world.ts'

/** Polls look two minutes back by a clock of whole seconds. */
export const latestMs = 110_000

export class OtherWork {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #dice: Dice
  readonly #lateDice: Dice

  constructor(world: World, ledger: Ledger) {
    this.#world = world
    this.#ledger = ledger
    this.#dice = world.dice.stream('others')
    this.#lateDice = world.dice.stream('late')
  }

  /** Records that are there before the first run; some are of people the laptop knows too. */
  populate(side: MockSide): void {
    const people = this.#dice.whole(2, 6)
    for (let at = 1; at <= people; at++) {
      const bib = this.#dice.whole(1, 8)
      this.#make(side, 'person', {
        firstName: `Runner${bib}`,
        lastName: this.#dice.pick(['Silva', 'Silva', 'Costa']),
        ...(this.#dice.chance(0.6) ? { email: `Runner${bib}@Example.org` } : {}),
        ...(this.#dice.chance(0.6) ? { dateOfBirth: '1990-01-20' } : {}),
        city: this.#ledger.word('r'),
      })
    }
    if (this.#dice.chance(0.5)) this.#make(side, 'event', { name: 'Spring Classic' })
    if (this.#dice.chance(0.3)) this.#make(side, 'tag', { number: 'T-1' })
  }

  /** One thing somebody does there. `during` a run, so that nobody can tell who was first. */
  work(during: boolean): void {
    const sides = this.#world.mockSides
    if (sides.length === 0) return
    const side = this.#dice.pick(sides)
    const kind = this.#dice.weighted({
      words: 10,
      make: 3,
      entry: 2,
      consent: 2,
      remove: 1.5,
      same: 1,
      clear: 1,
      status: 1,
    })
    switch (kind) {
      case 'words':
        return this.#edit(side, during, Object.keys(wordFields), (entity) => ({
          [this.#dice.pick(wordFields[entity as EntityName]!)]: this.#ledger.word('r'),
        }))
      case 'same':
        // Saved without a change, as people do: only the time is new.
        return this.#edit(side, during, Object.keys(wordFields), () => ({}))
      case 'clear':
        return this.#edit(side, during, ['person'], () => ({ street: null }))
      case 'status':
        return this.#edit(side, during, ['eventParticipant'], () => ({
          status: this.#dice.pick(['registered', 'finished', 'withdrawn']),
        }))
      case 'make': {
        const name = this.#ledger.word('n')
        this.#make(side, 'person', {
          firstName: name,
          lastName: 'Costa',
          email: `${name}@example.org`,
        })
        return
      }
      case 'entry': {
        const event = this.#one(side, ['event'])
        const person = this.#one(side, ['person'])
        if (!event || !person) return
        this.#make(side, 'eventParticipant', {
          event: event.id,
          person: person.id,
          number: String(this.#dice.whole(1, 900)),
          status: 'registered',
        })
        return
      }
      case 'consent':
        return this.#consent(side, during)
      case 'remove': {
        const record = this.#one(side, [
          'startGroupParticipant',
          'contactPreference',
          'tag',
          'person',
        ])
        if (!record) return
        const used = side
          .records()
          .some(
            (other) =>
              !other.deleted && Object.values(other).includes(record.id) && other.id !== record.id,
          )
        if (used) return
        if (during) this.#ledger.raced.add(`${side.plan.name} ${record.id}`)
        side.change(this.#world.remoteNow(side), 'delete', record)
        this.#world.trace.note(`others at ${side.plan.name} remove ${record.entity} ${record.id}`)
      }
    }
  }

  /** How long a change stays out of the lists, ms: less than polls look back. */
  #lateness(): number {
    const { showsLate } = this.#world.scenario.weather
    if (!this.#world.stormy || !this.#lateDice.chance(showsLate)) return 0
    this.#world.count('shown late')
    return this.#lateDice.whole(2_000, latestMs)
  }

  #one(side: MockSide, entities: readonly string[]): MockSyncRecord | null {
    const live = side
      .records()
      .filter((record) => !record.deleted && entities.includes(record.entity))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    return live.length === 0 ? null : this.#dice.pick(live)
  }

  #edit(
    side: MockSide,
    during: boolean,
    entities: readonly string[],
    fieldsFor: (entity: string) => Readonly<Record<string, unknown>>,
  ): void {
    const record = this.#one(side, entities)
    if (!record) return
    const fields = fieldsFor(record.entity)
    const lateMs = this.#lateness()
    // What nobody can see yet is nothing anybody could know.
    if (during || lateMs > 0) this.#ledger.raced.add(`${side.plan.name} ${record.id}`)
    side.change(this.#world.remoteNow(side), 'update', record, { data: fields, lateMs })
    this.#world.trace.note(
      `others at ${side.plan.name} edit ${record.entity} ${record.id} ${JSON.stringify(fields)}`,
    )
  }

  #make(side: MockSide, entity: EntityName, fields: Readonly<Record<string, unknown>>): string {
    const id = this.#ledger.word(`${side.plan.name}-`)
    side.change(
      this.#world.remoteNow(side),
      'create',
      { entity, id },
      {
        data: fields,
        lateMs: this.#lateness(),
      },
    )
    this.#world.trace.note(
      `others at ${side.plan.name} make ${entity} ${id} ${JSON.stringify(fields)}`,
    )
    return id
  }

  #consent(side: MockSide, during: boolean): void {
    const known = this.#one(side, ['contactPreference'])
    const status = this.#dice.pick(['optedIn', 'optedOut', 'optedOut'])
    if (known) {
      this.#edit(side, during, ['contactPreference'], () => ({ status }))
      return
    }
    const person = this.#one(side, ['person'])
    if (!person) return
    this.#make(side, 'contactPreference', {
      person: person.id,
      channel: 'email',
      topic: 'news',
      status,
    })
  }
}
