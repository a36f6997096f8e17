/** Engine, scheduler and HTTP server together until somebody stops them; what `serve` and `demo` share. */
import { existsSync, openSync, closeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EngineWork } from './cli.ts'
import { errorLine, exitCodes, wrongUse, type ExitCode } from './exit-codes.ts'
import { apiToken, type ApiToken } from './http/api-token.ts'
import { startEdgeServer, type EdgeServerOptions } from './http/edge-server.ts'
import { isLoopbackHost } from './http/names.ts'
import { usualHubPlace, type EdgeHubDoor } from './hub/hub-door.ts'
import { signIn, type OneTimeToken } from './http/sign-in.ts'

export interface ServingOptions {
  readonly host: string
  readonly port: number
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly name?: readonly string[]
  readonly showToken?: boolean
  /** Lets desks in over the network. */
  readonly hub?: boolean
  readonly hubHost?: string
  readonly hubPort?: number
  /** Goes on after a restart with what was told before: the result was printed, and who is signed in stays so. */
  readonly again?: Told
  /** Further entries of the `--json` document. */
  readonly also?: Readonly<Record<string, unknown>>
}

/** What people and machines were told when it first came up, and what must stay true. */
interface Told {
  readonly apiToken: ApiToken
  /** The link that was not used yet; null when it was. */
  readonly oneTime: OneTimeToken | null
}

export interface Served {
  /** Base address, without a slash at the end. */
  readonly url: string
  /** Opens the window signed in; works once. */
  readonly signInUrl: string
  /** How to serve again in the same process, at the same addresses and with the same tokens. */
  readonly again: () => ServingOptions
}

/** What running requests and batches get to finish, milliseconds. */
const drainMs = 10_000

/**
 * Serves until `around.stop`, then drains and answers 0. A hang-up signal wakes the scheduler and prints a new link.
 * @param whenUp called once the server listens and the scheduler runs; its failure ends the serving
 */
export async function serveEngine(
  around: EngineWork,
  options: ServingOptions,
  whenUp: (served: Served) => Promise<void> = async () => {},
): Promise<ExitCode> {
  const { session, terminal } = around
  const { engine, ports } = session
  const tls = await tlsFiles(options)
  const token =
    options.again?.apiToken ?? (await apiToken(ports.secrets, process.env['MARSHAL_TOKEN']))
  const people = signIn({
    apiToken: token.value,
    sessions: session.sessions,
    oneTime: options.again?.oneTime ?? null,
  })
  const windowFolder = findWindow()
  const server = await startEdgeServer({
    engine,
    log: ports.log,
    signIn: people,
    host: options.host,
    port: options.port,
    windowFolder,
    ...(tls ? { tls } : {}),
    ...(options.name ? { names: options.name } : {}),
  })
  const { hub } = session
  const { hubHost = usualHubPlace.host, hubPort = usualHubPlace.port } = options
  hub.listenAt({ host: hubHost, port: hubPort })
  if (options.hub) await hub.open(engine.hub)
  const hangUp = new AbortController()
  const link = () => `${server.url}/#token=${people.newOneTimeToken()}`
  const onHangUp = () => {
    if (terminalIsGone()) return hangUp.abort()
    engine.wake('resume')
    terminal.say(`New sign-in link (works once): ${link()}`)
  }
  process.on('SIGHUP', onHangUp)
  engine.onTrouble((problem) => terminal.say(`marshal: ${errorLine(problem)}`))
  try {
    await engine.start()
    const again = (): ServingOptions => ({
      ...options,
      port: Number(new URL(server.url).port) || options.port,
      ...openAgain(hub),
      again: { apiToken: token, oneTime: people.oneTimeToken() },
    })
    if (options.again) {
      terminal.say(`Started again at ${server.url}.`)
      const up = whenUp({ url: server.url, signInUrl: server.url, again })
      return await until(around, hangUp.signal, up)
    }
    const served = { url: server.url, signInUrl: link() }
    const told = hub.told()
    terminal.result(
      {
        ...served,
        ...(options.showToken ? { token: token.value } : {}),
        ...(told ? { hub: { urls: told.urls, fingerprint: told.fingerprint } } : {}),
        ...options.also,
      },
      () => served.signInUrl,
    )
    terminal.say(
      'Open this link to use Marshal; it works once. Browsers that are signed in stay so. Another link: send SIGHUP, or start again.',
    )
    if (told)
      terminal.say(
        `Desks reach this hub at ${told.urls.join(' or ')}. Let one in with "marshal hub invite".`,
      )
    if (options.showToken && !terminal.json) terminal.say(`API token: ${token.value}`)
    if (!token.lasting)
      terminal.say(
        'There is no keychain and no usable MARSHAL_PASSPHRASE, so the API token changes at every start; set MARSHAL_TOKEN to choose a lasting one.',
      )
    if (windowFolder === null)
      terminal.say(
        'The window is not built; only the programming interface is served. Build it with "npm run build".',
      )
    return await until(around, hangUp.signal, whenUp({ ...served, again }))
  } finally {
    process.off('SIGHUP', onHangUp)
    await hub.shut()
    await server.drain(drainMs)
  }
}

/** A hub is one after a restart too, at the same port, also where it became one in the window meanwhile. */
function openAgain(hub: EdgeHubDoor): Pick<ServingOptions, 'hub' | 'hubPort'> {
  const told = hub.told()
  return told ? { hub: true, hubPort: told.port } : { hub: false }
}

/** Stays until somebody stops it; the failure of `isUp` ends it too. */
async function until(
  { stop, terminal }: EngineWork,
  hangUp: AbortSignal,
  isUp: Promise<void>,
): Promise<ExitCode> {
  await isUp
  const end = AbortSignal.any([stop, hangUp])
  if (!end.aborted) await once(end, 'abort')
  terminal.say('Finishing what is under way …')
  return exitCodes.ok
}

async function tlsFiles(options: ServingOptions): Promise<EdgeServerOptions['tls']> {
  const { tlsCert, tlsKey, host } = options
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const [cert, key] = await Promise.all([readFile(tlsCert, 'utf8'), readFile(tlsKey, 'utf8')])
    return { cert, key }
  }
  if (tlsCert !== undefined || tlsKey !== undefined)
    throw wrongUse('TLS needs both a certificate and its key', 'Give --tls-cert and --tls-key.')
  if (!isLoopbackHost(host))
    throw wrongUse(
      `${host} can be reached from the network, so plain http is refused there`,
      'Give --tls-cert and --tls-key, or leave --host out to serve this computer only.',
    )
  return undefined
}

/** The built window beside this program, in a build (out/main) and in the sources (main/hosts/edge). */
function findWindow(): string | null {
  const places = ['../renderer', '../../../out/renderer'].map((path) =>
    join(import.meta.dirname, path),
  )
  return places.find((folder) => existsSync(join(folder, 'index.html'))) ?? null
}

/** A closed terminal sends the hang-up signal too; then there is nobody to print a link for, and Ctrl-C is gone. */
function terminalIsGone(): boolean {
  if (!process.stdout.isTTY && !process.stderr.isTTY) return false
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return false
  } catch {
    return true
  }
}
