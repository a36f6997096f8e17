/** Fields an event defines for its own entrants: kept by event and name, shown wherever its entrants are. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ownFieldLimits, ownFieldName } from '../../../contract/own-field-names.ts'
import type { NewOwnField, OwnField, OwnFieldChange } from '../../../contract/own-fields.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { entrantFields } from '../../import/entrant-fields.ts'
import { meaningOfHeader, plainHeader } from '../../import/header-words.ts'
import { readOwnFields, removeOwnField, writeOwnField } from '../../store/sql/own-fields.ts'
import { readRecords } from '../../store/sql/records.ts'

const os = implement(contract).ownFields

export function ownFieldHandlers(core: Core) {
  const told = () => {
    core.live.emit({ type: 'data', entities: ['eventParticipant'] })
    // The hub and its desks have them, too.
    core.onChange(['event'])
  }
  return {
    list: os.list.handler(async ({ input }) => [
      ...(await readOwnFields(core.reader, input.eventId ?? null)),
    ]),
    add: os.add.handler(async ({ input }) => {
      const field = await core.db.transaction().execute((trx) => addField(trx, input))
      told()
      return field
    }),
    change: os.change.handler(async ({ input }) => {
      const field = await core.db.transaction().execute((trx) => changeField(trx, input))
      told()
      return field
    }),
    remove: os.remove.handler(async ({ input: { eventId, name } }) => {
      const isGone = await core.db
        .transaction()
        .execute((trx) => removeOwnField(trx, eventId, name))
      if (!isGone) throw new ProblemError(noSuchField)
      told()
      return { ok: true as const }
    }),
  }
}

const noSuchField = {
  code: 'not-found',
  message: 'The event does not have this field any more.',
  fix: 'Look at the list of its fields again.',
} as const

async function addField(trx: Trx, given: NewOwnField): Promise<OwnField> {
  const event = (await readRecords(trx, 'event', [given.eventId])).get(given.eventId)
  if (!event || event.deletedOn !== null) {
    throw new ProblemError({
      code: 'not-found',
      message: 'The event does not exist any more.',
      fix: 'Choose another event.',
    })
  }
  const name = ownFieldName(given.label, given.sensitive)
  if (name === null) throw wrongLabel(nothingToRead)
  const others = await readOwnFields(trx, given.eventId)
  if (others.length >= ownFieldLimits.fields) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `The event has ${ownFieldLimits.fields} fields of its own already.`,
      fix: 'Remove one that is not used.',
    })
  }
  refuseKnown(given.label, others)
  const field = { ...given, name, choices: choicesOf(given) }
  if (others.some((other) => other.name === name)) throw taken(given.label)
  await writeOwnField(trx, field)
  return field
}

async function changeField(trx: Trx, change: OwnFieldChange): Promise<OwnField> {
  const all = await readOwnFields(trx, change.eventId)
  const before = all.find(({ name }) => name === change.name)
  if (!before) throw new ProblemError(noSuchField)
  const { label, kind, choices, onDesk } = { ...before, ...change }
  if (ownFieldName(label, before.sensitive) === null) throw wrongLabel(nothingToRead)
  if (plainHeader(label) !== plainHeader(before.label)) {
    refuseKnown(
      label,
      all.filter((other) => other !== before),
    )
  }
  const field = { ...before, label, kind, choices: choicesOf({ kind, choices }), onDesk }
  await writeOwnField(trx, field)
  return field
}

/** Choices each once; only a choice has any. Throws where a choice has none. */
function choicesOf({ kind, choices }: Pick<OwnField, 'kind' | 'choices'>): string[] {
  if (kind !== 'choice') return []
  const unique = [...new Map(choices.map((one) => [plainHeader(one) || one, one])).values()]
  if (unique.length > 0) return unique
  throw new ProblemError({
    code: 'invalid',
    message: 'A choice needs something to choose from.',
    fix: 'Write at least one choice.',
    fields: { choices: 'is empty' },
  })
}

/** Two fields for one thing would each be filled by half of the lists. */
function refuseKnown(label: string, others: readonly OwnField[]): void {
  const plain = plainHeader(label)
  if (others.some((other) => plainHeader(other.label) === plain)) throw taken(label)
  const meaning = meaningOfHeader(label)
  const word = meaning !== null && 'field' in meaning && !meaning.weak ? meaning.field : null
  const known = entrantFields.find(
    (field) =>
      field.name === word ||
      plainHeader(field.label) === plain ||
      plainHeader(field.name) === plain,
  )
  if (!known) return
  throw new ProblemError({
    code: 'taken',
    message: `Every entrant has this already: it is called ${known.label}.`,
    fix: `Use ${known.label}, or choose another name.`,
    fields: { label: `is ${known.label}, which every entrant has` },
  })
}

function taken(label: string): ProblemError {
  return new ProblemError({
    code: 'taken',
    message: `The event has a field ${label} already.`,
    fix: 'Choose another name.',
    fields: { label: 'is taken' },
  })
}

const nothingToRead = 'has no letter or number in it'

function wrongLabel(reason: string): ProblemError {
  return new ProblemError({
    code: 'invalid',
    message: `The name of the field ${reason}.`,
    fix: 'Write another name.',
    fields: { label: reason },
  })
}
