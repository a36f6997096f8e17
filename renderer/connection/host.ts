/** True in the desktop app, where only a message port leads to the engine. The host says so in the page. */
export function inDesktopApp(): boolean {
  const host = document.querySelector<HTMLMetaElement>('meta[name="marshal-host"]')
  return host?.content === 'desktop'
}
