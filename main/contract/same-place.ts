/** Whether a changed target still leads to the records it led to before. Pure. */

export interface Place {
  readonly url?: string | undefined
  readonly settings?: Readonly<Record<string, unknown>> | undefined
}

/**
 * False when another server, another place on it, or another choice of records is meant: what is known of the former
 * says nothing of it. The same host with or without encryption is the same server.
 * @param chooses names of the settings that choose the records
 */
export function isSamePlace(before: Place, now: Place, chooses: readonly string[] = []): boolean {
  return (
    placeOf(before.url) === placeOf(now.url) &&
    chooses.every(
      (name) =>
        JSON.stringify(before.settings?.[name] ?? '') ===
        JSON.stringify(now.settings?.[name] ?? ''),
    )
  )
}

function placeOf(url = ''): string {
  if (!URL.canParse(url.trim())) return url
  const { hostname, port, pathname, search } = new URL(url.trim())
  return `${hostname}:${port}${pathname.replace(/\/+$/, '')}${search}`
}
