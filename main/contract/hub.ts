/**
 * What a desk and its hub say to each other, over TLS and under `/hub`. State travels, not operations: a record that was
 * changed ten times comes once. Stamps are the hub's own: whoever has seen one has seen everything below it.
 */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ownField } from './own-fields.ts'
import { problem } from './problem.ts'
import { fieldValue } from './records.ts'
import { entityName, originKind } from './words.ts'

/** Both sides name theirs in the header `x-marshal-hub`; another one is refused before anything else is read. */
export const hubProtocol = 1
export const protocolHeader = 'x-marshal-hub'
/** What the clock of the desk says as it asks, milliseconds since 1970 UTC; only shown. */
export const clockHeader = 'x-marshal-clock'

/** Changes in one page at most, and records in one answer. */
export const mostChanges = 500
export const mostRecords = 1_000
/** The longest a question for news is held, seconds. */
export const longestWait = 25

const recordId = z.string().regex(/^[\w:-]{1,64}$/)
const stamp = z.number().int().nonnegative()
const fields = z.record(z.string().max(200), fieldValue)

/** A place in the hub's history: `EPOCH.STAMP`. The epoch is renewed by each restore and promotion. */
export const place = z.string().regex(/^[\w-]{1,64}\.\d{1,16}$/)

/** The first hand: who made a change, on which device, and when by that device's clock, which is only shown. */
export const firstHand = z.object({
  by: z.string().max(400),
  device: z.string().max(200).nullable(),
  /** Microseconds since 1970 UTC, null where it is not told. */
  madeOn: z.number().int().nullable(),
  origin: originKind,
  /** Target or file it came from, null for a person. */
  source: z.string().max(400).nullable(),
})
export type FirstHand = z.infer<typeof firstHand>

export const hubRecord = firstHand.extend({
  entity: entityName,
  id: recordId,
  fields,
  deleted: z.boolean(),
  stamp,
})
export type HubRecord = z.infer<typeof hubRecord>

export const changesInput = z.object({
  /** Left out: from the beginning. */
  after: place.optional(),
  /** 0 asks only where the hub is. */
  limit: z.coerce.number().int().min(0).max(mostRecords).default(mostRecords),
  /** Seconds to hold the question while there is nothing. */
  wait: z.coerce.number().min(0).max(longestWait).default(0),
  /** Only this kind of record. */
  entity: entityName.optional(),
})
export type ChangesInput = z.infer<typeof changesInput>

export const changesPage = z.object({
  epoch: z.string(),
  records: z.array(hubRecord).max(mostRecords),
  /** Where to go on. */
  next: place,
  more: z.boolean(),
  /** Stamp of the last change of what events define; a hub of before does not tell. */
  definedOn: stamp.optional(),
})
export type ChangesPage = z.infer<typeof changesPage>

export const hubChange = z.object({
  /** The same on every attempt. */
  key: z.string().max(200),
  entity: entityName,
  id: recordId,
  action: z.enum(['create', 'update', 'delete']),
  /** All fields of the record, so that a hub that lost it has it again; empty for a deletion. */
  fields,
  /** Names of those that changed since both sides agreed; null where that is not known: then all count. */
  changed: z.array(z.string().max(200)).max(100).nullable(),
  /** The hub's stamp of the state the change was made on, null for none. */
  seen: stamp.nullable(),
  by: z.string().max(400),
  madeOn: z.number().int().nullable(),
})
export type HubChange = z.infer<typeof hubChange>

/** A value that did not become the record's. Both sides keep it in their history. */
export const lostValue = z.object({
  field: z.string(),
  /** What was sent, and what stands. */
  sent: fieldValue,
  kept: fieldValue,
  /** `rule`: settled for good · `person`: somebody should look · `taken`: another record has it. */
  why: z.enum(['rule', 'person', 'taken']),
  /** Of a value that is taken: who has it, in words. */
  holder: z.string().nullable(),
  /** Who gave the value that stands, and when by the hub (stamp). */
  by: z.string().nullable(),
  on: stamp.nullable(),
})
export type LostValue = z.infer<typeof lostValue>

/**
 * `done`: as it was sent · `merged`: rules settled what was changed on both sides · `conflict`: the hub's value stands and a
 * person should look · `taken`: all but a bib or tag that another has · `gone`: it was deleted, or a deletion met an edit ·
 * `refused`: a value does not fit.
 */
export const hubOutcome = z.discriminatedUnion('status', [
  z.object({
    status: z.enum(['done', 'merged', 'conflict', 'taken']),
    stamp,
    /** Others changed the record after what was `seen`: until that is read, it is the newest the desk has seen. */
    unread: z.boolean().default(false),
    lost: z.array(lostValue),
    /** What the hub has in own fields it does not define, where that is not what was sent. A hub of before does not tell. */
    kept: fields.optional(),
  }),
  z.object({
    status: z.literal('gone'),
    /** What happened there meanwhile. */
    what: z.enum(['deleted', 'changed']),
    by: z.string().nullable(),
    on: stamp.nullable(),
  }),
  z.object({
    status: z.literal('refused'),
    message: z.string(),
    /** The record of the hub that is the same one; only for desks that say they merge. */
    sameAs: recordId.optional(),
  }),
])
export type HubOutcome = z.infer<typeof hubOutcome>

export const changesPosted = z.object({
  changes: z.array(hubChange).max(mostChanges),
  /** The desk merges a record it made into the hub's that is the same. Desks of before do not say so. */
  merges: z.boolean().default(false),
})
export type ChangesPosted = z.infer<typeof changesPosted>
export const changesTaken = z.object({ epoch: z.string(), outcomes: z.array(hubOutcome) })

/** Rules of a newer Marshal than this one's are left out by whoever writes them. */
const hubRule = z.object({
  eventId: recordId,
  rule: z.string().max(40),
  strength: z.enum(['warn', 'refuse']),
})
export type HubRule = z.infer<typeof hubRule>

/** What events define beside their records: own fields of entrants, and rules before a check-in. */
const definitions = z.object({ fields: z.array(ownField), rules: z.array(hubRule) })
export type Definitions = z.infer<typeof definitions>

export const hubDefinitions = definitions.extend({ on: place })
export type HubDefinitions = z.infer<typeof hubDefinitions>
/** As a desk keeps them; without a place they are asked for again. */
export type KnownDefinitions = Definitions & { readonly on: string | null }

/** What a desk changed of them; null for a field that was removed. */
export const definitionChanges = z.object({
  fields: z
    .array(z.object({ eventId: recordId, name: z.string().max(200), field: ownField.nullable() }))
    .max(mostChanges),
  rules: z.array(hubRule.extend({ strength: z.enum(['off', 'warn', 'refuse']) })).max(mostChanges),
})
export type DefinitionChanges = z.infer<typeof definitionChanges>

/** A block of bibs for walk-ups of one desk, both ends included. */
export const bibRange = z.object({ first: z.number().int(), last: z.number().int() })
export const rangeInput = z.object({ event: recordId, count: z.number().int().min(1).max(1_000) })

export const pairInput = z.object({
  /** As the invitation shows it; spaces and dashes do not count. */
  code: z.string().max(40),
  name: z.string().trim().min(1).max(60),
})
export const paired = z.object({
  device: z.string(),
  /** Known to the desk alone from here on: the hub keeps its hash. */
  key: z.string(),
  hub: z.string(),
})

export const hubStatus = z.object({
  protocol: z.number().int(),
  version: z.string(),
  epoch: z.string(),
  /** The device that asks, as the hub knows it. */
  device: z.string(),
})

const base = oc.errors({ PROBLEM: { status: 422, data: problem } })

/** Everything a hub answers. `pair` is asked without a key, the rest with the key of a device. */
export const hubContract = {
  pair: base.route({ method: 'POST', path: '/pair' }).input(pairInput).output(paired),
  status: base.route({ method: 'GET', path: '/status' }).output(hubStatus),
  changes: base.route({ method: 'GET', path: '/changes' }).input(changesInput).output(changesPage),
  take: base.route({ method: 'POST', path: '/changes' }).input(changesPosted).output(changesTaken),
  define: base
    .route({ method: 'POST', path: '/definitions' })
    .input(definitionChanges)
    .output(hubDefinitions),
  range: base.route({ method: 'POST', path: '/ranges' }).input(rangeInput).output(bibRange),
}
