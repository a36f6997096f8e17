/** Signing in to the engine over HTTP: a one-time token from the start link is exchanged for a session. */

const storageKey = 'marshal.session'

/** The session of this browser tab, or null. It ends with the tab. */
export function storedSession(): string | null {
  return sessionStorage.getItem(storageKey)
}

/** Forgets the session, for example because the engine no longer accepts it. */
export function forgetSession(): void {
  sessionStorage.removeItem(storageKey)
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
    sessionStorage.setItem(storageKey, answer.session)
    return 'ok'
  } catch {
    return 'unreachable'
  }
}
