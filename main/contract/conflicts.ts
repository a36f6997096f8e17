/** What only a person can decide: fields both sides changed, and records that may be one and the same. */
import { z } from 'zod'
import { matchReason } from './reasons.ts'
import { fieldValue, referredNames } from './records.ts'
import { entityName } from './words.ts'

export const side = z.enum(['ours', 'theirs'])
export type Side = z.infer<typeof side>

/** One field with its three values. `base` is what both sides last agreed on. */
export const conflictField = z.object({
  field: z.string(),
  label: z.string(),
  sensitive: z.boolean(),
  base: fieldValue,
  ours: fieldValue,
  theirs: fieldValue,
  /** When and by whom this field was changed here last; null where the history does not tell. */
  oursChangedOn: z.string().nullable(),
  oursChangedBy: z.string().nullable(),
})
export type ConflictField = z.infer<typeof conflictField>

/** A record both sides changed since they last agreed. Times ISO 8601 UTC. */
export const conflictView = z.object({
  id: z.string(),
  target: z.string(),
  entity: entityName,
  recordId: z.string(),
  remoteId: z.string(),
  display: z.string(),
  openedOn: z.string(),
  /** When and by whom anything of the record was changed here last; each field says its own. */
  oursModifiedOn: z.string(),
  oursModifiedBy: z.string(),
  /** When anything of it was changed there, where the target tells. */
  theirsModifiedOn: z.string().nullable(),
  /** The fields to decide; everything else is settled already. */
  fields: z.array(conflictField),
})
export type ConflictView = z.infer<typeof conflictView>

/** Conflicts of one target about the same fields of the same kind of record, folded into one row. */
export const conflictGroup = z.object({
  key: z.string(),
  target: z.string(),
  entity: entityName,
  fields: z.array(z.object({ field: z.string(), label: z.string() })),
  count: z.number().int(),
  examples: z.array(conflictView),
})
export type ConflictGroup = z.infer<typeof conflictGroup>

/** Which conflicts are meant; none given means every open one. */
export const conflictFilter = z.object({
  target: z.string().optional(),
  ids: z.array(z.string()).optional(),
  group: z.string().optional(),
})
export type ConflictFilter = z.infer<typeof conflictFilter>

/** `keep` decides every field alike; `fields` single ones, and those left out follow `keep` or stay open. */
export const conflictDecision = conflictFilter.extend({
  keep: side.optional(),
  fields: z.record(z.string(), side).optional(),
})
export type ConflictDecision = z.infer<typeof conflictDecision>

/** How many were settled, and which could not be, with the reason in words. */
export const decisionReport = z.object({
  count: z.number().int(),
  refused: z.array(z.object({ id: z.string(), message: z.string() })),
})
export type DecisionReport = z.infer<typeof decisionReport>

/**
 * `possible` a record of the target that may be one of ours · `remote` a record of the target nothing here fits ·
 * `local` a record of ours that is not at the target and waits for somebody to send it
 */
export const matchKind = z.enum(['possible', 'remote', 'local'])
export type MatchKind = z.infer<typeof matchKind>

export const matchCandidate = z.object({
  recordId: z.string(),
  display: z.string(),
  fields: z.record(z.string(), fieldValue),
  /** Remote id it is linked to at this target already. */
  linkedTo: z.string().nullable(),
})
export type MatchCandidate = z.infer<typeof matchCandidate>

/** An unlinked record, on either side. */
export const matchView = z.object({
  id: z.string(),
  target: z.string(),
  entity: entityName,
  kind: matchKind,
  recordId: z.string().nullable(),
  remoteId: z.string().nullable(),
  display: z.string(),
  /** Why it was not linked by itself. */
  cause: matchReason,
  /** The same in English. */
  reason: z.string(),
  /** What the target says of it, in our fields; null for a record of ours. */
  theirs: z.record(z.string(), fieldValue).nullable(),
  candidates: z.array(matchCandidate),
})
export type MatchView = z.infer<typeof matchView>

export const matchFilter = z.object({
  target: z.string().optional(),
  kind: matchKind.optional(),
  ids: z.array(z.string()).optional(),
})
export type MatchFilter = z.infer<typeof matchFilter>

/** A page of a list that goes on after `next`. */
export const paging = z.object({
  limit: z.number().int().min(1).max(1000).default(200),
  after: z.string().nullable().default(null),
})

export const conflictPage = z.object({
  conflicts: z.array(conflictView),
  names: referredNames,
  total: z.number().int(),
  next: z.string().nullable(),
})
export const matchPage = z.object({
  matches: z.array(matchView),
  names: referredNames,
  total: z.number().int(),
  next: z.string().nullable(),
})
