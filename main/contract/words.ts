/**
 * The closed vocabularies of Marshal. Every state, code and kind that crosses a border is one of these.
 * Meanings: ARCHITECTURE.md, "Words".
 */
import { z } from 'zod'

/** Kinds of master data, in the order a person would list them (parents first). */
export const entityNames = [
  'organisation',
  'person',
  'event',
  'race',
  'startGroup',
  'tag',
  'eventParticipant',
  'startGroupParticipant',
  'contactPreference',
  'conversation',
  'message',
] as const
export const entityName = z.enum(entityNames)
export type EntityName = z.infer<typeof entityName>

/** What one target is doing, as shown to people. `unknown`: it has not answered since Marshal started. */
export const targetState = z.enum([
  'up-to-date',
  'sending',
  'receiving',
  'waiting',
  'paused',
  'attention',
  'unknown',
])
export type TargetState = z.infer<typeof targetState>

/** State of one sync record; see main/engine/model/sync-record.ts for what each means. */
export const syncRecordStates = [
  'linked',
  'unmatched',
  'possible',
  'held',
  'retry',
  'failed',
  'conflict',
  'ignored',
] as const
export const syncRecordState = z.enum(syncRecordStates)
export type SyncRecordState = z.infer<typeof syncRecordState>

/** Why talking to a target did not work. What each code means for whom: error-meanings.ts. */
export const syncErrorCodes = [
  'offline',
  'timeout',
  'rate-limited',
  'server',
  'auth',
  'rejected',
  'changed-remotely',
  'gone',
  'ambiguous',
  'bad-response',
  'config',
  'local',
  'bug',
] as const
export const syncErrorCode = z.enum(syncErrorCodes)
export type SyncErrorCode = z.infer<typeof syncErrorCode>

/** Who leads between Marshal and a target. */
export const mode = z.enum(['mirror', 'master-leads', 'target-leads'])
export type Mode = z.infer<typeof mode>

/** Which way records travel for a target. */
export const direction = z.enum(['outbound', 'inbound', 'both'])
export type Direction = z.infer<typeof direction>

/** How a field changed on both sides is settled. */
export const conflictRule = z.enum(['master-wins', 'latest-wins', 'merge-fields', 'review'])
export type ConflictRule = z.infer<typeof conflictRule>

/** What happens here when a record is deleted at the target. */
export const remoteDeletion = z.enum(['ignore', 'unlink', 'delete'])
export type RemoteDeletion = z.infer<typeof remoteDeletion>

export const runKind = z.enum(['initial', 'delta', 'reconcile', 'webhook'])
export type RunKind = z.infer<typeof runKind>

export const runTrigger = z.enum(['schedule', 'change', 'manual', 'reconnect', 'webhook'])
export type RunTrigger = z.infer<typeof runTrigger>

export const runResult = z.enum(['success', 'warning', 'error', 'cancelled'])
export type RunResult = z.infer<typeof runResult>

/** Steps a run passes through, in the words of the progress bar. */
export const runPhase = z.enum([
  'connecting',
  'recovering',
  'staging',
  'matching',
  'receiving',
  'sending',
  'finishing',
])
export type RunPhase = z.infer<typeof runPhase>

/** Where a change of master data came from. */
export const originKind = z.enum(['operator', 'import', 'target'])
export type OriginKind = z.infer<typeof originKind>

export const adapterKind = z.enum([
  'master',
  'timing',
  'registration',
  'marketing',
  'support',
  'automation',
  'generic',
  'testing',
])
export type AdapterKind = z.infer<typeof adapterKind>

/** The closed set of steps of a connection test, in order. */
export const checkStepName = z.enum(['address', 'tls', 'sign-in', 'permission', 'clock'])
export type CheckStepName = z.infer<typeof checkStepName>

/** Makes a `switch` over a closed union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
