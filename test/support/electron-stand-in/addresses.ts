/** `app://host/path` as Chromium sees it here, and back. */
const inChromium = /^http:\/\/([a-z0-9.-]+)\.app\.localhost(?=\/|$)/

export const appAddresses = /^http:\/\/[a-z0-9.-]+\.app\.localhost\//

export function toChromium(url: string): string {
  return url.replace(/^app:\/\/([^/?#]*)/, 'http://$1.app.localhost')
}

export function fromChromium(url: string): string {
  return url.replace(inChromium, 'app://$1')
}
