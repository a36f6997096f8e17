/** Targets: configuration, state and the adapters they can use. */
import { z } from 'zod'
import { problem } from './problem.ts'
import { pauseReason } from './reasons.ts'
import { fieldValue } from './records.ts'
import { nameLimits } from './text-limits.ts'
import { unfit } from './unfit.ts'
import {
  adapterKind,
  checkStepName,
  conflictRule,
  direction,
  entityName,
  mode,
  remoteDeletion,
  syncErrorCode,
  syncRecordState,
  targetState,
} from './words.ts'

/** Names travel in URLs and keychain entries. */
export const targetName = z
  .string()
  .min(1)
  .max(nameLimits.target)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'use letters, digits, space, dot, dash and underscore')

/** One `ours`/`theirs` pair of the user's field mapping; `ours` is `entity.field`, `theirs` a dotted path in the remote body. */
export const fieldMapping = z.object({ ours: z.string(), theirs: z.string() })
export type FieldMapping = z.infer<typeof fieldMapping>

export const schedule = z.object({
  /** Cron pattern of the `delta` run, null for never. */
  delta: z.string().nullable().default('* * * * *'),
  /** Cron pattern of the nightly `reconcile` run, local time. */
  reconcile: z.string().nullable().default('0 3 * * *'),
})
export type Schedule = z.infer<typeof schedule>

/** A target's configuration as written in a file. `secrets` are moved to the keychain and never stored elsewhere. */
export const targetConfig = z.strictObject({
  name: targetName,
  adapter: z.string(),
  url: z.string().default(''),
  auth: z.string().default('none'),
  settings: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), z.string()).optional(),
  mode: mode.optional(),
  direction: direction.optional(),
  conflicts: conflictRule.optional(),
  remoteDeletion: remoteDeletion.default('unlink'),
  entities: z.array(entityName).optional(),
  filter: z.record(z.string(), z.unknown()).nullable().default(null),
  mapping: z.array(fieldMapping).default([]),
  /** Fields one side owns whatever the conflict rule: `{ "eventParticipant.tag": "theirs" }`. */
  owners: z.record(z.string(), z.enum(['ours', 'theirs'])).default({}),
  /** Sensitive fields that travel, like `person.medicalConditions`; those not named travel neither way. */
  sensitive: z.array(z.string()).default([]),
  schedule: schedule.prefault({}),
  /** Plain http and private addresses are refused unless ticked; loopback is always allowed. */
  allowInsecure: z.boolean().default(false),
})
export type TargetConfig = z.infer<typeof targetConfig>
export type TargetConfigInput = z.input<typeof targetConfig>

/** What a configuration of another program says and Marshal cannot do, or not as it stands there. */
export const leftOutCode = z.enum([
  'mapping-elsewhere',
  'template',
  'rules',
  'follow-ups',
  'hash-mapping',
  'request-body',
  'extra-data',
  'sub-objects',
  'pages',
  'body-pages',
  'sign-in',
  'secret-header',
  'secret-parameter',
  'credentials',
])
export type LeftOutCode = z.infer<typeof leftOutCode>
/** `at`: the place in the document, or the name of what it is about. */
export const leftOut = z.object({ code: leftOutCode, at: z.string() })
export type LeftOut = z.infer<typeof leftOut>

/** A configuration as another program wrote it, in Marshal's form; nothing of it is saved. */
export const readConfig = z.object({
  config: z.record(z.string(), z.unknown()),
  leftOut: z.array(leftOut),
})
export type ReadConfig = z.infer<typeof readConfig>

/**
 * Where systems send a browser back to, unless another port is asked for: they take only addresses that were entered
 * there. No other part of Marshal listens on it by itself, so `serve` and a sign-in go side by side.
 */
export const usualReturnPort = 4783

/** How far a sign-in with a browser is. All but `waiting` are the end of it. */
export const signInStep = z.discriminatedUnion('step', [
  /** `url`: the page to sign in at. */
  z.object({ step: z.literal('waiting'), url: z.string() }),
  z.object({ step: z.literal('done') }),
  /** `why`: the system's own word for it, such as `access_denied`. */
  z.object({ step: z.literal('refused'), why: z.string() }),
  z.object({ step: z.literal('timed-out') }),
  z.object({ step: z.literal('failed'), problem }),
])
export type SignInStep = z.infer<typeof signInStep>

export const checkStep = z.object({ step: checkStepName, ok: z.boolean(), message: z.string() })
export type CheckStep = z.infer<typeof checkStep>
export const checkReport = z.object({ ok: z.boolean(), steps: z.array(checkStep) })
export type CheckReport = z.infer<typeof checkReport>

/** Something a system has that a setting names. */
export const choice = z.object({
  value: z.string(),
  label: z.string(),
  /** What tells it from another one of that name. */
  detail: z.string().optional(),
})
export type Choice = z.infer<typeof choice>

/** A list to choose from, or why the system did not answer it: while somebody is still typing that is no failure. */
export const choiceList = z.object({ choices: z.array(choice), problem: problem.nullable() })
export type ChoiceList = z.infer<typeof choiceList>

/** One record as it is here and as it would be sent. References in the body are those of a rehearsal. */
export const outgoingRecord = z.object({
  /** A later question may be about another kind; its answer is told from this one by it. */
  entity: entityName,
  display: z.string(),
  /** What has something in it, but for `hidden`. */
  fields: z.record(z.string(), fieldValue),
  /** Sensitive fields with something in them: a look at a mapping shows that, not what. */
  hidden: z.array(z.string()),
  body: z.record(z.string(), z.unknown()),
})
export type OutgoingRecord = z.infer<typeof outgoingRecord>

/** How many live records of a kind a filter lets through. */
export const matchCount = z.object({
  entity: entityName,
  matching: z.number().int(),
  all: z.number().int(),
})
export type MatchCount = z.infer<typeof matchCount>

/** One record of a sample as it would be here; references are the ids they have there. */
export const sampledRecord = z.object({
  remoteId: z.string().nullable(),
  fields: z.record(z.string(), fieldValue),
  /** Fields whose value does not fit. */
  unfit: z.record(z.string(), unfit),
  /** Why it cannot be read at all. */
  problem: z.string().nullable(),
  /** A condition leaves it out. */
  passedOver: z.boolean(),
})
export type SampledRecord = z.infer<typeof sampledRecord>

const examplePlace = z.object({ path: z.string(), example: z.string() })

/** What a page tells of itself. */
export const sampledPlaces = z.object({
  /** The page as text, its beginning. */
  text: z.string(),
  /** Where lists of records are in it, the longest first. */
  positions: z.array(z.object({ position: z.string(), count: z.number().int() })).readonly(),
  /** The one the settings mean; null where nothing is there. */
  position: z.string().nullable(),
  /** Places of a record that tell each from the others. */
  ids: z.array(examplePlace).readonly(),
  /** All places of the first record with a single value. */
  places: z.array(examplePlace).readonly(),
  /** Settings that fit how the page says it goes on; null where it says nothing. */
  pages: z.record(z.string(), z.string()).nullable(),
})
export type SampledPlaces = z.infer<typeof sampledPlaces>

export const sampleView = sampledPlaces.extend({
  entity: entityName,
  /** The first five. */
  records: z.array(sampledRecord),
})
export type SampleView = z.infer<typeof sampleView>

export const secretView = z.object({
  key: z.string(),
  label: z.string(),
  required: z.boolean(),
  stored: z.boolean().optional(),
})
export type SecretView = z.infer<typeof secretView>

/** An adapter as the gallery shows it. `settings` is a JSON Schema that draws the form. */
export const adapterView = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  kind: adapterKind,
  direction,
  entities: z.array(entityName),
  auth: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.array(secretView),
  /** The address everybody's has; empty where each has its own. */
  usualAddress: z.string(),
  /** Where no address is typed, its own is worked out from the secrets. */
  ownAddress: z.boolean(),
  /** `delta`: cron pattern where every minute would be too often. */
  defaults: z.object({ mode, conflicts: conflictRule, delta: z.string().nullable() }),
  /** Whether it can be told of changes by webhook. */
  webhook: z.boolean(),
  /** Dependency graph of the entities: what must (hard) or should (soft) exist remotely first. */
  graph: z.array(
    z.object({
      entity: entityName,
      remoteName: z.string(),
      direction,
      /** How changes there are found. */
      changes: z.enum(['since', 'listing', 'with', 'webhook', 'none']),
      hard: z.array(entityName),
      soft: z.array(entityName),
    }),
  ),
  /** Sensitive fields it could be sent, as `entity.field`. */
  sensitive: z.array(z.string()),
  /** Settings that choose whose records these are. */
  choosesRecords: z.array(z.string()),
  /** Settings that are chosen from a list the system answers. */
  listed: z.array(z.string()),
  /** Those of them that hold several values, separated by commas. */
  several: z.array(z.string()),
  /** Its kinds of records depend on its settings; ask `asSet`. */
  dependsOnSettings: z.boolean(),
  /** A page can be looked at before anything is decided. */
  samples: z.boolean(),
  /** Set up by joining (`devices.join`), not by filling anything in. */
  joined: z.boolean(),
})
export type AdapterView = z.infer<typeof adapterView>

export const targetCounts = z.object({
  pending: z.number().int(),
  held: z.number().int(),
  failed: z.number().int(),
  conflicts: z.number().int(),
  unmatched: z.number().int(),
})
export type TargetCounts = z.infer<typeof targetCounts>

/** Live state of one target. Times ISO 8601 UTC. */
export const targetStatus = targetCounts.extend({
  name: z.string(),
  adapter: z.string(),
  state: targetState,
  direction,
  lastSuccessOn: z.string().nullable(),
  nextRunOn: z.string().nullable(),
  /** When an unreachable target is tried again. */
  retryOn: z.string().nullable(),
  lastError: z.string().nullable(),
  /** What kind of error `lastError` is; left out without one. */
  errorCode: syncErrorCode.optional(),
  /** Where it is asked, as `10.0.0.5:8080`; left out where the address follows from the key. */
  host: z.string().optional(),
  /** Why the target is paused. */
  paused: pauseReason.nullable(),
  /** The same in English. */
  pausedReason: z.string().nullable(),
  /** Remote clock minus ours, milliseconds, null until measured. */
  clockOffsetMs: z.number().nullable(),
})
export type TargetStatus = z.infer<typeof targetStatus>

export const syncRecordFilter = z.object({
  entity: entityName.optional(),
  state: syncRecordState.optional(),
  /** Only those that wait to be sent. */
  due: z.boolean().default(false),
  /** Record ids or remote ids, or the beginning of one. */
  search: z.string().max(200).default(''),
})

/** What a target knows of one record. Times ISO 8601 UTC. */
export const syncRecordView = z.object({
  id: z.string(),
  entity: entityName,
  recordId: z.string().nullable(),
  remoteId: z.string().nullable(),
  display: z.string(),
  state: syncRecordState,
  due: z.boolean(),
  /** The parent it waits for. */
  heldBy: z.object({ recordId: z.string(), display: z.string() }).nullable(),
  errorCode: syncErrorCode.nullable(),
  errorMessage: z.string().nullable(),
  attempts: z.number().int(),
  nextAttemptOn: z.string().nullable(),
  entityModifiedOn: z.string().nullable(),
  entitySyncedOn: z.string().nullable(),
  remoteSyncedOn: z.string().nullable(),
})
export type SyncRecordView = z.infer<typeof syncRecordView>

export const syncRecordPage = z.object({
  records: z.array(syncRecordView),
  next: z.string().nullable(),
})

export const targetView = z.object({
  config: targetConfig.omit({ secrets: true }),
  secrets: z.array(secretView),
  status: targetStatus,
  /** The ticks for sensitive fields are what an earlier version sent; nobody has decided about them yet. */
  sensitiveKept: z.boolean(),
  /** Sensitive fields it could be sent and that are not ticked: they travel neither way. */
  sensitiveLeftOut: z.array(z.string()),
})
export type TargetView = z.infer<typeof targetView>
