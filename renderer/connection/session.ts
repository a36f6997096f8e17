/** Signing in to the engine over HTTP: a one-time token from the start link is exchanged for a session. */

const storageKey = 'marshal.session'

/** The session of this browser, or null. It outlives tabs and restarts; the engine ends it. */
export function storedSession(): string | null {
  return localStorage.getItem(storageKey)
}

/** The id under which the engine lists this browser's session, or null. */
export function storedSessionId(): string | null {
  return storedSession()?.split('.', 1)[0] ?? null
}

/** Forgets the session the engine no longer accepts. A newer one, got meanwhile, stays. */
export function forgetSession(refused: string | null): void {
  if (storedSession() === refused) localStorage.removeItem(storageKey)
}

/** Calls back when another tab of this browser signed in or out. */
export function onSessionChange(changed: (session: string | null) => void): void {
  addEventListener('storage', ({ key, newValue, storageArea }) => {
    if (storageArea !== localStorage) return
    if (key === storageKey) changed(newValue)
    else if (key === null) changed(null)
  })
}

/** Takes the one-time token out of the address (`#token=…`), so that it stays in no history or screenshot. */
export function takeTokenFromAddress(): string | null {
  const match = /^#\/?\??token=([^&/]+)$/.exec(location.hash)
  if (!match?.[1]) return null
  history.replaceState(null, '', `${location.pathname}${location.search}#/`)
  return decodeURIComponent(match[1])
}

export type SignInOutcome = 'ok' | 'refused' | 'unreachable'

/** Exchanges a one-time token for a session at `POST /sign-in`. A token works once. */
export async function signIn(token: string): Promise<SignInOutcome> {
  try {
    const response = await fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    if (!response.ok) return 'refused'
    const answer = (await response.json()) as { session?: unknown }
    if (typeof answer.session !== 'string') return 'refused'
    localStorage.setItem(storageKey, answer.session)
    return 'ok'
  } catch {
    return 'unreachable'
  }
}
