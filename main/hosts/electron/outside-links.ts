/** Which links may leave the window. */

/** Sites of the systems Marshal connects to and of Marshal itself; their sub-domains count too. */
const allowedSites = [
  'runsignup.com',
  'mautic.org',
  'mailchimp.com',
  'chatwoot.com',
  'openfn.org',
  'planningcenter.com',
  'planningcenteronline.com',
] as const

/**
 * Whether a link may be offered to the system's browser or mail program.
 * @param targets addresses of targets, as a person typed them: what they lead to is theirs
 */
export function mayOpenOutside(url: string, targets: readonly string[] = []): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, port, username, password, pathname, search } = new URL(url)
  if (username !== '' || password !== '') return false
  // A mail's subject, copy and attachment fields are not for a page to choose.
  if (protocol === 'mailto:') return search === '' && /^[^\s@,?%]+@[^\s@,?%]+$/.test(pathname)
  if (/^https?:$/.test(protocol) && targets.some((target) => originOf(target) === originOf(url)))
    return true
  if (protocol !== 'https:' || port !== '') return false
  return allowedSites.some((site) => hostname === site || hostname.endsWith(`.${site}`))
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}
