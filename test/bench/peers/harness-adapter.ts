/**
 * The adapter Marshal takes part in the comparison with: it speaks the API of the harness's server, `POST /batch` and
 * `GET /changes`. A record of the harness becomes a person, each of its fifteen columns a field that is stored, audited,
 * hashed and sent. Results are compared letter by letter, so e-mail and phone also travel from fields that keep them to
 * the letter; the e-mail in normal form comes on top.
 */
import { z } from 'zod'
import type { FieldValue } from '../../../main/contract/records.ts'
import type { OutgoingChange, RemotePage } from '../../../main/engine/targets/kit/adapter.ts'
import {
  defineAdapter,
  type Connecting,
  type OwnConnection,
} from '../../../main/engine/targets/kit/define-adapter.ts'

/** A record of the harness. */
export type HarnessRecord = Readonly<Record<string, unknown>>

/** Their column of each of our fields that is kept as it is. */
const columns = {
  firstName: 'first_name',
  lastName: 'last_name',
  dateOfBirth: 'birth_date',
  identityNumber: 'subject_no',
  street: 'street',
  city: 'city',
  state: 'site_id',
  postalCode: 'postcode',
  country: 'country',
  language: 'status',
  emergencyContactName: 'email',
  medicalConditions: 'phone',
} as const

const pairs = Object.entries(columns)

/** A record of the harness in our fields. */
export function toFields(raw: HarnessRecord): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {
    gender: raw['sex'] === 'f' ? 'female' : 'male',
    email: String(raw['email']),
    nationality: String(raw['modified_on']),
  }
  for (const [field, column] of pairs) fields[field] = raw[column] as FieldValue
  return fields
}

/** The same back, without its id. */
export function fromFields(fields: HarnessRecord): HarnessRecord {
  const raw: Record<string, unknown> = {
    sex: fields['gender'] === 'female' ? 'f' : 'm',
    modified_on: Number(fields['nationality']),
  }
  for (const [field, column] of pairs) raw[column] = fields[field]
  return raw
}

const pageSize = 1_000

const change = z.object({ seq: z.int(), doc: z.looseObject({ id: z.string() }) })
const changesPage = z.object({ changes: z.array(change), last: z.int(), more: z.boolean() })

export const harnessAdapter = defineAdapter({
  manifest: {
    name: 'harness',
    label: 'Harness',
    description: 'The server of the comparison with other ways to synchronise.',
    kind: 'testing',
    direction: 'both',
    auth: ['none'],
    settings: z.object({}),
    secrets: [],
    resources: [
      {
        root: 'person',
        remoteName: 'records',
        direction: 'both',
        fields: ['gender', 'email', 'nationality', ...Object.keys(columns)],
        changes: 'since',
        deletion: 'none',
        toRemote: fromFields,
        fromRemote: (raw) => ({ fields: toFields(raw), refs: {} }),
      },
    ],
    limits: { concurrency: 4, batchSize: pageSize },
    // A record is written under our id: a second time it is the same record.
    idempotency: 'key',
    batches: true,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
  },
  connect,
})

async function connect({ client }: Connecting): Promise<OwnConnection> {
  const changes = async (since: string, limit: number, signal: AbortSignal) => {
    const query = [
      ['since', since],
      ['limit', limit],
    ] as const
    return (await client.json(changesPage, { method: 'GET', path: '/changes', query, signal }))
      .value
  }
  return {
    probe: async (signal) => void (await changes('0', 1, signal)),
    async send(_entity, list: readonly OutgoingChange[], signal) {
      const body = list.map(({ recordId, body: content }) => ({ id: recordId, ...content }))
      await client.status({ method: 'POST', path: '/batch', body, effect: 'repeatable', signal })
      return list.map(({ recordId }) => ({ status: 'done', remoteId: recordId }) as const)
    },
    async changes(entity, cursor, signal): Promise<RemotePage> {
      const page = await changes(cursor ?? '0', pageSize, signal)
      return {
        records: page.changes.map(({ seq, doc }) => ({
          entity,
          remoteId: doc.id,
          version: String(seq),
          modifiedOn: null,
          deleted: false,
          body: doc,
        })),
        unreadable: [],
        cursor: String(page.last),
        more: page.more,
        complete: false,
      }
    },
  }
}
