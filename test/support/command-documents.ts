/** What `marshal --json` prints, field by field: scripts of other people rely on these names. Nothing more, nothing less. */
import { z } from 'zod'
import { guardFacts, matchReason, pauseReason } from '../../main/contract/reasons.ts'
import { entityNames } from '../../main/contract/words.ts'

export const instant = z.iso.datetime({ precision: 3 }).or(z.iso.datetime({ precision: 6 }))
export const count = z.number().int().nonnegative()
const entity = z.string()

const outbound = z.strictObject({
  created: count,
  updated: count,
  deleted: count,
  skipped: count,
  held: count,
  failed: count,
  waiting: count,
})
const inbound = z.strictObject({
  found: count,
  created: count,
  updated: count,
  deleted: count,
  skipped: count,
  conflicts: count,
  unmatched: count,
  failed: count,
})

const run = z.strictObject({
  id: z.string(),
  target: z.string(),
  kind: z.enum(['initial', 'delta', 'reconcile', 'webhook']),
  trigger: z.enum(['schedule', 'change', 'manual', 'reconnect', 'webhook']),
  rehearsal: z.boolean(),
  result: z.enum(['success', 'warning', 'error', 'cancelled']),
  startedOn: instant,
  endedOn: instant,
  outbound,
  inbound,
  guard: guardFacts.extend({ reason: z.string() }).strict().nullable(),
  errors: z.array(
    z.strictObject({
      entity: entity.nullable(),
      recordId: z.string().nullable(),
      remoteId: z.string().nullable(),
      code: z.string(),
      message: z.string(),
    }),
  ),
})
export const runsDocument = z.strictObject({
  runs: z.array(run),
  /** Of a rehearsal. */
  sensitive: z
    .array(
      z.strictObject({
        target: z.string(),
        travels: z.array(z.string()),
        leftOut: z.array(z.string()),
      }),
    )
    .optional(),
})

const targetState = z.enum([
  'up-to-date',
  'sending',
  'receiving',
  'waiting',
  'paused',
  'attention',
  'unknown',
])

export const targetStatusDocument = z.strictObject({
  name: z.string(),
  adapter: z.string(),
  state: targetState,
  direction: z.enum(['outbound', 'inbound', 'both']),
  pending: count,
  held: count,
  failed: count,
  conflicts: count,
  unmatched: count,
  lastSuccessOn: instant.nullable(),
  nextRunOn: instant.nullable(),
  retryOn: instant.nullable(),
  lastError: z.string().nullable(),
  paused: pauseReason.nullable(),
  pausedReason: z.string().nullable(),
  clockOffsetMs: z.number().nullable(),
  host: z.string().optional(),
  errorCode: z.string().optional(),
})

export const statusDocument = z.strictObject({
  targets: z.array(targetStatusDocument),
  records: z.record(z.enum(entityNames), count),
})

const recordTarget = z.strictObject({
  state: z.string(),
  remoteId: z.string().nullable(),
  entitySyncedOn: instant.nullable(),
  remoteSyncedOn: instant.nullable(),
  pending: z.boolean(),
  errorMessage: z.string().nullable(),
  heldBy: z.string().nullable(),
})

const recordBase = {
  id: z.uuidv7(),
  display: z.string(),
  createdOn: instant,
  createdBy: z.string(),
  modifiedOn: instant,
  modifiedBy: z.string(),
  deletedOn: instant.nullable(),
  targets: z.record(z.string(), recordTarget),
}

const text = z.string().nullable()

/** A person with every field of the model. */
export const personDocument = z.strictObject({
  ...recordBase,
  firstName: text,
  lastName: z.string(),
  gender: z.enum(['unknown', 'male', 'female', 'other']).nullable(),
  dateOfBirth: z.iso.date().nullable(),
  email: text,
  phone: text,
  identityNumber: text,
  identityType: text,
  identityCountry: text,
  nationality: text,
  street: text,
  city: text,
  state: text,
  postalCode: text,
  country: text,
  organisation: text,
  emergencyContactName: text,
  emergencyContactNumber: text,
  medicalConditions: text,
  language: text,
})
export const personsDocument = z.strictObject({ records: z.array(personDocument) })

export const checkDocument = z.strictObject({
  ok: z.boolean(),
  problems: z.array(z.strictObject({ code: z.string(), message: z.string() })),
})

export const testDocument = z.strictObject({
  ok: z.boolean(),
  steps: z
    .array(
      z.strictObject({
        step: z.enum(['address', 'tls', 'sign-in', 'permission', 'clock']),
        ok: z.boolean(),
        message: z.string(),
      }),
    )
    .min(1),
})

export const failuresDocument = z.strictObject({
  failures: z.array(
    z.strictObject({
      id: z.string(),
      target: z.string(),
      entity,
      recordId: z.string().nullable(),
      display: z.string(),
      code: z.string(),
      message: z.string(),
      attempts: count,
      lastTriedOn: instant.nullable(),
    }),
  ),
})

export const countDocument = z.strictObject({ count })

const fieldValue = z.union([z.string(), z.number(), z.boolean()]).nullable()

export const conflictsDocument = z.strictObject({
  conflicts: z.array(
    z.strictObject({
      id: z.string(),
      target: z.string(),
      entity,
      recordId: z.string(),
      remoteId: z.string(),
      display: z.string(),
      openedOn: instant,
      oursModifiedOn: instant,
      oursModifiedBy: z.string(),
      theirsModifiedOn: instant.nullable(),
      fields: z.array(
        z.strictObject({
          field: z.string(),
          label: z.string(),
          sensitive: z.boolean(),
          base: fieldValue,
          ours: fieldValue,
          theirs: fieldValue,
          oursChangedOn: instant.nullable(),
          oursChangedBy: z.string().nullable(),
        }),
      ),
    }),
  ),
})

export const matchesDocument = z.strictObject({
  matches: z.array(
    z.strictObject({
      id: z.string(),
      target: z.string(),
      entity,
      kind: z.enum(['possible', 'remote', 'local']),
      recordId: z.string().nullable(),
      remoteId: z.string().nullable(),
      display: z.string(),
      cause: matchReason,
      reason: z.string(),
      theirs: z.record(z.string(), fieldValue).nullable(),
      candidates: z.array(
        z.strictObject({
          recordId: z.string(),
          display: z.string(),
          fields: z.record(z.string(), fieldValue),
          linkedTo: z.string().nullable(),
        }),
      ),
    }),
  ),
})

/** What became of a person's decisions. */
export const decisionDocument = z.strictObject({
  count,
  refused: z.array(z.strictObject({ id: z.string(), message: z.string() })),
})

export const adaptersDocument = z.strictObject({
  adapters: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      description: z.string(),
      kind: z.string(),
      direction: z.enum(['outbound', 'inbound', 'both']),
      entities: z.array(entity).min(1),
      auth: z.array(z.string()).min(1),
      settings: z.looseObject({ type: z.literal('object') }),
      secrets: z.array(
        z.strictObject({ key: z.string(), label: z.string(), required: z.boolean() }),
      ),
      defaults: z.strictObject({ mode: z.string(), conflicts: z.string(), delta: text }),
      webhook: z.boolean(),
      graph: z.array(
        z.strictObject({
          entity,
          remoteName: z.string(),
          direction: z.string(),
          changes: z.string(),
          hard: z.array(entity),
          soft: z.array(entity),
        }),
      ),
      sensitive: z.array(z.string()),
      choosesRecords: z.array(z.string()),
      dependsOnSettings: z.boolean(),
      samples: z.boolean(),
      joined: z.boolean(),
      usualAddress: z.string(),
      ownAddress: z.boolean(),
      listed: z.array(z.string()),
      several: z.array(z.string()),
    }),
  ),
})

export const targetConfigDocument = z.strictObject({
  name: z.string(),
  adapter: z.string(),
  url: z.string(),
  auth: z.string(),
  settings: z.record(z.string(), z.unknown()),
  mode: z.enum(['mirror', 'master-leads', 'target-leads']),
  direction: z.enum(['outbound', 'inbound', 'both']),
  conflicts: z.enum(['master-wins', 'latest-wins', 'merge-fields', 'review']),
  remoteDeletion: z.enum(['ignore', 'unlink', 'delete']),
  entities: z.array(entity),
  filter: z.record(z.string(), z.unknown()).nullable(),
  mapping: z.array(z.strictObject({ ours: z.string(), theirs: z.string() })),
  owners: z.record(z.string(), z.enum(['ours', 'theirs'])),
  sensitive: z.array(z.string()),
  schedule: z.strictObject({ delta: text, reconcile: text }),
  allowInsecure: z.boolean(),
})

const targetView = z.strictObject({
  config: targetConfigDocument,
  secrets: z.array(
    z.strictObject({
      key: z.string(),
      label: z.string(),
      required: z.boolean(),
      stored: z.boolean(),
    }),
  ),
  status: targetStatusDocument,
  sensitiveKept: z.boolean(),
  sensitiveLeftOut: z.array(z.string()),
})
export const targetDocument = z.strictObject({ target: targetView })
export const targetsDocument = z.strictObject({ targets: z.array(targetView) })

export const logDocument = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string(),
      canUndo: z.boolean(),
      on: instant,
      who: z.string(),
      origin: z.enum(['operator', 'import', 'target']),
      from: z.string().nullable(),
      entity,
      recordId: z.string(),
      display: z.string(),
      action: z.enum(['create', 'update', 'delete']),
      changes: z.array(
        z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() }),
      ),
    }),
  ),
})

export const errorDocument = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().min(1),
    fix: z.string().optional(),
    fields: z.record(z.string(), z.string()).optional(),
    holder: z.strictObject({ entity, id: z.string(), display: z.string() }).optional(),
  }),
})

const optionalCount = count.optional()
export const readinessDocument = z.strictObject({
  event: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  light: z.enum(['green', 'amber', 'red']),
  lines: z.array(
    z.strictObject({
      subject: z.string(),
      light: z.enum(['green', 'amber', 'red', 'unknown']),
      code: z.string(),
      ...{ count: optionalCount, of: optionalCount, bytes: optionalCount, percent: optionalCount },
      seconds: optionalCount,
      on: instant.optional(),
      target: z.string().optional(),
      name: z.string().optional(),
      names: z.array(z.string()).optional(),
    }),
  ),
  on: instant,
})

const backupContents = z.strictObject({
  records: z.record(z.string(), count),
  newestOn: instant.nullable(),
})
export const backupsDocument = z.strictObject({
  backups: z.array(
    z.strictObject({
      file: z.string(),
      on: instant,
      bytes: count,
      contents: backupContents.nullable(),
    }),
  ),
})
export const triedDocument = z.strictObject({
  file: z.string(),
  contents: backupContents,
  changesSince: count.nullable(),
})

export const eventLockDocument = z.strictObject({
  lockedUntil: z.iso.date().nullable(),
  locked: z.boolean(),
})
