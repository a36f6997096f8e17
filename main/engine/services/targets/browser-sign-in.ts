/** A person signs in at a target with a browser, which comes back to this computer with a code that is worth tokens. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { toProblemCode } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { usualReturnPort, type SignInStep } from '../../../contract/targets.ts'
import type { Core } from '../../core.ts'
import type { BrowserReturn } from '../../ports.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { adapterFor } from '../../sync/connect-target.ts'
import { keepSecret } from '../../sync/kept-secrets.ts'
import type { ConnectContext } from '../../targets/kit/adapter.ts'
import {
  authorizationUrl,
  exchangeCode,
  type Attempt,
} from '../../targets/kit/authorization-code.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import type { Authorization } from '../../targets/kit/token-grant.ts'
import { targetNamed } from './target-named.ts'

const os = implement(contract).targets

/** How long a browser may take, ms. */
const goodForMs = 10 * 60_000

interface Begun extends Attempt {
  readonly target: string
  /** By our clock, ms since 1970 UTC. */
  readonly until: number
}

/** @param onSignedIn called once the tokens are kept */
export function signInHandlers(core: Core, onSignedIn: (name: string) => Promise<void>) {
  const signIns = browserSignIns(core, onSignedIn)
  const waiting: Waiting = new Map()
  return {
    signIn: os.signIn.handler(async ({ input: { name, redirectUri } }) =>
      signIns.begin(name, redirectUri),
    ),
    signedIn: os.signedIn.handler(async ({ input }) => {
      await signIns.finish(input)
      return { ok: true as const }
    }),
    connect: os.connect.handler(async ({ input, signal }) =>
      connectSteps(core, { ...signIns, waiting }, input, signal),
    ),
  }
}

interface SignIns {
  readonly begin: (name: string, redirectUri: string) => Promise<{ url: string; state: string }>
  readonly finish: (told: { name: string; state: string; code: string }) => Promise<void>
}

/** Ends what waits for a browser at a target of this name; resolves once its port is free. */
type Waiting = Map<string, () => Promise<void>>

/** The two halves of a sign-in, with what was begun and not finished. */
function browserSignIns(core: Core, onSignedIn: (name: string) => Promise<void>): SignIns {
  const begun = new Map<string, Begun>()
  return {
    async begin(name, redirectUri) {
      const target = targetNamed(await listTargets(core.reader), name)
      requireLoopback(redirectUri)
      const { ids, clock } = core.ports
      // Each id has more than sixty bits of chance.
      const random = () => (ids.uuid() + ids.uuid()).replaceAll('-', '')
      const attempt = { state: random(), verifier: random(), redirectUri }
      return inProblems(async () => {
        const { authorization, context } = await signInPlace(core, target)
        const url = authorizationUrl(context.url, authorization, attempt)
        forgetOld(begun, clock.now())
        begun.set(attempt.state, { ...attempt, target: name, until: clock.now() + goodForMs })
        return { url, state: attempt.state }
      })
    },
    async finish({ name, state, code }) {
      forgetOld(begun, core.ports.clock.now())
      const attempt = begun.get(state)
      if (attempt?.target !== name) {
        throw new ProblemError({
          code: 'wrong-use',
          message: `No sign-in at ${name} waits for this answer: it took longer than ten minutes, or was answered before.`,
          fix: 'Begin the sign-in again.',
        })
      }
      begun.delete(state)
      const target = targetNamed(await listTargets(core.reader), name)
      await inProblems(() => takeTokens(core, target, attempt, code))
      await onSignedIn(name)
    },
  }
}

/** A sign-in from its beginning to its end, with a browser that comes back to the engine's own computer. */
async function* connectSteps(
  core: Core,
  { begin, finish, waiting }: SignIns & { readonly waiting: Waiting },
  { name, port }: { readonly name: string; readonly port: number },
  left: AbortSignal | undefined,
): AsyncGenerator<SignInStep, void> {
  const stop = new AbortController()
  const cancel = core.ports.clock.timer(goodForMs, () => stop.abort())
  left?.addEventListener('abort', () => stop.abort(), { once: true })
  let back: BrowserReturn | null = null
  let isOvertaken = false
  const giveWay = async () => {
    isOvertaken = true
    stop.abort()
    await back?.close()
  }
  try {
    // Who connects again has cancelled what is still waiting, though word of that may come later than this.
    await waiting.get(name)?.()
    waiting.set(name, giveWay)
    back = await openReturn(core, port)
    const { url, state } = await begin(name, back.redirectUri)
    const returned = back.returned(state, stop.signal).catch(() => null)
    yield { step: 'waiting', url }
    const told = await returned
    if (isOvertaken) throw overtaken(name)
    if (told === null) yield { step: 'timed-out' }
    else if ('refused' in told) yield { step: 'refused', why: told.refused }
    else {
      await finish({ name, state, code: told.code })
      yield { step: 'done' }
    }
  } catch (error) {
    // A stream that breaks off says nothing; what a person can act on is a step like the others.
    if (!(error instanceof ProblemError)) throw error
    yield { step: 'failed', problem: error.problem }
  } finally {
    cancel()
    if (waiting.get(name) === giveWay) waiting.delete(name)
    await back?.close()
  }
}

const overtaken = (name: string) =>
  new ProblemError({
    code: 'wrong-use',
    message: `Another sign-in at ${name} was begun since, so this one was given up.`,
    fix: 'Finish the other one, or connect again.',
  })

async function openReturn({ ports }: Core, port: number): Promise<BrowserReturn> {
  if (ports.openBrowserReturn) return ports.openBrowserReturn(port)
  throw new ProblemError({
    code: 'wrong-use',
    message: 'No browser can come back to Marshal as it runs here.',
  })
}

/** Gets tokens for a code, and keeps them. */
async function takeTokens(
  core: Core,
  target: Target,
  attempt: Attempt,
  code: string,
): Promise<void> {
  const { authorization, context } = await signInPlace(core, target)
  const clientSecret = (await context.secret('clientSecret'))?.trim() ?? ''
  const pool = core.ports.http.open({ connections: 1, allowInsecure: target.allowInsecure })
  try {
    await exchangeCode(
      { ...context, http: pool },
      { ...authorization, clientSecret },
      attempt,
      code,
    )
  } finally {
    await pool.close()
  }
}

/** Where a person signs in at a target, and what asks there. Throws `SyncError` for settings that are missing. */
async function signInPlace(
  core: Core,
  target: Target,
): Promise<{
  readonly authorization: Authorization
  readonly context: Omit<ConnectContext, 'http'> & Required<Pick<ConnectContext, 'storeSecret'>>
}> {
  const { manifest } = adapterFor(core, target)
  if (!manifest.authorization || target.auth !== 'oauth2') {
    throw new ProblemError({
      code: 'wrong-use',
      message: `${target.name} does not sign in with a browser, but with "${target.auth}".`,
      fix: manifest.authorization
        ? 'Choose the sign-in "oauth2" for it first.'
        : 'Store its secrets instead.',
    })
  }
  const { secrets, clock, ids, log } = core.ports
  const { settings } = target
  const secret = (key: string) => secrets.get(target.name, key)
  const url = target.url || ((await manifest.address?.({ settings, secret })) ?? '')
  const storeSecret = (key: string, value: string) =>
    keepSecret(secrets, target.name, { key, value })
  return {
    authorization: manifest.authorization(settings),
    context: {
      ...{ url, auth: target.auth, settings, secret, storeSecret, clock, ids, log },
      onClockOffset: () => {},
    },
  }
}

/** A code goes nowhere but to this computer. */
function requireLoopback(redirectUri: string): void {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : null
  if (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
    return
  throw new ProblemError({
    code: 'wrong-use',
    message: 'A browser that signed in has to come back to this computer.',
    fix: `Give an address like http://127.0.0.1:${usualReturnPort}/signed-in.`,
  })
}

function forgetOld(begun: Map<string, Begun>, now: number): void {
  for (const [state, { until }] of begun) if (until < now) begun.delete(state)
}

async function inProblems<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    throw new ProblemError(
      { code: toProblemCode(error.code), message: error.message },
      { cause: error },
    )
  }
}
