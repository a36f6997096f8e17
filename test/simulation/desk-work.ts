/** What people at the laptop do: edit, create, check in, change bibs and tags, delete, import, withdraw consent. */
import type { FieldValue, RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { startListOf } from '../support/race-day.ts'
import type { Dice } from './dice.ts'
import type { Ledger } from './ledger.ts'
import { poisonous } from './other-side.ts'
import { killed, type World } from './world.ts'

/** Fields any word may go into. */
export const wordFields: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  organisation: ['kind'],
  person: ['city', 'street', 'firstName', 'emergencyContactName'],
  event: ['venue', 'city'],
  tag: ['type'],
  eventParticipant: ['category', 'team', 'giveaway'],
  contactPreference: ['source'],
}

const statuses = ['registered', 'started', 'finished', 'dns', 'withdrawn'] as const

type Fields = Readonly<Record<string, FieldValue>>

export class DeskWork {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #dice: Dice
  /** Dice of their own, so that days that were played before stay what they were. */
  readonly #chips: Dice
  #bib = 500

  constructor(world: World, ledger: Ledger) {
    this.#world = world
    this.#ledger = ledger
    this.#dice = world.dice.stream('desk')
    this.#chips = world.dice.stream('second chips and legs')
  }

  /** One thing somebody does, seen through to its end or to the laptop's. */
  async work(): Promise<void> {
    this.#world.arrangeDeath()
    await this.#world.drive(this.#one())
    this.#world.cancelDeath()
  }

  /** The same while a run is under way: whoever drives the run drives this too. */
  async workMeanwhile(): Promise<void> {
    await this.#one()
  }

  async #one(): Promise<void> {
    const kind = this.#dice.weighted({
      words: 10,
      bib: 2,
      tag: 2,
      status: 2,
      checkIn: 3,
      walkUp: 2,
      consent: 2,
      remove: 2,
      move: 1,
      poison: 0.3,
      clear: 1,
    })
    switch (kind) {
      case 'words':
        return this.#edit(
          await this.#someone(Object.keys(wordFields) as EntityName[]),
          (entity) => ({
            [this.#dice.pick(wordFields[entity]!)]: this.#ledger.word('o'),
          }),
        )
      case 'clear':
        return this.#edit(await this.#someone(['person']), () => ({ city: null }))
      case 'poison':
        return this.#edit(await this.#someone(['person']), () => ({ city: poisonous }))
      case 'bib':
        return this.#edit(await this.#someone(['eventParticipant']), () => ({
          number: String(this.#dice.chance(0.3) ? this.#dice.whole(1, 8) : ++this.#bib),
        }))
      case 'tag': {
        const tag = await this.#someone(['tag'])
        const field = this.#chips.chance(0.3) ? 'spareTag' : 'tag'
        return this.#edit(await this.#someone(['eventParticipant']), () => ({
          [field]: tag && !this.#dice.chance(0.2) ? tag.record.id : null,
        }))
      }
      case 'status':
        return this.#edit(await this.#someone(['eventParticipant']), () => ({
          status: this.#dice.pick(statuses),
          ...(this.#chips.chance(0.2) ? { leg: this.#chips.whole(1, 4) } : {}),
        }))
      case 'checkIn': {
        const found = await this.#someone(['eventParticipant'])
        if (!found) return
        const { outcome } = await this.#world.client.desk.checkIn({
          id: found.record.id,
          undo: this.#dice.chance(0.2),
        })
        return this.#world.trace.note(`desk check-in ${found.record.id} ${outcome}`)
      }
      case 'walkUp':
        return this.#walkUp()
      case 'consent':
        return this.#consent()
      case 'move': {
        const group = await this.#someone(['startGroup'])
        return this.#edit(await this.#someone(['startGroupParticipant']), () => ({
          startGroup: group!.record.id,
        }))
      }
      case 'remove':
        return this.#remove()
    }
  }

  /** Somebody types a value that a server refuses. */
  async poison(): Promise<void> {
    await this.#edit(await this.#someone(['person']), () => ({ city: poisonous }))
  }

  /** Somebody sees such a value and puts it right. */
  async correct(): Promise<void> {
    const { records } = await this.#world.client.records.list({ entity: 'person', limit: 200 })
    const record = records.find(({ city }) => city === poisonous)
    if (!record) return
    this.#world.count('corrected')
    await this.#set('person', { city: this.#ledger.word('o') }, record.id)
  }

  async #someone(
    entities: readonly EntityName[],
  ): Promise<{ readonly entity: EntityName; readonly record: RecordView } | null> {
    const entity = this.#dice.pick(entities)
    const choice = this.#dice.next()
    const { records } = await this.#world.client.records.list({ entity, limit: 200 })
    const record = records[Math.floor(choice * records.length)]
    return record ? { entity, record } : null
  }

  async #edit(
    found: { readonly entity: EntityName; readonly record: RecordView } | null,
    fieldsFor: (entity: EntityName) => Fields,
  ): Promise<void> {
    if (!found) return
    await this.#set(found.entity, fieldsFor(found.entity), found.record.id)
  }

  /** Saves, and remembers what was said to be saved. Null when it was refused. */
  async #set(entity: EntityName, fields: Fields, id?: string): Promise<RecordView | null> {
    const { client, trace } = this.#world
    try {
      const record = await client.records.set({
        entity,
        fields: { ...fields },
        ...(id === undefined ? {} : { id }),
      })
      const moment = this.#world.moment()
      for (const [field, value] of Object.entries(fields)) {
        // Only what nobody wrote before tells whose it is.
        if (!this.#ledger.isWord(value)) continue
        this.#ledger.saved.push({ moment, entity, recordId: record.id, field, value })
      }
      if (entity === 'contactPreference' && typeof fields['status'] === 'string') {
        this.#ledger.consents.push({
          moment,
          target: null,
          id: record.id,
          status: fields['status'],
        })
      }
      trace.note(`desk ${id ? 'edits' : 'makes'} ${entity} ${record.id} ${JSON.stringify(fields)}`)
      return record
    } catch (error) {
      if (!isProblem(error)) throw error
      trace.note(
        `desk is refused ${entity} ${id ?? ''} ${JSON.stringify(fields)}: ${error.message}`,
      )
      return null
    }
  }

  async #walkUp(): Promise<void> {
    const event = await this.#someone(['event'])
    if (!event) return
    const name = this.#ledger.word('w')
    const person = await this.#set('person', {
      firstName: name,
      lastName: this.#dice.pick(['Silva', 'Costa']),
      ...(this.#dice.chance(0.7) ? { email: `${name}@example.org` } : {}),
    })
    if (!person) return
    const bib = ++this.#bib
    const tag = this.#dice.chance(0.5) ? await this.#set('tag', { number: `T-${bib}` }) : null
    const participant = await this.#set('eventParticipant', {
      event: event.record.id,
      person: person.id,
      number: String(bib),
      ...(tag ? { tag: tag.id } : {}),
    })
    const group = await this.#someone(['startGroup'])
    if (participant && group) {
      await this.#set('startGroupParticipant', {
        startGroup: group.record.id,
        eventParticipant: participant.id,
      })
    }
  }

  async #consent(): Promise<void> {
    const known = await this.#someone(['contactPreference'])
    if (known && this.#dice.chance(0.7)) {
      await this.#edit(known, () => ({
        status: this.#dice.pick(['optedIn', 'optedOut', 'optedOut']),
        source: this.#ledger.word('o'),
      }))
      return
    }
    const person = await this.#someone(['person'])
    if (!person) return
    await this.#set('contactPreference', {
      person: person.record.id,
      channel: this.#dice.pick(['email', 'sms']),
      topic: 'news',
      status: this.#dice.pick(['optedIn', 'optedOut']),
    })
  }

  async #remove(): Promise<void> {
    const found = await this.#someone([
      'startGroupParticipant',
      'startGroupParticipant',
      'contactPreference',
      'eventParticipant',
      'person',
      'tag',
    ])
    if (!found) return
    const { entity, record } = found
    try {
      await this.#world.client.records.remove({ entity, id: record.id })
      this.#world.trace.note(`desk removes ${entity} ${record.id}`)
    } catch (error) {
      if (!isProblem(error)) throw error
      this.#world.trace.note(`desk may not remove ${entity} ${record.id}`)
    }
  }

  /** A start list, partly of people who are there already. May die half-way. */
  async importStartList(from: number, entrants: number): Promise<void> {
    const word = this.#ledger.word('i')
    const csv = startListOf(entrants, from).replaceAll('Silva', this.#dice.pick(['Silva', word]))
    const open = async function* () {
      yield new TextEncoder().encode(csv)
    }
    const report = await this.#world.drive(
      this.#world.engine.importFile(
        { name: 'list.csv', open },
        { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
        () => {},
        new AbortController().signal,
      ),
    )
    const outcome = report === killed ? 'died' : `${report.rows} rows, ${report.bad.length} bad`
    this.#world.trace.note(`desk imports ${from}+${entrants}: ${outcome}`)
  }
}

function isProblem(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'PROBLEM'
}
