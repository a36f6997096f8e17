/** The window's own address. Node gives custom schemes the origin "null", so scheme and host are compared. */

export const appScheme = 'app'
export const appHost = 'marshal'
export const appPage = `${appScheme}://${appHost}/`

/** Whether a URL lies inside the window. False for anything that is not a URL. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === ''
}
