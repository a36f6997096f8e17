/** Runs, their progress and what they left undone. */
import { z } from 'zod'
import { guardFacts, planReason } from './reasons.ts'
import { fieldValue } from './records.ts'
import { targetStatus } from './targets.ts'
import { entityName, runKind, runPhase, runResult, runTrigger, syncErrorCode } from './words.ts'

const count = z.number().int()

export const outboundCounts = z.object({
  created: count,
  updated: count,
  deleted: count,
  skipped: count,
  held: count,
  failed: count,
  /** Were to go and have not been confirmed: they go again by themselves, or wait for a person to allow it. */
  waiting: count,
})
export type OutboundCounts = z.infer<typeof outboundCounts>

export const inboundCounts = z.object({
  found: count,
  created: count,
  updated: count,
  deleted: count,
  skipped: count,
  conflicts: count,
  unmatched: count,
  failed: count,
  /** Found to be ones of ours before anything was created there; left out where none was. */
  linked: count.optional(),
})
export type InboundCounts = z.infer<typeof inboundCounts>

export const runError = z.object({
  entity: z.string().nullable(),
  recordId: z.string().nullable(),
  remoteId: z.string().nullable(),
  code: syncErrorCode,
  message: z.string(),
})
export type RunError = z.infer<typeof runError>

/** Why a run refused to delete or overwrite. */
export const guard = guardFacts.extend({
  /** The same in English. */
  reason: z.string(),
})
export type Guard = z.infer<typeof guard>

export const runView = z.object({
  id: z.string(),
  target: z.string(),
  kind: runKind,
  trigger: runTrigger,
  rehearsal: z.boolean(),
  /** Null while the run is going on. */
  result: runResult.nullable(),
  startedOn: z.string(),
  endedOn: z.string().nullable(),
  outbound: outboundCounts,
  inbound: inboundCounts,
  guard: guard.nullable(),
  /** The first hundred; the rest is in the run log. */
  errors: z.array(runError),
})
export type RunView = z.infer<typeof runView>

/** One line of a rehearsal: what a real run would do, and what would travel. */
export const rehearsalLine = z.object({
  entity: entityName,
  recordId: z.string(),
  display: z.string(),
  action: z.enum(['create', 'update', 'delete', 'skip', 'hold']),
  cause: planReason,
  /** The cause in English. */
  reason: z.string(),
  payload: z.unknown().optional(),
})
export type RehearsalLine = z.infer<typeof rehearsalLine>

/** A request as a real run would send it, without what signs it in. Ids that are not given yet are 0. */
export const rehearsedRequest = z.object({
  entity: entityName,
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
})
export type RehearsedRequest = z.infer<typeof rehearsedRequest>

export const rehearsalReport = z.object({
  run: runView,
  lines: z.array(rehearsalLine),
  /** The first requests that would change something there; left out where they were not asked for. */
  requests: z.array(rehearsedRequest).optional(),
  /** Sensitive fields the target could be sent, as `entity.field`: those that are ticked, and those left out. */
  sensitive: z.object({ travels: z.array(z.string()), leftOut: z.array(z.string()) }),
})
export type RehearsalReport = z.infer<typeof rehearsalReport>

/** How one record differs between here and the target. */
export const difference = z.object({
  entity: entityName,
  recordId: z.string().nullable(),
  remoteId: z.string().nullable(),
  display: z.string(),
  /**
   * `differs` both sides have it, with other content · `missing-there` it was there and is not any more ·
   * `unknown-here` it is there and belongs to no record here · `not-sent` it is here and was never sent
   */
  finding: z.enum(['differs', 'missing-there', 'unknown-here', 'not-sent']),
  fields: z.array(z.object({ field: z.string(), ours: fieldValue, theirs: fieldValue })),
})
export type Difference = z.infer<typeof difference>

/** The result of listing a target in full without changing anything. */
export const compareReport = z.object({
  target: z.string(),
  /** False when the target cannot be listed in full: then nothing is said about what is missing there. */
  complete: z.boolean(),
  counts: z.object({
    same: count,
    differs: count,
    missingThere: count,
    unknownHere: count,
    notSent: count,
  }),
  /** The first ones; the counts are of everything. */
  differences: z.array(difference),
})
export type CompareReport = z.infer<typeof compareReport>

export const progress = z.object({
  target: z.string(),
  runId: z.string(),
  phase: runPhase,
  entity: entityName.nullable(),
  done: count,
  total: count.nullable(),
  /** Records a second over the last seconds. */
  rate: z.number(),
  secondsLeft: z.number().nullable(),
})
export type Progress = z.infer<typeof progress>

export const syncInput = z.object({
  /** Target names; none means all that are not paused. */
  targets: z.array(z.string()).default([]),
  kind: runKind.exclude(['webhook']).optional(),
  force: z.boolean().default(false),
  rehearse: z.boolean().default(false),
  entities: z.array(entityName).optional(),
  records: z.array(z.string()).optional(),
  /** Resumes what is paused first, all or the targets named; else a paused one is refused. */
  resume: z.boolean().default(false),
  /** Lifts the deletion and mass-change guard for this run. */
  allowMassChange: z.boolean().default(false),
})
export type SyncInput = z.input<typeof syncInput>

/** The database file is not where it was opened: `log` means the files SQLite keeps beside it. */
export const storageTrouble = z.object({
  kind: z.enum(['removed', 'replaced', 'log']),
  file: z.string(),
  /** Command line that brings back everything saved before; null while there is no copy of it. */
  restore: z.string().nullable(),
})
export type StorageTrouble = z.infer<typeof storageTrouble>

export const statusView = z.object({
  targets: z.array(targetStatus),
  records: z.record(z.string(), count),
  /** What keeps anything from being saved now; left out while all is well. */
  trouble: storageTrouble.optional(),
})
export type StatusView = z.infer<typeof statusView>

/** What the live stream carries. `data` tells the window that master data changed and lists should be read again. */
export const liveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: statusView }),
  z.object({ type: z.literal('progress'), progress }),
  z.object({ type: z.literal('run'), run: runView }),
  z.object({ type: z.literal('data'), entities: z.array(entityName) }),
  /** Who is let in, or who is here of them: ask `devices` anew. */
  z.object({ type: z.literal('devices') }),
])
export type LiveEvent = z.infer<typeof liveEvent>

export const failureView = z.object({
  id: z.string(),
  target: z.string(),
  entity: entityName,
  recordId: z.string().nullable(),
  display: z.string(),
  code: syncErrorCode,
  message: z.string(),
  attempts: count,
  lastTriedOn: z.string().nullable(),
})
export type FailureView = z.infer<typeof failureView>

/** Ids of failures in receiving begin with this; the others are of sending. */
export const receivedPrefix = 'in'

/** True when Marshal could not take the record over; false when the target refused it. */
export const isReceived = ({ id }: Pick<FailureView, 'id'>): boolean =>
  id.startsWith(receivedPrefix)

/** Equal failures folded into one row: same target, entity, code and message with names and numbers blanked. */
export const failureGroup = z.object({
  key: z.string(),
  target: z.string(),
  entity: entityName,
  code: syncErrorCode,
  message: z.string(),
  count,
  examples: z.array(failureView),
})
export type FailureGroup = z.infer<typeof failureGroup>

export const failureFilter = z.object({
  target: z.string().optional(),
  code: syncErrorCode.optional(),
  ids: z.array(z.string()).optional(),
  group: z.string().optional(),
  /** Last tried then or later, and then or before: ISO 8601, both included. */
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
})
export type FailureFilter = z.infer<typeof failureFilter>
