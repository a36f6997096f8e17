/**
 * OpenSPP, a social registry on Odoo: persons are registrants, clubs and households groups. By JSON-RPC (Odoo 17 and 18) or
 * JSON-2 (19), with the older modules or the newer ones. Nothing is known for certain: no test met a real one.
 *
 * Longer than others, because a person is up to three records there, and each site has ids of its own for the same words.
 */
import { z } from 'zod'
import type { ConnectContext } from '../kit/adapter.ts'
import {
  defineAdapter,
  type ChoiceList,
  type Connecting,
  type OwnConnection,
} from '../kit/define-adapter.ts'
import { serverStamp } from '../kit/server-clock.ts'
import { noSignIn, storedSecret, type SignIn } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import { families, readIdTypes } from './families.ts'
import { fetchRegistrant, registrantPage } from './listing.ts'
import { opensppResources } from './mapping.ts'
import { Odoo } from './odoo.ts'
import { reads } from './refusals.ts'
import { sendRegistrants } from './sending.ts'
import { siteOf } from './site.ts'

const text = z.string().trim().max(200)
const settings = z.object({
  interface: z.enum(['json-rpc', 'json-2']).default('json-rpc').meta({
    title: 'Interface',
    description: 'json-rpc up to Odoo 18 (OpenSPP 17), json-2 from Odoo 19 (OpenSPP 2).',
  }),
  modules: z.enum(['g2p', 'spp']).default('g2p').meta({
    title: 'Modules of the registry',
    description: 'g2p in OpenSPP 17, spp in OpenSPP 2.',
  }),
  database: text.default('').meta({
    title: 'Database',
    description: 'Its exact name. With json-2 it may be empty where the server has only one.',
  }),
  login: text.default('').meta({
    title: 'Login',
    description: 'Of the user the API key belongs to. For json-rpc.',
  }),
  idType: text.default('').meta({
    title: 'Type of identity number',
    description: 'Its name in OpenSPP, such as National ID. Needed where identity numbers travel.',
  }),
  removal: z.enum(['disable', 'archive']).default('disable').meta({
    title: 'Deleted here means there',
    description: 'disable: the registrant is disabled, with a reason. archive: hidden.',
  }),
  wholeRegistry: z.boolean().default(false).meta({
    title: 'The user sees every registrant',
    description:
      'Whoever is missing counts as deleted. Off, because rules of the site may only hide somebody.',
  }),
  pageSize: z.int().min(1).max(1_000).default(200).meta({
    title: 'Records per page',
    description: 'How many registrants are asked for at once. 1 to 1,000.',
  }),
  batchSize: z.int().min(1).max(1_000).default(100).meta({
    title: 'New registrants per request',
    description: 'How many are made at once. 1 to 1,000.',
  }),
})

export const openspp = defineAdapter({
  manifest: {
    name: 'openspp',
    label: 'OpenSPP',
    description: 'A social registry: persons are registrants, clubs and households are groups.',
    kind: 'master',
    direction: 'both',
    auth: ['api-key'],
    settings,
    secrets: [{ key: 'apiKey', label: 'API key', required: true }],
    choosesRecords: ['database'],
    resources: opensppResources,
    // Its workers are shared with the people at the site.
    limits: { concurrency: 2, batchSize: 100 },
    // A registrant is made under an external id of ours: the same call once more makes nothing.
    idempotency: 'key',
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  signIn: signInOf,
  reads,
  choices: { idType: listIdTypes },
  connect,
})

/** By JSON-RPC the key travels in the body, by JSON-2 in a header. Throws `SyncError` for what is missing. */
async function signInOf(
  context: Omit<ConnectContext, 'settings'> & { readonly settings: z.output<typeof settings> },
): Promise<SignIn> {
  const { interface: by, database, login } = context.settings
  const key = await storedSecret(context, 'apiKey', 'API key')
  if (by === 'json-rpc') {
    if (database === '' || login === '') {
      throw new SyncError('config', 'Give the database and the login in the settings.')
    }
    return { ...noSignIn, secrets: [key] }
  }
  const choice: Record<string, string> = database === '' ? {} : { 'x-odoo-database': database }
  return { headers: { authorization: `bearer ${key}`, ...choice }, query: [], secrets: [key] }
}

type Asking = Parameters<ChoiceList<z.output<typeof settings>>>[0]

async function odooOf(context: Asking): Promise<Odoo> {
  const { interface: by, database, login } = context.settings
  const key = await storedSecret(context, 'apiKey', 'API key')
  return new Odoo({ client: context.client, by, key, database, login })
}

async function listIdTypes(context: Asking, _search: string, signal: AbortSignal) {
  const family = families[context.settings.modules]
  const names = await readIdTypes(await odooOf(context), family, signal)
  return names.map((name) => ({ value: name, label: name }))
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client } = context
  const { modules, wholeRegistry, pageSize: size, ...given } = context.settings
  const odoo = await odooOf(context)
  const hasIdentity = context.travels?.('person', 'identityNumber') ?? true
  const site = siteOf(odoo, {
    ...{ family: modules, removal: given.removal, idType: hasIdentity ? given.idType : '' },
    ...{ lanes: client.concurrency, now: () => client.serverNow() },
    serverStamp: () => serverStamp(client),
  })
  return {
    async probe(signal) {
      // There are the modules, and everything that is asked for may be seen.
      await registrantPage({ site, size: 1, wholeRegistry, signal }, 'person', null)
      const named = { domain: [], fields: ['id'], limit: 1, order: 'id' }
      const { membership, identity } = site.family
      for (const model of hasIdentity ? [membership, identity] : [membership]) {
        const call = { model, method: 'search_read', named, effect: 'none' } as const
        await odoo.call(z.array(z.unknown()), call, signal)
      }
      await Promise.all([site.genders(signal), site.idType(signal)])
    },
    send: (entity, changes, signal) =>
      sendRegistrants({ site, isGroup: entity === 'organisation', signal }, changes),
    changes: (entity, cursor, signal) =>
      registrantPage({ site, size, wholeRegistry, signal }, entity, cursor),
    fetch: (entity, remoteId, signal) =>
      fetchRegistrant({ site, size, wholeRegistry, signal }, entity, remoteId),
  }
}
