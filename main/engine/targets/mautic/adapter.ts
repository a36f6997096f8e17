/**
 * Mautic: entrants become contacts, with their races as tags or segments and their clubs as companies; who withdraws there
 * is withdrawn here. Shapes are those of the classic interface of Mautic 5; 6 and 7 have it too.
 *
 * Several files, because an edit there may merge two contacts, a withdrawal is a list of its own, and changes are found in
 * two passes.
 */
import type { ConnectContext } from '../kit/adapter.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { openClientCredentials } from '../kit/oauth.ts'
import { noSignIn, signInFrom, storedSecret, type SignIn } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import { mostInFlight, pageOf, reads, tokenPath } from './api.ts'
import { listFields } from './field-choices.ts'
import { companyPage, contactPage, fetchOne } from './listing.ts'
import { mauticResources } from './mapping.ts'
import { Segments } from './segments.ts'
import { sendCompanies, sendContacts } from './sending.ts'
import { secrets, settings, signIns, type Settings } from './settings.ts'
import { receive } from './webhook.ts'

export const mautic = defineAdapter({
  manifest: {
    name: 'mautic',
    label: 'Mautic',
    description:
      'Marketing automation: entrants become contacts, races become tags or segments, clubs companies. Who withdraws there is withdrawn here.',
    kind: 'marketing',
    direction: 'both',
    auth: [...signIns],
    settings,
    secrets,
    resources: mauticResources,
    limits: { concurrency: mostInFlight, batchSize: 100 },
    // A contact is made at her address, a company at its name: the same call once more ends the same.
    idempotency: 'key',
    webhook: true,
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  signIn: signInOf,
  reads,
  choices: {
    phone: listFields('tel', 'text'),
    birthday: listFields('date'),
    language: listFields('text', 'lookup', 'locale', 'select'),
  },
  connect,
})

/** The sign-in of a target. Throws `SyncError` `auth` for a missing secret, `config` for a missing client id. */
async function signInOf(
  context: Omit<ConnectContext, 'settings'> & { readonly settings: Settings },
): Promise<SignIn> {
  const { clientId } = context.settings
  if (context.auth !== 'client-credentials') return signInFrom(context, signIns)
  if (clientId === '') {
    throw new SyncError('config', 'Give the client ID of the API credentials in the settings.')
  }
  const clientSecret = await storedSecret(context, 'clientSecret', 'client secret')
  const hint =
    'Check id and secret. In Mautic only an administrator can make credentials for the grant "Client Credentials": made by anybody else they are refused.'
  const grant = { path: tokenPath, clientId, clientSecret, hint }
  return { ...noSignIn, renewal: await openClientCredentials(context, grant) }
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, settings: given } = context
  const segments = new Segments()
  const probe = async (signal: AbortSignal): Promise<void> => {
    const query = [['limit', 1]] as const
    const request = { method: 'GET', path: '/api/contacts', query, missing: 'config' } as const
    const { headers } = await client.json(pageOf('contacts'), { ...request, signal })
    if (headers['mautic-version'] === undefined) {
      const message =
        'Something answers there, but not as Mautic does. Give the address of Mautic itself, without /api.'
      throw new SyncError('config', message)
    }
  }
  return {
    probe,
    send: (entity, changes, signal) =>
      entity === 'organisation'
        ? sendCompanies({ client, signal }, changes)
        : sendContacts({ client, signal, given, segments }, changes),
    changes: (entity, cursor, signal) => {
      const look = { client, signal, size: given.pageSize }
      return entity === 'organisation' ? companyPage(look, cursor) : contactPage(look, cursor)
    },
    fetch: (entity, remoteId, signal) => fetchOne({ client, signal }, entity, remoteId),
    receive: (request) => receive(context, request),
  }
}
