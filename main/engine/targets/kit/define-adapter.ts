/** From what is declared of a system to an adapter: whatever is said of it once is obeyed by the client made here. */
import type { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type {
  Adapter,
  AdapterManifest,
  Choice,
  Choices,
  ConnectContext,
  Connection,
} from './adapter.ts'
import type { AnswerReader } from './answer-error.ts'
import { bindingsOf, type EntityBinding } from './bindings.ts'
import { checkSteps } from './check-steps.ts'
import { HttpClient, type HttpClientOptions } from './http-client.ts'
import type { Resource } from './resource.ts'
import { signInFrom, type ApiKeyPlace, type SignIn } from './sign-in.ts'

type Settings = Readonly<Record<string, unknown>>

/** What `connect` of a declaration is given. */
export interface Connecting<Schema extends z.ZodObject = z.ZodObject> extends Omit<
  ConnectContext,
  'settings'
> {
  readonly settings: z.output<Schema>
  /** Has the address, the sign-in, the limits and the reading of answers that are declared. Closed with the connection. */
  readonly client: HttpClient
  /** The declared resource, or part with an id of its own, of a kind of record. Throws for none: a defect of the caller. */
  bindingOf(entity: EntityName): EntityBinding
}

/** A connection as `connect` makes it. `check` left out: told from `probe`. `close` left out: there is nothing to let go of. */
export type OwnConnection = Omit<Connection, 'check' | 'close'> &
  Partial<Pick<Connection, 'check' | 'close'>>

/** Asks for a list, with the settings as far as they are filled in. @param search what was typed so far */
export type ChoiceList<Given = unknown> = (
  context: Pick<Connecting, 'client' | 'secret'> & { readonly settings: Given },
  search: string,
  signal: AbortSignal,
) => Promise<readonly Choice[]>

/** What an adapter declares: everything about the system, and how to talk to it. */
export interface Declaration<Schema extends z.ZodObject = z.ZodObject> {
  readonly manifest: Omit<AdapterManifest, 'bindings' | 'settings'> & {
    /** Draws the form, checks the CLI file, documents itself. */
    readonly settings: Schema
    /** What there is to sync. Depends on the settings where the system can be anything; those may still be missing. */
    readonly resources: readonly Resource[] | ((settings: Settings) => readonly Resource[])
  }
  /** Where an API key travels. Left out: in the header `X-API-KEY`. */
  readonly apiKeyIn?: ApiKeyPlace
  /** Sent with every request, as the version of its interface. */
  readonly headers?: Readonly<Record<string, string>>
  /** Reads how long to rest before its limit is reached, ms; see `HttpClientOptions.paces`. */
  readonly paces?: HttpClientOptions['paces']
  /** A sign-in none of the usual ones is; see `signInFrom`. Throws `SyncError` `auth` or `config` for what is missing. */
  readonly signIn?: (context: Omit<Connecting<Schema>, 'client' | 'bindingOf'>) => Promise<SignIn>
  /** What an answer means where its status does not tell. Its words may repeat secrets: they are taken out. */
  readonly reads?: AnswerReader
  /** Settings that are chosen from a list the system answers; the other settings may still be missing. */
  readonly choices?: Readonly<Record<string, ChoiceList<z.output<Schema>>>>
  /** How to talk to it; sends nothing yet. Throws `SyncError` `config` for settings that are missing. */
  connect(context: Connecting<Schema>): Promise<OwnConnection>
}

/** Makes the adapter a declaration describes. Throws where a part is tied to its root by nothing. */
export function defineAdapter<Schema extends z.ZodObject>(declared: Declaration<Schema>): Adapter {
  const { resources, ...manifest } = declared.manifest
  const made = (all: readonly Resource[]): Adapter => {
    const bindings = bindingsOf(all)
    const bindingOf = (entity: EntityName) => {
      const binding = bindings.find((one) => one.entity === entity)
      if (!binding) throw new Error(`${manifest.label} has no ${entity}`)
      return binding
    }
    return {
      manifest: { ...manifest, bindings },
      ...(declared.choices ? { choices: choicesOf(declared, declared.choices) } : {}),
      connect: (context) => connectAs(declared, context, bindingOf),
    }
  }
  if (typeof resources !== 'function') return made(resources)
  // The same settings give the same bindings: what is compiled for them is compiled once.
  const known = new Map<string, Adapter>()
  const withSettings = (settings: Settings): Adapter => {
    const key = JSON.stringify(settings)
    const adapter = known.get(key) ?? made(resources(settings))
    known.set(key, adapter)
    return adapter
  }
  const unset = manifest.settings.safeParse({})
  return { ...withSettings(unset.success ? unset.data : {}), withSettings }
}

function choicesOf<Schema extends z.ZodObject>(
  declared: Declaration<Schema>,
  lists: Readonly<Record<string, ChoiceList<z.output<Schema>>>>,
): Choices {
  return {
    settings: Object.keys(lists),
    async list(given, { setting, search }, signal) {
      const list = lists[setting]
      if (!list) throw new Error(`${declared.manifest.label} answers no list for ${setting}`)
      const { client, context } = await clientFor(declared, given)
      try {
        return await list({ ...context, client }, search, signal)
      } finally {
        client.close()
      }
    },
  }
}

/** A client that obeys what is declared, and what it was made with. */
async function clientFor<Schema extends z.ZodObject>(
  { manifest, apiKeyIn, headers, paces, signIn, reads }: Declaration<Schema>,
  given: ConnectContext,
) {
  const settings = manifest.settings.parse(given.settings)
  const isAddressed = given.url !== '' || !manifest.address
  const url = isAddressed ? given.url : await manifest.address!({ ...given, settings })
  const context = { ...given, url }
  const client = new HttpClient(context, {
    signIn: await (signIn?.({ ...context, settings }) ??
      signInFrom(context, manifest.auth, apiKeyIn)),
    limits: manifest.limits,
    ...(headers ? { headers } : {}),
    ...(paces ? { paces } : {}),
    ...(reads ? { reads } : {}),
  })
  return { client, context: { ...context, settings } }
}

async function connectAs<Schema extends z.ZodObject>(
  declared: Declaration<Schema>,
  given: ConnectContext,
  bindingOf: Connecting['bindingOf'],
): Promise<Connection> {
  const { client, context } = await clientFor(declared, given)
  const own = await declared.connect({ ...context, client, bindingOf })
  return {
    check: (signal) => checkSteps(client, given.auth !== 'none', () => own.probe(signal)),
    ...own,
    async close() {
      await own.close?.()
      client.close()
    },
  }
}
